import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { FOLDER, readTree, writeTree } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';
import { KINDS, freshRemote } from './job.ts';

const tempDir = useTempDirs();
const program = join(import.meta.dirname, '../../dist/cli/index.js');

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function cafs(...args: string[]): Promise<Result> {
  const env = { PATH: process.env['PATH'], CAFS_CACHE_DIR: tempDir() };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe.each(KINDS)('cafs (%s)', (kind) => {
  test('pushes a folder, and pulls it elsewhere', async () => {
    const [source, target] = [tempDir(), join(tempDir(), 'new')];
    const name = `${freshRemote(kind, tempDir)}:main`;
    writeTree(source, {
      'a/b': 'text',
      tool: { script: '#!/bin/sh\n' },
      link: { link: 'a/b' },
      empty: FOLDER,
    });
    mkdirSync(join(source, '.git'));
    writeFileSync(join(source, '.git/config'), 'token');
    expect(await cafs('push', source, name)).toMatchObject({ code: 0, stderr: '' });
    expect((await cafs('push', source, name)).stdout).toContain('0 B uploaded');
    const listed = (await cafs('ls', name, 'ws/a')).stdout;
    expect(listed).toMatch(/^sha256:[0-9a-f]{64}\t4\tws\/a\/b\n$/);
    expect(JSON.parse((await cafs('inspect', name)).stdout)).toMatchObject({
      config: { format: 1, entries: 4 },
    });

    expect(await cafs('pull', name, target)).toMatchObject({ code: 0, stderr: '' });
    const pushed = Object.entries(readTree(source)).filter(([path]) => !path.startsWith('.git'));
    expect(readTree(target)).toEqual(Object.fromEntries(pushed));
    writeFileSync(join(target, 'own'), '');
    await cafs('pull', name, target);
    expect(existsSync(join(target, 'own'))).toBe(true);
    await cafs('pull', '--delete', name, target);
    expect(existsSync(join(target, 'own'))).toBe(false);
  });

  test('says what is wrong', async () => {
    const remote = freshRemote(kind, tempDir);
    const missing = await cafs('pull', `${remote}:none`, tempDir());
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/^cafs: There is no tag none in .*Push one first\.\n$/);
    const folder = await cafs('push', join(tempDir(), 'none'), `${remote}:main`);
    expect(folder).toMatchObject({ code: 1, stderr: expect.stringContaining('is no folder') });
    const level = await cafs('push', '--level', '99', tempDir(), `${remote}:main`);
    expect(level).toMatchObject({ code: 1, stderr: expect.stringContaining('1 to 19') });
  });
});
