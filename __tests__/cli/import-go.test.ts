import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { open } from '../../src/sync/open.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { pushOf } from '../sync/go-package/support.ts';
import { type Result, cafs } from './cafs.ts';

const tempDir = useTempDirs();
const layout = `oci:${join(import.meta.dirname, '../fixtures/go-package/layout')}`;

/** Runs the command, and looks whether it leaves something of its own behind. */
async function importGo(tag: string, ...args: string[]): Promise<Result> {
  const temp = tempDir();
  const start = { cache: tempDir(), env: { TMPDIR: temp, TEMP: temp } };
  const result = await cafs(start, 'import-go', `${layout}:${tag}`, ...args);
  expect(readdirSync(temp)).toEqual([]);
  return result;
}

describe('cafs import-go', () => {
  test('writes the contents into a folder', async () => {
    const folder = join(tempDir(), 'new');
    const { code, stdout, stderr } = await importGo('again-1', folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^4 of 4 entries of oci:.*:again-1 \(sha256:\w{64}\) can be had;/);
    expect(stdout).toContain(`Go's root is ${pushOf('again-1').root}`);
    expect(stdout).toMatch(/^4 files in .*new \(\d+ B written\)$/m);
    expect(readFileSync(join(folder, 'dir/c'), 'utf8')).toBe('c1');
    expect(statSync(join(folder, 'empty')).size).toBe(0);
  });

  test('pushes a snapshot with the same keys, which others can pull', async () => {
    const target = `${freshRepository()}:ours`;
    const { code, stdout, stderr } = await importGo('everything', '--to', target);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^137 entries in .*:ours$/m);
    await using store = await open('go:ours', { cacheDir: tempDir(), remote: target });
    await store.pull();
    expect(store.root()).toBe(pushOf('everything').root);
    expect((await store.get('copy/2')).toString()).toBe('the same\n');
  });

  test('does both at once', async () => {
    const [folder, target] = [tempDir(), `oci:${join(tempDir(), 'ours')}:main`];
    const { code, stdout } = await importGo('v1', folder, '--to', target);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 files in .*\n2 entries in /m);
    expect(readdirSync(folder).sort()).toEqual(['app', 'lib']);
  });

  test('writes nothing where something is lost, and says what', async () => {
    const [folder, layoutOfOurs] = [join(tempDir(), 'new'), join(tempDir(), 'ours')];
    const run = await importGo('again-2', folder, '--to', `oci:${layoutOfOurs}:main`);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^cafs: lost: "b": Its content is in no layer that the manifest lists\.$/m,
    );
    expect(run.stderr).toMatch(/^cafs: lost: "dir\/c": /m);
    expect(run.stderr).toMatch(/^cafs: 2 entries cannot be imported.*--also.*--skip-lost/m);
    expect([existsSync(folder), existsSync(layoutOfOurs)]).toEqual([false, false]);
  });

  test('goes on without what is lost where that is wanted', async () => {
    const folder = tempDir();
    const run = await importGo('again-2', folder, '--skip-lost');
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('lost: "b"') });
    expect(readdirSync(folder).sort()).toEqual(['a', 'd', 'empty']);
  });

  test('finds what is lost in other tags and manifests', async () => {
    const folder = tempDir();
    const also = ['--also', 'again-2', '--also', pushOf('again-1').manifest];
    const run = await importGo('again-3', folder, ...also);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'd', 'dir', 'empty']);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('a2');
  });

  test('into nothing: says what can be had', async () => {
    const run = await importGo('v2');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 of 2 entries /) });
    expect(run.stderr).toMatch(/^cafs: lost: "lib": [^\n]*\n$/);
  });

  test('a snapshot in the place of the folder is refused, with what was meant', async () => {
    const run = await importGo('v1', 'ghcr.io/me/cache:main');
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/names a snapshot.*--to ghcr\.io\/me\/cache:main/);
  });

  test('the source is never the target', async () => {
    const run = await importGo('v1', '--to', `${layout}:v1`);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('another tag') });
  });

  test('a folder within the source is refused', async () => {
    const run = await importGo('v1', join(layout.slice('oci:'.length), 'new'));
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('image layout') });
  });

  test('what the Go package has not pushed is refused', async () => {
    const target = `oci:${join(tempDir(), 'ours')}:main`;
    await importGo('v1', '--to', target);
    const run = await cafs({ cache: tempDir() }, 'import-go', target);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^cafs: The Go package has not pushed .*pull it/);
  });

  test('a tag that does not exist is an error', async () => {
    const run = await importGo('nowhere', tempDir());
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing at') });
  });
});
