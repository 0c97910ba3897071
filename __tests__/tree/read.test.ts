import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { digestOf, EMPTY_DIGEST } from '../../src/digest.ts';
import type { FilePath } from '../../src/names.ts';
import { readContent } from '../../src/tree/content.ts';
import { describeFile } from '../../src/tree/describe.ts';
import { hashFile } from '../../src/tree/hash-file.ts';
import { readFileChunks, readTarget } from '../../src/tree/read.ts';
import { type Found, walk } from '../../src/tree/walk.ts';
import { testOnLinux, testOnPosix } from '../support/platform.ts';
import { asOrdinaryUser, errorOf, EVERYTHING, infoOf, useTreeDirs } from './support.ts';

const tempDir = useTreeDirs();
const MEBIBYTE = 1024 * 1024;

function bytesOf(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) % 251));
}

function only(base: string): Found {
  const [found] = [...walk(base, EVERYTHING)];
  return found!;
}

describe('readFileChunks', () => {
  test.each([0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE + 5])(
    'gives %d bytes in chunks of at most 1 MiB that stay as they are',
    (size) => {
      const file = join(tempDir(), 'file');
      const bytes = bytesOf(size);
      writeFileSync(file, bytes);
      const chunks = [...readFileChunks(file)];
      expect(chunks.every((chunk) => chunk.byteLength > 0 && chunk.byteLength <= MEBIBYTE)).toBe(
        true,
      );
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    },
  );

  test.each([
    [
      'grows',
      (file: string) => {
        appendFileSync(file, 'x');
      },
    ],
    [
      'grows and gets its old time back',
      (file: string) => {
        const { atimeMs, mtimeMs } = statSync(file);
        appendFileSync(file, 'x');
        utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
      },
    ],
    [
      'shrinks',
      (file: string) => {
        truncateSync(file, MEBIBYTE);
      },
    ],
    [
      'is written anew',
      (file: string) => {
        utimesSync(file, 1, 1);
      },
    ],
  ])('refuses a file that %s while it is read', (_, change) => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, bytesOf(2 * MEBIBYTE));
    utimesSync(file, 2, 2);
    const chunks = readFileChunks(file);
    chunks.next();
    change(file);
    expect(errorOf(() => [...chunks])).toMatchObject({ code: 'CHANGED' });
  });

  testOnPosix('reads no symlink, pipe or folder, and does not wait for one', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), 'secret');
    symlinkSync('file', join(dir, 'link'));
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    for (const name of ['link', 'pipe', '.', 'nothing']) {
      expect(errorOf(() => [...readFileChunks(join(dir, name))]).code).toBe('CHANGED');
    }
  });

  testOnPosix('names a file that may not be read', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'secret'), 'x');
    const error = asOrdinaryUser(dir, () => {
      chmodSync(join(dir, 'secret'), 0);
      return errorOf(() => [...readFileChunks(join(dir, 'secret'))]);
    });
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.message).toContain('secret');
  });

  testOnLinux('closes the file, also when given up', () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, bytesOf(2 * MEBIBYTE));
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i += 1) {
      for (const chunk of readFileChunks(file)) if (chunk.byteLength > 0) break;
    }
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 10);
  });
});

describe('describeFile', () => {
  test('a file: its bytes, mode and time', () => {
    const base = tempDir();
    writeFileSync(join(base, 'tool'), 'abc', { mode: 0o755 });
    utimesSync(join(base, 'tool'), 5, 1_700_000_000);
    const { digest, size, meta } = describeFile(base, only(base));
    expect({ digest, size }).toEqual({ digest: digestOf('abc'), size: 3 });
    if (process.platform !== 'win32') {
      expect(meta).toEqual({ mode: 0o755, mtimeMs: 1_700_000_000_000 });
    }
  });

  testOnPosix('a symlink: its target, byte for byte, never what it leads to', () => {
    const base = tempDir();
    const target = Buffer.from([0x2f, 0xff, 0x20, 0x0a]);
    symlinkSync(target, join(base, 'link'));
    expect(describeFile(base, only(base))).toMatchObject({
      digest: digestOf(target),
      size: 4,
      meta: { kind: 'symlink', mode: 0o777 },
    });
  });

  testOnPosix('a folder: nothing', () => {
    const base = tempDir();
    execFileSync('mkdir', ['-m', '700', join(base, 'folder')]);
    expect(describeFile(base, only(base))).toMatchObject({
      digest: EMPTY_DIGEST,
      size: 0,
      meta: { kind: 'folder', mode: 0o700 },
    });
  });

  test('reads a file again that changed once, and gives it up when it changed twice', () => {
    const base = tempDir();
    const file = join(base, 'file');
    writeFileSync(file, bytesOf(2 * MEBIBYTE));
    const found = only(base);
    let changes = 1;
    function* reader(path: FilePath): ReturnType<typeof readFileChunks> {
      const chunks = readFileChunks(path);
      let next = chunks.next();
      for (; !next.done; next = chunks.next()) {
        yield next.value;
        if (changes > 0) appendFileSync(file, 'x');
        changes -= 1;
      }
      return next.value;
    }
    const info = describeFile(base, found, (path) => hashFile(path, reader));
    expect(info.size).toBe(2 * MEBIBYTE + 1);
    expect(info.digest).toBe(digestOf(Buffer.concat([bytesOf(2 * MEBIBYTE), Buffer.from('x')])));
    changes = 100;
    expect(errorOf(() => describeFile(base, found, (path) => hashFile(path, reader))).code).toBe(
      'CHANGED',
    );
  });

  test('tells that what was found is gone, or is something else', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), '');
    const found = only(base);
    rmSync(join(base, 'file'));
    expect(errorOf(() => describeFile(base, found)).code).toBe('CHANGED');
    const link = { ...found, kind: 'symlink' as const };
    expect(errorOf(() => describeFile(base, link)).code).toBe('CHANGED');
    closeSync(openSync(join(base, 'file'), 'w'));
    expect(lstatSync(join(base, 'file')).isFile()).toBe(true);
    expect(errorOf(() => readTarget(join(base, 'file'))).code).toBe('CHANGED');
  });
});

describe('readContent', () => {
  test('gives what was described', () => {
    const base = tempDir();
    const bytes = bytesOf(MEBIBYTE + 1);
    writeFileSync(join(base, 'file'), bytes);
    const info = describeFile(base, only(base));
    expect(Buffer.concat([...readContent(join(base, 'file'), info)]).equals(bytes)).toBe(true);
  });

  testOnPosix('gives a symlink its target and a folder nothing', () => {
    const base = tempDir();
    symlinkSync('there', join(base, 'link'));
    const info = describeFile(base, only(base));
    expect(Buffer.concat([...readContent(join(base, 'link'), info)]).toString()).toBe('there');
    expect([...readContent(base, infoOf('', { kind: 'folder' }))]).toEqual([]);
  });

  test('tells when it is other bytes now, of the same size and time', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), 'before');
    utimesSync(join(base, 'file'), 1, 1);
    const info = describeFile(base, only(base));
    writeFileSync(join(base, 'file'), 'after!');
    utimesSync(join(base, 'file'), 1, 1);
    expect(errorOf(() => [...readContent(join(base, 'file'), info)]).code).toBe('CHANGED');
  });
});
