import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { Blobs } from '../../src/store/blobs.ts';
import { collectGarbage } from '../../src/store/gc.ts';
import { IndexFile, digestsIn } from '../../src/store/index-file.ts';
import { type Layout, openLayout } from '../../src/store/layout.ts';
import { testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { asNobody } from '../sync/trees.ts';

const tempDir = useTempDirs();
const namespace = { name: 'a/b', tag: 'latest' };

function open(): { layout: Layout; file: IndexFile; collect: () => Promise<unknown> } {
  const layout = openLayout(tempDir());
  return {
    layout,
    file: new IndexFile(layout, namespace),
    collect: () => collectGarbage(layout, { needed: [], readIndex: digestsIn }),
  };
}

describe('an index file', () => {
  test('that is a folder is refused by name', async () => {
    const { file, collect } = open();
    mkdirSync(file.path, { recursive: true });
    const malformed = expect.objectContaining({
      code: 'MALFORMED',
      message: expect.stringContaining(file.path),
      hint: expect.any(String),
    });
    expect(() => file.load()).toThrow(malformed);
    expect(() => file.isStale()).toThrow(malformed);
    await expect(collect()).rejects.toEqual(malformed);
  });

  testOnPosix('that this user may not look for is not taken for none', async () => {
    const { layout, file } = open();
    mkdirSync(dirname(file.path), { recursive: true });
    chmodSync(layout.cacheDir, 0o755);
    chmodSync(dirname(file.path), 0);
    const refused = expect.objectContaining({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('No permission'),
    });
    await asNobody(layout.cacheDir, () => {
      expect(() => file.exists()).toThrow(refused);
      expect(() => file.load()).toThrow(refused);
      return Promise.resolve();
    });
    chmodSync(dirname(file.path), 0o755);
    expect(file.exists()).toBe(false);
  });
});

describe('garbage is not collected', () => {
  const places: [string, (layout: Layout) => string][] = [
    ['an index', (layout) => layout.index(namespace)],
    ['a folder of indexes', (layout) => dirname(layout.index(namespace))],
  ];
  for (const [name, place] of places) {
    for (const [kind, target] of [
      ['nowhere', 'gone'],
      ['itself', '.'],
    ] as const) {
      testOnPosix(`where the symlink of ${name} leads ${kind}`, async () => {
        const { layout, collect } = open();
        const link = place(layout);
        const digest = Blobs.open(layout.cacheDir).put(Buffer.from('needed'));
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(target === '.' ? link : join(tempDir(), target), link);
        await expect(collect()).rejects.toMatchObject({
          code: 'MALFORMED',
          message: expect.stringContaining(link),
          hint: expect.any(String),
        });
        const blobs = new Blobs(layout);
        expect(blobs.has(digest)).toBe(true);
        rmSync(link);
        writeFileSync(join(dirname(link), 'stranger'), '');
        await expect(collect()).resolves.toMatchObject({ removed: 1 });
      });
    }
  }
});
