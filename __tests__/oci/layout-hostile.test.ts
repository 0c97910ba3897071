import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf, hexOf } from '../../src/digest.ts';
import { LayoutRemote } from '../../src/oci/layout.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { drain } from '../contracts/samples.ts';
import { manifestOf, store } from '../contracts/remote.ts';
import { describeOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();
const MIB = 1024 * 1024;

/** More than fits into memory; Windows would take the room for it on the disk. */
const HUGE = process.platform === 'win32' ? 64 * MIB : 100 * 1024 * MIB;

/** A layout with one manifest, tagged `main`. */
async function made(): Promise<{ folder: string; digest: Digest; remote: LayoutRemote }> {
  const folder = join(tempDir(), 'layout');
  const bytes = await manifestOf(new LayoutRemote(folder), 'content');
  await new LayoutRemote(folder).putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
  return { folder, digest: digestOf(bytes), remote: new LayoutRemote(folder) };
}

/** A file with nothing in it that takes no room on the disk. */
function sparse(path: string, size: number): void {
  writeFileSync(path, '');
  truncateSync(path, size);
}

describe('an index.json that is hostile', () => {
  const wrap = (inside: string): string =>
    `{"schemaVersion":2,"manifests":[],"annotations":{"a":"b"},"x":${inside}}`;

  test.each([
    [
      'larger than memory',
      (path: string) => {
        sparse(path, HUGE);
      },
    ],
    [
      'larger than any',
      (path: string) => {
        sparse(path, 8 * MIB + 1);
      },
    ],
    [
      'full of what is no descriptor',
      (path: string) => {
        writeFileSync(path, `{"schemaVersion":2,"manifests":[${'{},'.repeat(2_000_000)}{}]}`);
      },
    ],
    [
      'with a size beyond 2^53',
      (path: string) => {
        const entry = { mediaType: 'a/b', digest: digestOf(''), size: 2 ** 53 };
        writeFileSync(path, JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
      },
    ],
    [
      'with a path for a digest',
      (path: string) => {
        const entry = { mediaType: 'a/b', digest: `sha256:../../${'0'.repeat(58)}`, size: 1 };
        writeFileSync(path, JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
      },
    ],
    [
      'that is a folder',
      (path: string) => {
        mkdirSync(path);
      },
    ],
  ])('%s is MALFORMED for all that read it', async (_, spoil) => {
    const { folder, remote } = await made();
    const index = join(folder, 'index.json');
    rmSync(index);
    spoil(index);
    const malformed = { code: 'MALFORMED', message: expect.stringContaining(index) };
    await expect(remote.listTags()).rejects.toMatchObject(malformed);
    await expect(remote.resolve('main')).rejects.toMatchObject(malformed);
    await expect(remote.delete('main')).rejects.toMatchObject(malformed);
    const bytes = await manifestOf(remote, 'more');
    const put = remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    await expect(put).rejects.toMatchObject(malformed);
    expect(readdirSync(join(folder, '.cafs'))).toEqual(['index.lock']);
  });

  test('nested deeply is read, and not written anew', async () => {
    const { folder, remote } = await made();
    const levels = 1_000_000;
    const text = wrap('['.repeat(levels) + ']'.repeat(levels));
    writeFileSync(join(folder, 'index.json'), text);
    expect(await remote.listTags()).toEqual([]);
    const bytes = await manifestOf(remote, 'more');
    await expect(remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main'])).rejects.toMatchObject({
      code: 'MALFORMED',
    });
    expect(readFileSync(join(folder, 'index.json'), 'utf8')).toBe(text);
  });

  test('a tag that points to more than a manifest may have is MALFORMED, unread', async () => {
    const { folder, remote } = await made();
    const digest = digestOf('huge');
    sparse(join(folder, 'blobs', 'sha256', hexOf(digest)), HUGE);
    const entry = {
      mediaType: MEDIA_TYPE_MANIFEST,
      digest,
      size: HUGE,
      annotations: { 'org.opencontainers.image.ref.name': 'main' },
    };
    writeFileSync(
      join(folder, 'index.json'),
      JSON.stringify({ schemaVersion: 2, manifests: [entry] }),
    );
    await expect(remote.getManifest('main')).rejects.toMatchObject({ code: 'MALFORMED' });
    expect(await remote.getManifest(digest)).toBeUndefined();
  });

  test('a tag that is there twice is the later one, and goes as a whole', async () => {
    const { folder, remote } = await made();
    const index = join(folder, 'index.json');
    const bytes = await manifestOf(remote, 'later');
    const { digest, size } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, []);
    const table = JSON.parse(readFileSync(index, 'utf8')) as { manifests: unknown[] };
    const annotations = { 'org.opencontainers.image.ref.name': 'main' };
    table.manifests.push({ mediaType: MEDIA_TYPE_MANIFEST, digest, size, annotations });
    writeFileSync(index, JSON.stringify(table));
    expect((await remote.resolve('main'))?.digest).toBe(digest);
    expect(await remote.listTags()).toEqual(['main']);
    expect(await remote.delete('main')).toBe(true);
    expect(await remote.resolve('main')).toBeUndefined();
  });

  test('tags are not written beyond what is read', async () => {
    const { folder, remote } = await made();
    const index = join(folder, 'index.json');
    writeFileSync(index, wrap(`"${'x'.repeat(8 * MIB - 200)}"`));
    expect(await remote.listTags()).toEqual([]);
    const bytes = await manifestOf(remote, 'more');
    await expect(remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main'])).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      hint: expect.stringContaining('tags'),
    });
    expect(await remote.listTags()).toEqual([]);
  });
});

