import {
  type BigIntStats,
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Digest, digestOf } from '../../src/digest.ts';
import { bytesOf, decodeName, encodePath } from '../../src/names.ts';
import { describeFile } from '../../src/tree/describe.ts';
import { differences } from '../../src/tree/difference.ts';
import { StatCache } from '../../src/tree/stat-cache.ts';
import { StatTable } from '../../src/tree/stat-table.ts';
import { walk } from '../../src/tree/walk.ts';
import { nameBytes } from '../support/byte-names.ts';
import { testOnLinux, testOnPosix } from '../support/platform.ts';
import { EVERYTHING, infoOf, useTreeDirs } from './support.ts';

const tempDir = useTreeDirs();

let base: string;
let cacheDir: string;
beforeEach(() => {
  base = tempDir();
  cacheDir = tempDir();
});

/** Longer than any tick that a file system on a developer's machine has. */
const SETTLED_MS = 30;
const SECOND = 1_000_000_000n;

function statsOf(path: string): BigIntStats {
  return lstatSync(encodePath(join(base, path)), { bigint: true });
}

function open(clock?: () => bigint): StatCache {
  return StatCache.open(base, cacheDir, clock);
}

function find(path: string): Digest | undefined {
  return open().find(path, statsOf(path));
}

/** Reads files as `describeFile` does, and keeps what can be remembered. */
function hashAll(...paths: readonly string[]): StatCache {
  const cache = open();
  for (const path of paths) cache.hash(join(base, path), path, statsOf(path));
  cache.save();
  return cache;
}

async function write(path: string, content: string): Promise<void> {
  writeFileSync(join(base, path), content);
  await sleep(SETTLED_MS);
}

/** The one file that a cache is kept in. */
function cacheFile(): string {
  const [name] = readdirSync(join(cacheDir, 'stat'));
  return join(cacheDir, 'stat', name!);
}

/** Paths that are kept on disk. */
function kept(): string[] {
  const table = StatTable.decode(readFileSync(cacheFile()))!;
  return Array.from({ length: table.count }, (_, index) => decodeName(table.path(index)));
}

describe('a file that is as it was', () => {
  test('is not read again', async () => {
    await write('a', 'one');
    hashAll('a');
    expect(find('a')).toBe(digestOf('one'));
  });

  test('is known by its stats alone: the cache is asked before the file is', async () => {
    await write('a', 'one');
    hashAll('a');
    const [found] = [...walk(base, EVERYTHING)];
    const gone = join(base, 'elsewhere');
    expect(describeFile(gone, found!, open().hash)).toMatchObject({ digest: digestOf('one') });
    expect(() => describeFile(gone, found!)).toThrow();
    // A wrong digest in the cache shows that nothing was read.
    const cache = open();
    cache.remember('a', statsOf('a'), digestOf('two'), cache.now());
    cache.save();
    const wanted = new Map([['a', infoOf('two', { mode: 0o644 })]]);
    const [[, difference] = []] = [...differences(base, wanted, open().hash)];
    expect(difference).toBe('attributes');
    expect([...differences(base, wanted)]).toEqual([['a', 'content']]);
  });

  testOnPosix('is the same by whatever path its folder is named', async () => {
    await write('a', 'one');
    hashAll('a');
    const link = join(tempDir(), 'link');
    symlinkSync(base, link);
    expect(StatCache.open(link, cacheDir).find('a', statsOf('a'))).toBe(digestOf('one'));
    expect(StatCache.open(tempDir(), cacheDir).find('a', statsOf('a'))).toBeUndefined();
  });

  testOnLinux('may have any name', async () => {
    const names = fc.sample(nameBytes, 50).map((bytes) => decodeName(bytes));
    for (const name of names) writeFileSync(bytesOf(`${base}/${name}`), name);
    await sleep(SETTLED_MS);
    const cache = open();
    for (const name of names) cache.hash(bytesOf(`${base}/${name}`), name, statsOf(name));
    cache.save();
    const next = open();
    for (const name of names) {
      expect(next.find(name, statsOf(name))).toBe(digestOf(Buffer.from(name)));
    }
  });
});

