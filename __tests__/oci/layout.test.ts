import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf, hexOf } from '../../src/digest.ts';
import { LayoutRemote } from '../../src/oci/layout.ts';
import { encodeManifest, parseManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import { MEDIA_TYPE_INDEX, MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { describeRemote, manifestOf, store } from '../contracts/remote.ts';
import { testOnLinux, testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { asNobody } from '../sync/trees.ts';

const tempDir = useTempDirs();
const newFolder = (): string => join(tempDir(), 'layout');

describeRemote('an image layout', () => new LayoutRemote(newFolder()));
describeRemote('an image layout in an empty folder', () => new LayoutRemote(tempDir()));

describe('an image layout that cannot be written to', () => {
  const hint = expect.stringContaining('image layout');
  const bytes = Buffer.from('content');

  testOnPosix('says so, whether it is there already or not', async () => {
    const base = tempDir();
    await asNobody(base, async () => {
      const made = new LayoutRemote(join(base, 'made'));
      await made.putBlob(digestOf(bytes), bytes);
      const other = Buffer.from('other');
      const folders = ['', '.cafs', 'blobs/sha256'].map((name) => join(base, 'made', name));
      for (const folder of [base, ...folders]) chmodSync(folder, 0o555);
      for (const remote of [
        made,
        new LayoutRemote(join(base, 'made')),
        new LayoutRemote(join(base, 'new')),
      ]) {
        await expect(remote.putBlob(digestOf(other), other)).rejects.toMatchObject({
          code: 'UNWRITABLE',
          message: expect.stringContaining(base),
          hint,
        });
      }
      for (const folder of [base, ...folders]) chmodSync(folder, 0o755);
    });
  });

  testOnLinux('nor made', async () => {
    const remote = new LayoutRemote('/proc/nope');
    await expect(remote.putBlob(digestOf(bytes), bytes)).rejects.toMatchObject({
      code: 'UNWRITABLE',
      hint,
    });
  });
});

describe('the files of an image layout', () => {
  test('are what the specification says', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = await manifestOf(remote, 'content');
    const { digest, size } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['a', 'b']);
    expect(json(join(folder, 'oci-layout'))).toEqual({ imageLayoutVersion: '1.0.0' });
    const ref = 'org.opencontainers.image.ref.name';
    const described = { mediaType: MEDIA_TYPE_MANIFEST, digest, size };
    expect(json(join(folder, 'index.json'))).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE_INDEX,
      manifests: [
        { ...described, annotations: { [ref]: 'a' } },
        { ...described, annotations: { [ref]: 'b' } },
      ],
    });
    expect(readFileSync(blobFile(folder, digest)).equals(bytes)).toBe(true);
    expect(readFileSync(blobFile(folder, digestOf('content')), 'utf8')).toBe('content');
    expect(readdirSync(join(folder, '.cafs'))).toEqual(['index.lock']);
  });

  test('reading makes none', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    await remote.listTags();
    await remote.hasBlob(digestOf('x'));
    expect(existsSync(folder)).toBe(false);
  });

  test('a folder with something else in it is refused and stays as it was', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'thesis.tex'), 'my life');
    const remote = new LayoutRemote(folder);
    const refused = {
      code: 'INVALID_REFERENCE',
      message: expect.stringContaining(folder),
    };
    await expect(remote.resolve('main')).rejects.toMatchObject(refused);
    await expect(remote.putBlob(digestOf('x'), Buffer.from('x'))).rejects.toMatchObject(refused);
    expect(readdirSync(folder)).toEqual(['thesis.tex']);
  });

  test('a file in place of the folder is refused', async () => {
    const path = join(tempDir(), 'file');
    writeFileSync(path, '');
    await expect(new LayoutRemote(path).listTags()).rejects.toMatchObject({
      code: 'INVALID_REFERENCE',
    });
  });

  test.each([
    ['{"imageLayoutVersion":"2.0.0"}', 'UNSUPPORTED_VERSION'],
    ['{}', 'MALFORMED'],
    ['', 'MALFORMED'],
  ])('the marker %j gives %s', async (marker, code) => {
    const folder = tempDir();
    writeFileSync(join(folder, 'oci-layout'), marker);
    await expect(new LayoutRemote(folder).listTags()).rejects.toMatchObject({ code });
  });

  test.each([
    '{',
    '[]',
    '{"schemaVersion":2}',
    '{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:../../x","size":1}]}',
    '{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"DIGEST","size":-1}]}',
  ])('the table %s is refused', async (table) => {
    const folder = tempDir();
    writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    writeFileSync(join(folder, 'index.json'), table.replace('DIGEST', digestOf('')));
    await expect(new LayoutRemote(folder).resolve('main')).rejects.toMatchObject({
      code: 'MALFORMED',
    });
  });

  test('a table that a tool has emptied holds nothing, and can be written', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = await manifestOf(remote, 'ours');
    // As oras leaves it.
    writeFileSync(join(folder, 'index.json'), '{"schemaVersion":2,"manifests":null}');
    expect(await remote.listTags()).toEqual([]);
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    expect(await remote.listTags()).toEqual(['main']);
  });

  test('a digest of another algorithm concerns only who asks for that tag', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const { digest } = await remote.putManifest(
      await manifestOf(remote, 'ours'),
      MEDIA_TYPE_MANIFEST,
      ['main'],
    );
    const table = json(join(folder, 'index.json')) as { manifests: object[] };
    const foreign = {
      mediaType: MEDIA_TYPE_MANIFEST,
      digest: `sha512:${'0'.repeat(128)}`,
      size: 2,
      annotations: { 'org.opencontainers.image.ref.name': 'other' },
    };
    table.manifests.push(foreign, { ...foreign, annotations: null });
    writeFileSync(join(folder, 'index.json'), JSON.stringify(table));
    expect((await remote.resolve('main'))?.digest).toBe(digest);
    await expect(remote.resolve('other')).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('sha512'),
    });
    await remote.delete('other');
    expect(await remote.listTags()).toEqual(['main']);
  });

  test('a table that another tool is just writing in its place is read when it is whole', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = await manifestOf(remote, 'ours');
    const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    const path = join(folder, 'index.json');
    const whole = readFileSync(path, 'utf8');
    for (const part of ['', whole.slice(0, 50)]) {
      writeFileSync(path, part);
      const resolving = remote.resolve('main');
      await delay(50);
      writeFileSync(path, whole);
      expect((await resolving)?.digest).toBe(digest);
    }
  });

  test('there is a table as soon as there is a blob', async () => {
    const folder = newFolder();
    await new LayoutRemote(folder).putBlob(digestOf('x'), Buffer.from('x'));
    expect(json(join(folder, 'index.json'))).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE_INDEX,
      manifests: [],
    });
  });

  test('what other tools have put into the table stays', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = await manifestOf(remote, 'ours');
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    const path = join(folder, 'index.json');
    const table = json(path) as { manifests: unknown[] };
    const foreign = {
      mediaType: MEDIA_TYPE_INDEX,
      digest: digestOf('elsewhere'),
      size: 9,
      platform: { os: 'linux', architecture: 'arm64' },
      annotations: { 'org.opencontainers.image.ref.name': 'docker.io/library/alpine:3' },
    };
    writeFileSync(
      path,
      JSON.stringify({
        ...table,
        manifests: [foreign, ...table.manifests],
        annotations: { a: 'b' },
      }),
    );
    await remote.putManifest(await manifestOf(remote, 'newer'), MEDIA_TYPE_MANIFEST, ['main']);
    const after = json(path) as { manifests: unknown[]; annotations: unknown };
    expect(after.manifests).toContainEqual(foreign);
    expect(after.manifests).toHaveLength(2);
    expect(after.annotations).toEqual({ a: 'b' });
    expect(await remote.listTags()).toEqual(['main']);
  });

  test('a blob that was changed on disk is never given out, and storing it again heals it', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = randomBytes(1000);
    const blob = await store(remote, bytes);
    const path = blobFile(folder, blob.digest);
    const damaged = Buffer.from(bytes);
    damaged[500] = (damaged[500] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    await expect(remote.getBlob(blob)).rejects.toMatchObject({ code: 'INTEGRITY' });
    await store(remote, bytes);
    expect(bytes.equals(await remote.getBlob(blob))).toBe(true);
  });

  test('a manifest that was changed on disk is never given out', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = await manifestOf(remote, 'content');
    const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    writeFileSync(blobFile(folder, digest), bytes.toString().replace('json', 'jsen'));
    await expect(remote.getManifest('main')).rejects.toMatchObject({ code: 'INTEGRITY' });
    await expect(remote.getManifest(digest)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('a blob that is no manifest is not found as one', async () => {
    const remote = new LayoutRemote(newFolder());
    const { digest } = await store(remote, Buffer.from('{"a":1}'));
    expect(await remote.getManifest(digest)).toBeUndefined();
  });

  test('an index is refused where a manifest that it names is not there', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    const bytes = await manifestOf(remote, 'content');
    const named = { mediaType: MEDIA_TYPE_MANIFEST, digest: digestOf(bytes), size: bytes.length };
    const index = encodeManifest({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE_INDEX,
      manifests: [named],
    });
    await expect(remote.putManifest(index, MEDIA_TYPE_INDEX, ['all'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(named.digest),
    });
    expect(await remote.resolve('all')).toBeUndefined();
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, []);
    await remote.putManifest(index, MEDIA_TYPE_INDEX, ['all']);
    expect((await remote.getManifest('all'))?.descriptor.mediaType).toBe(MEDIA_TYPE_INDEX);
  });

  test('temporary files of killed processes are swept after a day', async () => {
    const folder = newFolder();
    await store(new LayoutRemote(folder), Buffer.from('a'));
    const [old, fresh] = ['tmp-old', 'tmp-fresh'].map((name) => join(folder, '.cafs', name));
    writeFileSync(String(old), '');
    writeFileSync(String(fresh), '');
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    utimesSync(String(old), twoDaysAgo, twoDaysAgo);
    await store(new LayoutRemote(folder), Buffer.from('b'));
    expect(readdirSync(join(folder, '.cafs'))).toEqual(['index.lock', 'tmp-fresh']);
  });

  test('a relative folder is relative to the folder that the caller names', async () => {
    const cwd = tempDir();
    const remote = openRemote('oci:./a/b', { cwd });
    expect(remote.name).toBe('oci:./a/b');
    await store(remote, Buffer.from('x'));
    expect(statSync(join(cwd, 'a', 'b', 'oci-layout')).isFile()).toBe(true);
  });
});

