import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { FOLDER, readTree, writeTree } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';
import { type Result, cafs } from './cafs.ts';

const tempDir = useTempDirs();

let folder: string;
let layout: string;
let name: string;
beforeEach(() => {
  [folder, layout] = [join(tempDir(), 'folder'), join(tempDir(), 'layout')];
  name = `oci:${layout}:main`;
  mkdirSync(folder);
});

/** Runs with nothing on this disk. */
const run = (...args: string[]): Promise<Result> => cafs({ cache: tempDir() }, ...args);

test('push, pull and ls count the same things', async () => {
  writeTree(folder, {
    a: 'text',
    'b/c': '',
    link: { link: 'a' },
    empty: FOLDER,
    'b/empty': FOLDER,
  });
  const pushed = await run('push', folder, name);
  const pulled = await run('pull', name, join(tempDir(), 'new'));
  expect(pushed.stdout).toMatch(/^5 entries in /);
  expect(pulled.stdout).toMatch(/^5 entries in .*: 5 written \(/);
  expect((await run('ls', name)).stdout.match(/\n/g)).toHaveLength(5);
  const { config } = JSON.parse((await run('inspect', name)).stdout) as {
    config: { entries: number };
  };
  expect(config.entries).toBe(5);
});

describe('what the remote has lost', () => {
  let largest: string;
  let all: readonly string[];
  beforeEach(async () => {
    writeFileSync(join(folder, 'a'), Buffer.from(Array.from({ length: 9000 }, (_, n) => n * n)));
    await run('push', folder, name);
    const blobs = join(layout, 'blobs/sha256');
    all = readdirSync(blobs).map((file) => join(blobs, file));
    const { stdout } = await run('inspect', name);
    const { manifest } = JSON.parse(stdout) as { manifest: { layers: { digest: string }[] } };
    largest = join(blobs, manifest.layers.at(-1)!.digest.slice('sha256:'.length));
  });

  const remedy = (): string => `cafs push --repair FOLDER ${name}\n`;

  test('of the contents is said with the snapshot, and how to bring it back', async () => {
    rmSync(largest);
    const target = join(tempDir(), 'new');
    const { code, stdout, stderr } = await run('pull', name, target);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(`cafs: ${name} is not whole: There is no blob`)).toBe(true);
    expect(stderr.endsWith(`with --repair: ${remedy()}`)).toBe(true);
    // The advice is right, also where nothing has changed.
    expect(await run('push', '--repair', folder, name)).toMatchObject({ code: 0 });
    expect(await run('pull', name, target)).toMatchObject({ code: 0 });
  });

  test('or has damaged, which no push can mend before it is deleted', async () => {
    writeFileSync(largest, 'damaged');
    const target = join(tempDir(), 'new');
    const { code, stderr } = await run('pull', name, target);
    expect(code).toBe(1);
    expect(stderr).toContain("delete the pack's file in the layout's folder blobs/sha256");
    expect(stderr.endsWith(remedy())).toBe(true);
    rmSync(largest);
    expect(await run('push', '--repair', folder, name)).toMatchObject({ code: 0 });
    expect(await run('pull', name, target)).toMatchObject({ code: 0 });
  });

  test('of what describes them, by whatever reads it', async () => {
    const { stdout } = await run('inspect', name);
    const { descriptor } = JSON.parse(stdout) as { descriptor: { digest: string } };
    const hex = descriptor.digest.slice('sha256:'.length);
    for (const file of all) if (!file.endsWith(hex) && file !== largest) rmSync(file);
    for (const args of [
      ['pull', name, tempDir()],
      ['ls', name],
      ['inspect', name],
    ]) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(1);
      expect(stderr.startsWith(`cafs: ${name} is not whole: `)).toBe(true);
      expect(stderr.endsWith(remedy())).toBe(true);
    }
  });

  test('is not the matter where there is no such tag, or no snapshot', async () => {
    const none = await run('pull', `oci:${layout}:none`, tempDir());
    expect(none.stderr).toMatch(/There is no tag none in .* Push one first\.\n$/);
    expect(none.stderr).not.toContain('--repair');
  });
});

test.each<[string, (target: string) => void]>([
  [
    'a symlink',
    (path) => {
      symlinkSync(tmpdir(), path);
    },
  ],
  [
    'a file',
    (path) => {
      writeFileSync(path, 'mine');
    },
  ],
])('%s in the way is said to be that, and the option that removes it', async (_, make) => {
  writeTree(folder, { 'sub/a': 'theirs' });
  await run('push', folder, name);
  const target = tempDir();
  make(join(target, 'sub'));
  const { code, stderr } = await run('pull', name, target);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^cafs: "sub\/a" is not written: .* Remove it, or pull with --delete, which/,
  );
  expect(await run('pull', '--delete', name, target)).toMatchObject({ code: 0 });
  expect(readTree(target)).toEqual(readTree(folder));
});

test('what differs is overwritten; what is not in the snapshot stays, but for --delete', async () => {
  writeTree(folder, { a: 'theirs' });
  await run('push', folder, name);
  const target = tempDir();
  writeTree(target, { a: 'mine', own: 'mine', '.git/config': 'mine' });
  const { stdout } = await run('pull', name, target);
  expect(stdout).toContain('1 entry in ');
  expect(readdirSync(target).toSorted()).toEqual(['.git', 'a', 'own']);
  await run('pull', '--delete', name, target);
  expect(readdirSync(target).toSorted()).toEqual(['.git', 'a']);
});