describe('an oci-layout that is hostile', () => {
  test.each([
    [
      'huge',
      (path: string) => {
        sparse(path, HUGE);
      },
    ],
    [
      'a folder',
      (path: string) => {
        mkdirSync(path);
      },
    ],
  ])('%s is MALFORMED', async (_, spoil) => {
    const { folder, digest } = await made();
    const marker = join(folder, 'oci-layout');
    rmSync(marker);
    spoil(marker);
    const malformed = { code: 'MALFORMED', message: expect.stringContaining(marker) };
    const remote = new LayoutRemote(folder);
    await expect(remote.resolve('main')).rejects.toMatchObject(malformed);
    await expect(remote.hasBlob(digest)).rejects.toMatchObject(malformed);
    const bytes = randomBytes(10);
    await expect(remote.putBlob(digestOf(bytes), bytes)).rejects.toMatchObject(malformed);
  });
});

describe('a blob that was changed on disk', () => {
  test('is not given to its end as a stream', async () => {
    const { folder, remote } = await made();
    const bytes = randomBytes(3_000_000);
    const { digest, size } = await store(remote, bytes);
    const path = join(folder, 'blobs', 'sha256', hexOf(digest));
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    let seen = 0;
    const reading = (async () => {
      for await (const piece of remote.getBlobStream({ digest, size })) seen += piece.byteLength;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'INTEGRITY', hint: expect.any(String) });
    expect(seen).toBeLessThan(size);
  });

  test('is healed by storing it again, even where it may exist', async () => {
    const { folder, remote } = await made();
    const bytes = randomBytes(300_000);
    const blob = await store(remote, bytes);
    const path = join(folder, 'blobs', 'sha256', hexOf(blob.digest));
    writeFileSync(path, randomBytes(300_000));
    const source = {
      size: bytes.byteLength,
      async *open() {
        yield await Promise.resolve(bytes);
      },
    };
    await remote.putBlob(blob.digest, source, { mayExist: true });
    expect((await drain(remote.getBlobStream(blob))).digest).toBe(blob.digest);
  });
});

