import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from '@jest/globals';

import { digestOf, hexOf } from '../../src/digest.ts';
import type { Observed } from '../../src/observe.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { type Layout, openLayout } from '../../src/store/layout.ts';
import { verifyBlobs } from '../../src/store/verify.ts';
import { testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { asNobody } from '../sync/trees.ts';

const tempDir = useTempDirs();

function open(): { layout: Layout; blobs: Blobs } {
  const layout = openLayout(tempDir());
  return { layout, blobs: new Blobs(layout) };
}

describe('verifying blobs', () => {
  test('finds nothing wrong in an empty cache folder', async () => {
    expect(await verifyBlobs(open().layout)).toEqual({
      checked: 0,
      bytes: 0,
      damaged: [],
      strangers: [],
    });
  });

  test('sets aside what is damaged, and counts all', async () => {
    const { layout, blobs } = open();
    const large = Buffer.alloc(3 * 1024 * 1024 + 5, 'large');
    const digests = ['a', 'b', '', large].map((content) => blobs.put(Buffer.from(content)));
    const [bad] = digests;
    writeFileSync(layout.blob(bad!), 'A');
    const short = digests[3]!;
    writeFileSync(layout.blob(short), large.subarray(0, 100));

    const events: Observed[] = [];
    const found = await verifyBlobs(layout, { observer: (event) => events.push(event) });
    expect(found).toMatchObject({ checked: 4, bytes: 102, strangers: [] });
    expect(found.damaged).toHaveLength(2);
    expect(found.damaged).toEqual(
      expect.arrayContaining([
        { digest: bad, found: digestOf('A'), reason: expect.stringContaining('damaged') },
        {
          digest: short,
          found: digestOf(large.subarray(0, 100)),
          reason: expect.stringContaining('damaged'),
        },
      ]),
    );
    expect(events).toHaveLength(4);
    expect(events.at(-1)).toEqual({ kind: 'hash', done: 4, bytes: 102 });
    expect(blobs.has(bad!)).toBe(false);
    expect(readFileSync(layout.damaged(bad!), 'utf8')).toBe('A');

    blobs.put(Buffer.from('a'));
    blobs.put(large);
    expect(await verifyBlobs(layout)).toMatchObject({ checked: 4, damaged: [] });
  });

  testOnPosix('names what is no blob, and leaves it alone', async () => {
    const { layout, blobs } = open();
    const dir = join(layout.blob(blobs.put(Buffer.from('a'))), '..');
    const target = join(tempDir(), 'target');
    writeFileSync(target, 'link');
    const link = layout.blob(digestOf('link'));
    const folder = layout.blob(digestOf('folder'));
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(target, link);
    const named = join(dir, 'README');
    const outside = join(layout.blobsDir, 'README');
    for (const path of [named, outside]) writeFileSync(path, '');

    const { checked, damaged, strangers } = await verifyBlobs(layout);
    expect([checked, damaged]).toEqual([1, []]);
    expect([...strangers].sort()).toEqual([link, folder, named, outside].sort());
    for (const path of [link, folder, named, outside]) expect(existsSync(path)).toBe(true);
  });

  testOnPosix('goes on where it may not read a blob', async () => {
    const { layout, blobs } = open();
    const [bad] = ['a', 'b', 'c'].map((content) => blobs.put(Buffer.from(content)));
    chmodSync(layout.blob(bad!), 0);
    const found = await asNobody(layout.cacheDir, () => verifyBlobs(layout));
    expect(found).toMatchObject({ checked: 3, bytes: 2 });
    expect(found.damaged).toEqual([{ digest: bad, reason: expect.stringContaining('EACCES') }]);
    expect(existsSync(layout.damaged(bad!))).toBe(true);
    expect(blobs.has(bad!)).toBe(false);
  });

  test.each([10, 3 * 1024 * 1024])('goes on where a disk fails to give %i bytes', (size) => {
    const { layout, blobs } = open();
    const bad = blobs.put(Buffer.alloc(size, 'bad'));
    blobs.put(Buffer.from('good'));
    const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { openLayout } from ${at('../../src/store/layout.ts')};
      import { verifyBlobs } from ${at('../../src/store/verify.ts')};
      const found = await verifyBlobs(openLayout(${JSON.stringify(layout.cacheDir)}));
      console.log(JSON.stringify(found));`;
    const preload = fileURLToPath(new URL('../support/bad-disk.mjs', import.meta.url));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', preload, '--input-type=module', '-e', script],
      { encoding: 'utf8', env: { ...process.env, CAFS_TEST_DISK: `failing ${hexOf(bad)}` } },
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      checked: 2,
      bytes: 4,
      damaged: [{ digest: bad, reason: expect.stringContaining('EIO') }],
      strangers: [],
    });
    expect(blobs.has(bad)).toBe(false);
    expect(existsSync(layout.damaged(bad))).toBe(true);
  });

  test('stops where it is told to', async () => {
    const { layout, blobs } = open();
    for (let i = 0; i < 10; i += 1) blobs.put(Buffer.from(`content ${i}`));
    const reason = new Error('enough');
    const controller = new AbortController();
    let seen = 0;
    const verifying = verifyBlobs(layout, {
      signal: controller.signal,
      observer: () => {
        seen += 1;
        controller.abort(reason);
      },
    });
    await expect(verifying).rejects.toBe(reason);
    expect(seen).toBe(1);
  });
});
