import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { listFiles, listGitFiles } from '../../src/subtree/files.ts';
import type { Area } from '../../src/subtree/folder.ts';
import { joinBytes } from '../support/byte-names.ts';
import { describeOnLinux, testOnLinux } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { commitAll, git, write } from './monorepo.ts';

const tempDir = useTempDirs();

const EVERYTHING: Area = { has: () => true, mayContain: () => true };

async function list(workspace: string, area: Area = EVERYTHING): Promise<string[]> {
  return (await listFiles(workspace, area)).map(({ path }) => path);
}

describe('listFiles in a git work tree', () => {
  function repository(): string {
    const root = tempDir();
    write(root, '.gitignore', '*.log\nignored/\n');
    write(root, 'tracked');
    write(root, 'deep/er/tracked');
    write(root, 'forced.log');
    git(root, 'init', '-q');
    git(root, 'add', '-Af', '.');
    git(root, 'commit', '-qm', 'All');
    write(root, 'untracked');
    write(root, 'noise.log');
    write(root, 'ignored/x');
    return root;
  }

  test('lists what is tracked or not ignored, sorted by bytes', async () => {
    const root = repository();
    for (const name of ['\u{1F600}', '\uFFEE', 'Z', 'a"b', 'new\nline', ' space ', 'ä'])
      write(root, name);
    expect(await list(root)).toEqual([
      ' space ',
      '.gitignore',
      'Z',
      'a"b',
      'deep/er/tracked',
      'forced.log',
      'new\nline',
      'tracked',
      'untracked',
      'ä',
      '\uFFEE',
      '\u{1F600}',
    ]);
  });

  test('leaves out tracked files that are not on disk', async () => {
    const root = repository();
    unlinkSync(join(root, 'tracked'));
    rmSync(join(root, 'deep'), { recursive: true });
    expect(await list(root)).toEqual(['.gitignore', 'forced.log', 'untracked']);
  });

  test('lists a symlink as such, and nothing behind a symlink that replaced a folder', async () => {
    const root = repository();
    const elsewhere = tempDir();
    write(elsewhere, 'er/tracked', 'not ours');
    rmSync(join(root, 'deep'), { recursive: true });
    symlinkSync(elsewhere, join(root, 'deep'));
    const found = await listFiles(root, EVERYTHING);
    expect(found.filter(({ path }) => path.startsWith('deep'))).toEqual([
      { path: 'deep', kind: 'symlink' },
    ]);
  });

  test('lists a file in conflict once', async () => {
    const root = repository();
    const branch = git(root, 'rev-parse', '--abbrev-ref', 'HEAD').trim();
    git(root, 'checkout', '-qb', 'other');
    write(root, 'tracked', 'theirs');
    git(root, 'commit', '-qam', 'Theirs');
    git(root, 'checkout', '-q', branch);
    write(root, 'tracked', 'ours');
    git(root, 'commit', '-qam', 'Ours');
    expect(() => git(root, 'merge', '-q', 'other')).toThrow();
    expect((await list(root)).filter((path) => path === 'tracked')).toHaveLength(1);
  });

  test('works in a folder of the work tree, with paths relative to it', async () => {
    const root = repository();
    write(root, 'deep/noise.log');
    expect(await list(join(root, 'deep'))).toEqual(['er/tracked']);
  });

  test('takes all files of a workspace that the work tree around it ignores', async () => {
    const root = repository();
    expect(await list(join(root, 'ignored'))).toEqual(['x']);
  });

  test('finds none in a workspace that is empty, but not ignored', async () => {
    const root = repository();
    mkdirSync(join(root, 'empty'));
    expect(await list(join(root, 'empty'))).toEqual([]);
  });

  test('asks repositories inside of it, tracked as submodules or not at all', async () => {
    const root = repository();
    const library = tempDir();
    write(library, 'lib.c');
    write(library, '.gitignore', '*.o\n');
    commitAll(library);
    git(root, 'submodule', '--quiet', 'add', library, 'vendor/lib');
    write(root, 'vendor/lib/lib.o');
    write(root, 'nested/.gitignore', '*.tmp\n');
    write(root, 'nested/own');
    commitAll(join(root, 'nested'));
    write(root, 'nested/x.tmp');
    const found = await list(root);
    expect(found.filter((path) => /^(?:vendor|nested)/.test(path))).toEqual([
      'nested/.gitignore',
      'nested/own',
      'vendor/lib/.gitignore',
      'vendor/lib/lib.c',
    ]);
  });

  test('looks at nothing that the area leaves out', async () => {
    const root = repository();
    const area: Area = {
      has: (path) => path.startsWith('deep/'),
      mayContain: (folder) => folder === '' || folder === 'deep' || folder.startsWith('deep/'),
    };
    expect(await list(root, area)).toEqual(['deep/er/tracked']);
  });

  test('does not care who owns the repository', async () => {
    const root = repository();
    if (process.getuid?.() === 0) {
      chownSync(root, 12_345, 12_345);
      chownSync(join(root, '.git'), 12_345, 12_345);
    }
    expect(await list(root)).toContain('tracked');
  });

  test('runs no program that the repository names', async () => {
    const root = repository();
    const mark = join(tempDir(), 'ran');
    write(root, '.git/hook.sh', `#!/bin/sh\ntouch '${mark}'\n`);
    git(root, 'config', 'core.fsmonitor', `sh ${join(root, '.git/hook.sh')}`);
    await list(root);
    expect(() => {
      unlinkSync(mark);
    }).toThrow('ENOENT');
  });

  test('says what git said when it fails', async () => {
    const root = repository();
    write(root, '.git/index', 'broken');
    await expect(list(root)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringMatching(/git ls-files failed: it ended with 128: .*index/s),
      hint: expect.stringContaining('.git'),
    });
  });

  test('takes a ".git" that is no repository for an error', async () => {
    const root = tempDir();
    mkdirSync(join(root, '.git'));
    await expect(list(root)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });

  test('needs git where there is ".git", and only there', () => {
    const root = repository();
    const plain = tempDir();
    write(plain, 'a');
    const script = `
      import { listFiles } from ${JSON.stringify(new URL('../../src/subtree/files.ts', import.meta.url))};
      const area = { has: () => true, mayContain: () => true };
      for (const workspace of process.argv.slice(1)) {
        console.log(JSON.stringify(await listFiles(workspace, area).catch((error) => error)), '');
      }`;
    const output = execFileSync(
      process.execPath,
      ['--input-type=module', '--eval', script, root, plain],
      { encoding: 'utf8', env: { PATH: tempDir() } },
    );
    const [withGit, without] = output.trim().split('\n');
    expect(JSON.parse(withGit ?? '')).toMatchObject({
      code: 'COMMAND_FAILED',
      hint: expect.stringContaining('.git'),
    });
    expect(JSON.parse(without ?? '')).toEqual([{ path: 'a', kind: 'file' }]);
  });

  test('stops when it is aborted', async () => {
    const reason = new Error('enough');
    const area: Area = { has: () => true, mayContain: () => true };
    await expect(listFiles(repository(), area, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    const controller = new AbortController();
    const listing = listFiles(repository(), area, { signal: controller.signal });
    controller.abort(reason);
    await expect(listing).rejects.toBe(reason);
  });
});

describe('listFiles outside of one', () => {
  test('lists all files and symlinks but nothing named ".git"', async () => {
    const root = tempDir();
    write(root, 'b/.hidden');
    write(root, 'a');
    write(root, 'b/node_modules/x');
    write(root, 'c/.git/config');
    write(root, 'd/.git', 'gitdir: elsewhere');
    mkdirSync(join(root, 'empty'));
    symlinkSync('nowhere', join(root, 'dangling'));
    symlinkSync('b', join(root, 'folder'));
    expect(await list(root)).toEqual(['a', 'b/.hidden', 'b/node_modules/x', 'dangling', 'folder']);
  });

  test('works through a symlink to the workspace', async () => {
    const root = tempDir();
    write(root, 'a');
    const link = join(tempDir(), 'link');
    symlinkSync(root, link);
    expect(await list(link)).toEqual(['a']);
  });
});

describeOnLinux.each(['git', 'plain'])('a name that is not UTF-8 (%s)', (mode) => {
  function workspace(...names: (string | Uint8Array)[][]): string {
    const root = tempDir();
    if (mode === 'git') git(root, 'init', '-q');
    for (const parts of names) {
      mkdirSync(joinBytes(root, ...parts.slice(0, -1)), { recursive: true });
      writeFileSync(joinBytes(root, ...parts), '');
    }
    return root;
  }

  test('is listed as text that its bytes come back from, in the order of bytes', async () => {
    const [x, y] = [Buffer.from('x\xff', 'latin1'), Buffer.from([0xe9])];
    const root = workspace(['a'], [x, 'b'], [x, y], ['é'], [y]);
    expect(await list(root)).toEqual(['a', 'x\uDCFF/b', 'x\uDCFF/\uDCE9', 'é', '\uDCE9']);
  });

  test('is one of the area by its text', async () => {
    const root = workspace(['x', Buffer.from([0xff])], ['y', Buffer.from([0xff])]);
    const area: Area = { has: (path) => path.startsWith('y/'), mayContain: () => true };
    expect(await list(root, area)).toEqual(['y/\uDCFF']);
  });

  test('is told from a name that really holds U+FFFD', async () => {
    const root = workspace(['a\uFFFDb'], [Buffer.from('a\xffb', 'latin1')]);
    expect(await list(root)).toEqual(['a\uFFFDb', 'a\uDCFFb']);
  });
});

testOnLinux('what git tracks is named by its bytes, too', async () => {
  const root = tempDir();
  mkdirSync(join(root, 'x'));
  writeFileSync(joinBytes(root, 'x', Buffer.from([0xff])), '');
  commitAll(root);
  expect(await listGitFiles(root, EVERYTHING, 'tracked', [''])).toEqual(['x/\uDCFF']);
});

describe('repositories in a workspace that is none', () => {
  function checkouts(): string {
    const root = tempDir();
    write(root, 'beside');
    write(root, 'repo/.gitignore', 'dist/\n*.log\n');
    write(root, 'repo/docs/tracked');
    write(root, 'repo/noise.log');
    write(root, 'repo/dist/made');
    commitAll(join(root, 'repo'));
    write(root, 'repo/docs/new');
    return root;
  }

  test('are asked about their own files', async () => {
    expect(await list(checkouts())).toEqual([
      'beside',
      'repo/.gitignore',
      'repo/docs/new',
      'repo/docs/tracked',
    ]);
  });

  test('know what they track, and nothing of what lies beside them', async () => {
    const root = checkouts();
    expect(await listGitFiles(root, EVERYTHING, 'tracked', ['repo/docs'])).toEqual([
      'repo/.gitignore',
      'repo/docs/tracked',
    ]);
    expect(await listGitFiles(root, EVERYTHING, 'all', ['repo/docs', 'repo'])).toEqual([
      'repo/.gitignore',
      'repo/docs/new',
      'repo/docs/tracked',
    ]);
    expect(await listGitFiles(root, EVERYTHING, 'all', ['', 'beside'])).toEqual([]);
  });

  test('are asked where the repository around them ignores them', async () => {
    const root = checkouts();
    write(root, '.gitignore', 'repo/\n');
    git(root, 'init', '-q');
    expect(await list(root)).toEqual(['.gitignore', 'beside']);
    const area: Area = { has: (path) => path.startsWith('repo/'), mayContain: () => true };
    const found = await listFiles(root, area, { folders: ['repo/docs'] });
    expect(found.map(({ path }) => path)).toContain('repo/docs/new');
    expect(await listGitFiles(root, area, 'tracked', ['repo/docs'])).toContain('repo/docs/tracked');
  });
});

describeOnLinux('a folder whose name is not UTF-8', () => {
  test('is asked about its own files where it is a repository', async () => {
    const root = tempDir();
    const inner = joinBytes(root, Buffer.from([0xff, 0x0a]));
    git(root, 'init', '-q');
    write(root, 'moved/.gitignore', '*.log\n');
    write(root, 'moved/deep/noise.log');
    write(root, 'moved/deep/kept');
    git(join(root, 'moved'), 'init', '-q');
    renameSync(join(root, 'moved'), inner);
    expect(await list(root)).toEqual(['\uDCFF\n/.gitignore', '\uDCFF\n/deep/kept']);
  });
});