describeOnPosix('what lies in the place of a file and is none', () => {
  const spoils: readonly (readonly [string, (path: string) => void])[] = [
    [
      'a symlink to the right bytes',
      (path) => {
        const elsewhere = join(tempDir(), 'elsewhere');
        writeFileSync(elsewhere, readFileSync(path));
        rmSync(path);
        symlinkSync(elsewhere, path);
      },
    ],
    [
      'a symlink to nowhere',
      (path) => {
        rmSync(path);
        symlinkSync('/nowhere/at/all', path);
      },
    ],
    [
      'a pipe',
      (path) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      },
    ],
  ];

  test.each(spoils)('%s is no blob, keeps nobody waiting, and gives way', async (_, spoil) => {
    const { folder, remote } = await made();
    const bytes = randomBytes(1000);
    const blob = await store(remote, bytes);
    spoil(join(folder, 'blobs', 'sha256', hexOf(blob.digest)));
    const refused = { code: 'INTEGRITY', message: expect.stringContaining('is no file') };
    expect(await remote.hasBlob(blob.digest)).toBe(false);
    await expect(remote.getBlob(blob)).rejects.toMatchObject(refused);
    await expect(drain(remote.getBlobStream(blob))).rejects.toMatchObject(refused);
    await expect(remote.getBlobRange(blob, { offset: 0, length: 1 })).rejects.toMatchObject(
      refused,
    );
    expect(await remote.resolve(blob.digest)).toBeUndefined();
    await store(remote, bytes);
    expect(bytes.equals(await remote.getBlob(blob))).toBe(true);
  });

  test('a folder is no blob, and is named where it is in the way', async () => {
    const { folder, remote } = await made();
    const bytes = randomBytes(1000);
    const blob = { digest: digestOf(bytes), size: 1000 };
    const path = join(folder, 'blobs', 'sha256', hexOf(blob.digest));
    mkdirSync(path);
    expect(await remote.hasBlob(blob.digest)).toBe(false);
    await expect(remote.getBlob(blob)).rejects.toMatchObject({ code: 'INTEGRITY' });
    await expect(store(remote, bytes)).rejects.toMatchObject({
      code: 'UNWRITABLE',
      message: expect.stringContaining(path),
    });
  });

  test.each(spoils)('%s is neither an index nor a marker', async (_, spoil) => {
    for (const name of ['index.json', 'oci-layout']) {
      const { folder } = await made();
      spoil(join(folder, name));
      await expect(new LayoutRemote(folder).resolve('main')).rejects.toMatchObject({
        code: 'MALFORMED',
        message: expect.stringContaining(name),
      });
    }
  });

  test('a folder of ours that leads elsewhere is refused, and nothing there is touched', async () => {
    const { folder } = await made();
    const elsewhere = tempDir();
    const precious = join(elsewhere, 'tmp-precious');
    writeFileSync(precious, 'precious');
    utimesSync(precious, 0, 0);
    rmSync(join(folder, '.cafs'), { recursive: true });
    symlinkSync(elsewhere, join(folder, '.cafs'));
    await expect(store(new LayoutRemote(folder), randomBytes(10))).rejects.toMatchObject({
      code: 'UNWRITABLE',
      message: expect.stringContaining('.cafs'),
    });
    expect(readdirSync(elsewhere)).toEqual(['tmp-precious']);
  });

  test('a lock that leads elsewhere is refused, and nothing is made there', async () => {
    const { folder } = await made();
    const lock = join(folder, '.cafs', 'index.lock');
    const elsewhere = join(tempDir(), 'elsewhere');
    rmSync(lock);
    symlinkSync(elsewhere, lock);
    await expect(new LayoutRemote(folder).delete('main')).rejects.toMatchObject({
      code: 'UNWRITABLE',
      message: expect.stringContaining(lock),
    });
    expect(existsSync(dirname(elsewhere))).toBe(true);
    expect(existsSync(elsewhere)).toBe(false);
  });
});