describe('several processes and one image layout', () => {
  test('four that write at once lose no tag and no blob', async () => {
    const folder = newFolder();
    const writers = ['a', 'b', 'c', 'd'].map((name) => startWriter(folder, name, 12));
    const ended = await Promise.all(writers.map(exitOf));
    expect(ended).toEqual(writers.map(() => ({ code: 0, errors: '' })));
    const remote = new LayoutRemote(folder);
    const tags = [...(await remote.listTags())].sort();
    const expected = ['a', 'b', 'c', 'd'].flatMap((name) =>
      Array.from({ length: 12 }, (_, at) => `${name}-${String(at)}`),
    );
    expect(tags).toEqual([...expected, 'shared'].sort());
    await assertWhole(remote, folder);
    expect(readdirSync(join(folder, '.cafs'))).toEqual(['index.lock']);
  });

  test('one that is killed at any moment leaves a layout that is whole and can be written', async () => {
    const folder = newFolder();
    for (let round = 0; round < 4; round += 1) {
      const writer = startWriter(folder, `k${String(round)}`, 1000);
      await once(writer.stdout ?? writer, 'data');
      await delay(10 + round * 17);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const remote = new LayoutRemote(folder);
      await assertWhole(remote, folder);
      const bytes = await manifestOf(remote, `after ${String(round)}`);
      await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, [`after-${String(round)}`]);
      expect((await remote.resolve(`after-${String(round)}`))?.digest).toBe(digestOf(bytes));
    }
  }, 120_000);
});

