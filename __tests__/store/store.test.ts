import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import { Store } from '../../src/store/store.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

/** Go's definition, written down anew with another hash: the oracle for `hash`. */
function goHash(entries: ReadonlyMap<string, string>, prefix: string): string {
  const lines = [...entries]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => {
      const content = Buffer.from(text);
      return Buffer.from(
        `${key.slice(prefix.length)}\0sha256:${bytesToHex(sha256(content))}\0${String(content.byteLength)}`,
      );
    })
    .sort((a, b) => Buffer.compare(a, b));
  if (lines.length === 0) return '';
  const text = Buffer.concat(
    lines.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from('\n'), line])),
  );
  return `sha256:${bytesToHex(sha256(text))}`;
}

describe('a store', () => {
  test('gives back bytes, text and files, also after it was opened again', async () => {
    const cacheDir = tempDir();
    const file = join(tempDir(), 'big');
    const big = Buffer.alloc(3 * 1024 * 1024 + 7, 'abc');
    writeFileSync(file, big);
    {
      await using store = Store.open('demo:main', { cacheDir });
      store.put('text', 'grüße', { meta: { mode: 0o644 } });
      store.put('bytes', Buffer.from([0, 1, 2]));
      expect(store.put('file', { file })).toEqual({ digest: digestOf(big), size: big.byteLength });
      expect(store.dirty).toBe(true);
    }
    await using store = Store.open('demo:main', { cacheDir });
    expect(store.dirty).toBe(false);
    expect((await store.get('text')).toString()).toBe('grüße');
    expect(await store.get('bytes')).toEqual(Buffer.from([0, 1, 2]));
    expect((await store.get('file')).equals(big)).toBe(true);
    expect(store.stat('text')).toEqual({
      digest: digestOf('grüße'),
      size: 7,
      meta: { mode: 0o644 },
    });
    expect([...store.list()].map(([key]) => key)).toEqual(['bytes', 'file', 'text']);
  });

  test('keeps namespaces and tags apart, and shares their blobs', async () => {
    const cacheDir = tempDir();
    for (const namespace of ['a', 'a:other', 'a/latest', 'b']) {
      await using store = Store.open(namespace, { cacheDir });
      expect(store.size).toBe(0);
      store.put(namespace, 'same');
    }
    const blobs = readdirSync(join(cacheDir, 'blobs', 'sha256'), {
      recursive: true,
      withFileTypes: true,
    });
    expect(blobs.filter((entry) => entry.isFile())).toHaveLength(1);
  });

  test('lists and hashes below a prefix that stops at a slash', () => {
    const store = Store.open('a', { cacheDir: tempDir() });
    for (const key of ['src/b', 'src/a', 'src2/x', 'src-x', 'src']) store.put(key, key);
    expect([...store.list('src')].map(([key]) => key)).toEqual(['a', 'b']);
    expect([...store.list('src/')].map(([key]) => key)).toEqual(['a', 'b']);
    expect(store.hash('src')).toBe(store.hash('src/'));
    expect(store.hash('none')).toBe('');
    expect(store.root()).toBe(store.hash(''));
  });

  test('a missing key is NOT_FOUND', async () => {
    const store = Store.open('a', { cacheDir: tempDir() });
    await expect(store.get('x')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"x"'),
    });
    expect(store.stat('x')).toBeUndefined();
    expect(store.delete('x')).toBe(false);
  });

  test('a damaged blob is reported, set aside and healed by the next put', async () => {
    const cacheDir = tempDir();
    const store = Store.open('a', { cacheDir });
    const { digest } = store.put('k', 'content');
    const hex = digest.slice(7);
    const path = join(cacheDir, 'blobs', 'sha256', hex.slice(0, 2), hex);
    chmodSync(path, 0o644);
    writeFileSync(path, 'c0ntent');
    await expect(store.get('k')).rejects.toMatchObject({ code: 'INTEGRITY' });
    store.put('k', 'content');
    expect((await store.get('k')).toString()).toBe('content');
  });

  test('a cache folder of a newer version is refused', () => {
    const cacheDir = tempDir();
    writeFileSync(join(cacheDir, 'format'), '99\n');
    expect(() => Store.open('a', { cacheDir })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VERSION' }),
    );
  });

  test('hashes as Go does, for any keys', () => {
    const part = fc.constantFrom('a', 'b', 'a-b', 'Z', '\uffee', '\u{1f600}', 'é', 'x.y');
    const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const cacheDir = tempDir();
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.string(), { maxKeys: 20 }),
        fc.constantFrom('', 'a/', 'a/b/', 'b/'),
        (all, prefix) => {
          const store = Store.open('oracle', { cacheDir });
          for (const [name, text] of Object.entries(all)) store.put(name, Buffer.from(text));
          expect(store.hash(prefix)).toBe(goHash(new Map(Object.entries(all)), prefix));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('killed at any moment, what a sync reported is there', async () => {
    const cacheDir = tempDir();
    for (let round = 0; round < 8; round += 1) {
      const log = join(tempDir(), 'log');
      const script = `
        import { appendFileSync } from 'node:fs';
        import { Store } from ${JSON.stringify(join(import.meta.dirname, '../../src/store/store.ts'))};
        const store = Store.open('kill', { cacheDir: ${JSON.stringify(cacheDir)} });
        for (let i = 0; ; i += 1) {
          store.put('k' + i, 'value ${String(round)} ' + i);
          await store.sync();
          appendFileSync(${JSON.stringify(log)}, i + '\\n');
        }`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: 'inherit',
      });
      await new Promise((resolve) => setTimeout(resolve, 250 + Math.random() * 200));
      child.kill('SIGKILL');
      await once(child, 'exit');
      // Killed before its first sync, it has promised nothing.
      const reported = existsSync(log)
        ? readFileSync(log, 'utf8').trim().split('\n').map(Number)
        : [];
      const store = Store.open('kill', { cacheDir });
      for (const i of reported) {
        expect((await store.get(`k${String(i)}`)).toString()).toBe(
          `value ${String(round)} ${String(i)}`,
        );
      }
    }
  });
});