describe('a file that may have changed is read again', () => {
  test.each<[string, () => void]>([
    [
      'same size, written to, its time set back',
      () => {
        const { atimeMs, mtimeMs } = lstatSync(join(base, 'a'));
        writeFileSync(join(base, 'a'), 'two');
        utimesSync(join(base, 'a'), atimeMs / 1000, mtimeMs / 1000);
      },
    ],
    [
      'another file in its place, with its size and time',
      () => {
        writeFileSync(join(base, 'b'), 'two');
        const { atimeMs, mtimeMs } = lstatSync(join(base, 'a'));
        utimesSync(join(base, 'b'), atimeMs / 1000, mtimeMs / 1000);
        renameSync(join(base, 'b'), join(base, 'a'));
      },
    ],
    [
      'another size',
      () => {
        writeFileSync(join(base, 'a'), 'three');
      },
    ],
  ])('%s', async (_, change) => {
    await write('a', 'one');
    utimesSync(join(base, 'a'), 1000, 1000);
    await sleep(SETTLED_MS);
    hashAll('a');
    expect(find('a')).toBe(digestOf('one'));
    change();
    expect(find('a')).toBeUndefined();
    await sleep(SETTLED_MS);
    hashAll('a');
    expect(find('a')).toBe(digestOf(readFileSync(join(base, 'a'))));
  });

  testOnPosix('another mode', async () => {
    await write('a', 'one');
    hashAll('a');
    chmodSync(join(base, 'a'), 0o600);
    expect(find('a')).toBeUndefined();
  });

  test.each(['size', 'mtimeNs', 'ctimeNs', 'ino', 'mode'] as const)(
    'when its %s alone differs',
    async (field) => {
      await write('a', 'one');
      hashAll('a');
      const stats = statsOf('a');
      expect(open().find('a', stats)).toBe(digestOf('one'));
      expect(open().find('a', { ...stats, [field]: stats[field] + 1n })).toBeUndefined();
    },
  );
});

describe('a file that is being written to is not remembered', () => {
  /** Whether a file with these stamps is remembered that was read at this moment. */
  function isRemembered(stamps: Partial<BigIntStats>, since: bigint): boolean {
    writeFileSync(join(base, 'a'), '');
    const stats = { ...statsOf('a'), ...stamps };
    const cache = open();
    cache.remember('a', stats, digestOf(''), since);
    cache.save();
    return open().find('a', stats) !== undefined;
  }

  const NOW = 1_700_000_000n * SECOND + 123_456_789n;
  const OLD = NOW - 3600n * SECOND;

  test.each<[string, bigint, boolean]>([
    ['in the same tick', 0n, false],
    ['10 ms ago', 10_000_000n, false],
    ['20 ms ago', 20_000_000n, false],
    ['just over 20 ms ago', 20_000_001n, true],
    ['in the future', -SECOND, false],
    ['in the far future', -1_000_000_000n * SECOND, false],
  ])('when it was written %s', (_, ago, remembered) => {
    expect(isRemembered({ mtimeNs: NOW - ago, ctimeNs: OLD }, NOW)).toBe(remembered);
    expect(isRemembered({ mtimeNs: OLD, ctimeNs: NOW - ago }, NOW)).toBe(remembered);
  });

  test.each<[string, bigint, boolean]>([
    ['1 s ago', SECOND, false],
    ['2 s ago', 2n * SECOND, false],
    ['3 s ago', 3n * SECOND, true],
  ])('when the disk keeps whole seconds, and it was written %s', (_, ago, remembered) => {
    const now = 1_700_000_000n * SECOND;
    expect(isRemembered({ mtimeNs: OLD, ctimeNs: now - ago }, now)).toBe(remembered);
    expect(isRemembered({ mtimeNs: now - ago, ctimeNs: OLD }, now)).toBe(remembered);
  });

  test('and one that was just written with an old time is, once the tick is over', () => {
    writeFileSync(join(base, 'a'), '');
    const stats = { ...statsOf('a'), mtimeNs: OLD, ctimeNs: NOW };
    const remembered = (mtimeNs: bigint, savedAt: bigint): boolean => {
      rmSync(join(cacheDir, 'stat'), { recursive: true, force: true });
      let now = NOW + 1000n;
      const cache = open(() => now);
      const written = { ...stats, mtimeNs };
      cache.rememberWritten('a', written, digestOf(''));
      now = savedAt;
      cache.save();
      return open().find('a', written) !== undefined;
    };
    expect(remembered(OLD, NOW + 10_000_000n)).toBe(false);
    expect(remembered(OLD, NOW + 30_000_000n)).toBe(true);
    // Whoever writes to it in this tick gives it the same time.
    expect(remembered(NOW, NOW + 30_000_000n)).toBe(false);
  });

  /** Stats as a disk gives them whose clock moves in ticks of 10 ms. */
  function ticking(stats: BigIntStats): BigIntStats {
    const tick = 10_000_000n;
    const mtimeNs = (stats.mtimeNs / tick) * tick;
    return { ...stats, mtimeNs, ctimeNs: (stats.ctimeNs / tick) * tick };
  }

  test.each<[string, (stats: BigIntStats) => BigIntStats]>([
    ['as this disk stamps files', (stats) => stats],
    ['on a disk with a coarse clock', ticking],
  ])(
    'no digest is ever stale, however fast the writes follow one another, %s',
    async (_, seen) => {
      // A stamp of a whole second looks like those of a disk that has no others.
      const isWhole = (): boolean => seen(statsOf('still')).ctimeNs % 1_000_000_000n === 0n;
      do await write('still', 'x');
      while (isWhole());
      const file = join(base, 'a');
      const stale: number[] = [];
      let known = 0;
      let cache = open();
      for (let round = 0; round < 2000; round += 1) {
        const rewrite = (part: string): void => {
          writeFileSync(file, `${part}${String(round).padStart(6, '0')}`);
          if (round % 2 === 0) utimesSync(file, 1000, 1000);
        };
        rewrite('before');
        for (const path of ['a', 'still']) {
          if (cache.find(path, seen(statsOf(path))) !== undefined) continue;
          const since = cache.now();
          const digest = digestOf(readFileSync(join(base, path)));
          cache.remember(path, seen(statsOf(path)), digest, since);
        }
        rewrite('after!');
        cache.save();
        cache = open();
        const found = cache.find('a', seen(statsOf('a')));
        if (found !== undefined && found !== digestOf(readFileSync(file))) stale.push(round);
        if (cache.find('still', seen(statsOf('still'))) === digestOf('x')) known += 1;
      }
      expect(stale).toEqual([]);
      expect(known).toBe(2000);
    },
    60_000,
  );
});