describe('five processes and one image layout, of which one is killed', () => {
  test('lose no tag that was reported, and show nobody half a file', async () => {
    const folder = newFolder();
    const names = ['a', 'b', 'c', 'd', 'killed'];
    const writers = names.map((name) => startWriter(folder, name, name === 'killed' ? 1000 : 20));
    const reported: string[] = [];
    writers.forEach((writer, at) => {
      writer.stdout?.on('data', (chunk: Buffer) => {
        reported.push(...chunk.toString().trim().split('\n'));
        if (names[at] === 'killed' && reported.includes('killed-5')) writer.kill('SIGKILL');
      });
    });
    const ended = Promise.all(
      writers.map(async (writer) => (await once(writer, 'close')) as [number | null]),
    );
    const over = new AbortController();
    const looking = lookAt(folder, over.signal);
    const codes = (await ended).map(([code]) => code);
    over.abort();
    expect(codes).toEqual([0, 0, 0, 0, null]);
    expect(await looking).toBeGreaterThan(10);

    const remote = new LayoutRemote(folder);
    const tags = new Set(await remote.listTags());
    expect(reported.length).toBeGreaterThanOrEqual(4 * 20 + 6);
    expect(reported.filter((tag) => !tags.has(tag))).toEqual([]);
    expect(tags.has('shared')).toBe(true);
    await assertWhole(remote, folder);
  }, 120_000);
});

describe('an image layout from which is deleted', () => {
  test('has every manifest whose tag was stored after, whoever deletes meanwhile', async () => {
    const folder = newFolder();
    const [one, other] = [new LayoutRemote(folder), new LayoutRemote(folder)];
    const bytes = await manifestOf(one, 'comes and goes');
    for (let round = 0; round < 30; round += 1) {
      const tag = `round-${String(round)}`;
      await Promise.all([
        one.putManifest(bytes, MEDIA_TYPE_MANIFEST, [tag]),
        other.delete(digestOf(bytes)),
        // Reads what is there at the moment, or finds nothing; it never fails.
        other.getManifest(tag),
      ]);
      const resolved = await one.resolve(tag);
      expect((await one.getManifest(tag))?.descriptor.digest).toBe(resolved?.digest);
      expect(resolved === undefined).toBe((await one.resolve(digestOf(bytes))) === undefined);
    }
  });

  test('keeps blobs that are no manifests, whoever asks to delete them', async () => {
    const remote = new LayoutRemote(newFolder());
    await manifestOf(remote, 'content');
    expect(await remote.delete(digestOf('content'))).toBe(false);
    expect(await remote.hasBlob(digestOf('content'))).toBe(true);
  });

  test('lets go of a manifest that is damaged or gone', async () => {
    const folder = newFolder();
    const remote = new LayoutRemote(folder);
    for (const spoil of [
      (path: string) => {
        writeFileSync(path, 'something else');
      },
      (path: string) => {
        rmSync(path);
      },
    ]) {
      const bytes = await manifestOf(remote, 'content');
      const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
      spoil(blobFile(folder, digest));
      expect(await remote.delete(digest)).toBe(true);
      expect(await remote.listTags()).toEqual([]);
      expect(await remote.resolve(digest)).toBeUndefined();
    }
  });
});

/** Reads the table of a layout again and again; gives how often it was there, and whole. */
async function lookAt(folder: string, over: AbortSignal): Promise<number> {
  const index = join(folder, 'index.json');
  let looks = 0;
  while (!over.aborted) {
    await delay(5);
    if (!existsSync(index)) continue;
    const table = json(index) as { manifests: unknown[] };
    expect(table).toMatchObject({ schemaVersion: 2, manifests: expect.any(Array) });
    // Before the first manifest there are blobs. Later, there is always one.
    if (table.manifests.length === 0 && looks === 0) continue;
    expect(await new LayoutRemote(folder).getManifest('shared')).toBeDefined();
    looks += 1;
  }
  return looks;
}

/** Every blob has the digest of its name, and everything that a tag needs is there. */
async function assertWhole(remote: LayoutRemote, folder: string): Promise<void> {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  for (const name of readdirSync(blobs)) {
    expect(name).toBe(hexOf(digestOf(readFileSync(join(blobs, name)))));
  }
  for (const tag of await remote.listTags()) {
    const fetched = await remote.getManifest(tag);
    expect(fetched).toBeDefined();
    for (const layer of parseManifest(fetched?.bytes ?? Buffer.alloc(0)).layers) {
      expect(await remote.hasBlob(layer.digest)).toBe(true);
    }
  }
}

function startWriter(folder: string, name: string, count: number): ChildProcess {
  const script = join(import.meta.dirname, 'layout-writer.ts');
  return spawn(process.execPath, [script, folder, name, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function exitOf(child: ChildProcess): Promise<{ code: number; errors: string }> {
  child.stdout?.resume();
  const errors = child.stderr === null ? '' : text(child.stderr);
  const [code] = (await once(child, 'exit')) as [number];
  return { code, errors: await errors };
}

function blobFile(folder: string, digest: Digest): string {
  return join(folder, 'blobs', 'sha256', hexOf(digest));
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