describe('what is kept on disk', () => {
  test('files that are gone are dropped; others that nobody asked for stay', async () => {
    mkdirSync(join(base, 'd'));
    for (const path of ['a', 'b', 'c', 'd/e', 'd/f']) writeFileSync(join(base, path), path);
    await sleep(SETTLED_MS);
    hashAll('d/f', 'a', 'c', 'b', 'd/e');
    expect(kept()).toEqual(['a', 'b', 'c', 'd/e', 'd/f']);
    rmSync(join(base, 'a'));
    rmSync(join(base, 'd'), { recursive: true });
    writeFileSync(join(base, 'd'), 'now a file');
    await write('b', 'changed');
    hashAll('b');
    expect(kept()).toEqual(['b', 'c']);
    expect(find('b')).toBe(digestOf('changed'));
    expect(find('c')).toBe(digestOf('c'));
  });

  test('nothing is written where there is nothing new', async () => {
    hashAll();
    expect(() => cacheFile()).toThrow();
    await write('a', 'one');
    hashAll('a');
    const before = lstatSync(cacheFile(), { bigint: true }).ino;
    hashAll('a');
    expect(lstatSync(cacheFile(), { bigint: true }).ino).toBe(before);
  });

  test('a file that changed and cannot be trusted yet is dropped', async () => {
    await write('a', 'one');
    await write('b', 'one');
    hashAll('a', 'b');
    await write('b', 'two');
    writeFileSync(join(base, 'a'), 'two');
    hashAll('a', 'b');
    expect(kept()).toEqual(['b']);
  });

  test.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is cut short', (bytes) => bytes.subarray(0, -1)],
    ['is no such file', () => Buffer.from('no such file')],
    ['is of a newer version', (bytes) => recode(bytes, (raw) => raw.fill('2', 7, 8))],
    ['claims more records', (bytes) => recode(bytes, (raw) => raw.fill(0xff, 8, 12))],
    ['claims one record less', (bytes) => recode(bytes, (raw) => raw.fill(1, 8, 9))],
    [
      'has a path that ends before it begins',
      (bytes) => recode(bytes, (raw) => raw.fill(9, 148, 149)),
    ],
    ['holds nothing', () => zstdCompressSync(Buffer.alloc(0))],
  ])('a file that %s is as good as none', async (_, damage) => {
    await write('a', 'one');
    await write('b', 'two');
    hashAll('a', 'b');
    writeFileSync(cacheFile(), damage(readFileSync(cacheFile())));
    expect(find('a')).toBeUndefined();
    hashAll('a', 'b');
    expect(find('a')).toBe(digestOf('one'));
  });

  test('a damaged byte is never believed', async () => {
    await write('a', 'one');
    await write('b', 'two');
    hashAll('a', 'b');
    const bytes = readFileSync(cacheFile());
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ 0x10;
      writeFileSync(cacheFile(), damaged);
      expect([undefined, digestOf('one')]).toContain(find('a'));
      expect([undefined, digestOf('two')]).toContain(find('b'));
    }
  });

  test('many files are found in whatever order they are asked for', () => {
    const paths = Array.from(
      { length: 2000 },
      (_, i) => `${String(i * 7919 + 1)}/${String(i % 7)}`,
    );
    const table = StatTable.empty();
    writeFileSync(join(base, 'a'), '');
    for (const path of paths) table.append(Buffer.from(path), statsOf('a'), digestOf(path));
    table.append(Buffer.from(paths[5]!), statsOf('a'), digestOf('the last one counts'));
    const read = StatTable.decode(table.encode())!;
    expect(read.count).toBe(paths.length);
    for (const order of [paths, paths.toReversed(), paths.toSorted()]) {
      const found = order.map((path) => read.digest(read.find(Buffer.from(path))));
      const texts = order.map((path) => (path === paths[5] ? 'the last one counts' : path));
      expect(found).toEqual(texts.map((text) => digestOf(text)));
    }
    for (const absent of ['', '0', '1', 'z', `${paths[9]!}x`]) {
      expect(read.find(Buffer.from(absent))).toBe(-1);
    }
  });
});

/** Changes the columns and makes a well-formed file of them again. */
function recode(file: Uint8Array, change: (raw: Buffer) => void): Uint8Array {
  const raw = zstdDecompressSync(file);
  change(raw);
  return zstdCompressSync(raw);
}
