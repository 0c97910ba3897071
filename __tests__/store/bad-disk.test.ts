import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from '@jest/globals';

import { Blobs } from '../../src/store/blobs.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();
const SCRIPT = fileURLToPath(new URL('./bad-disk.ts', import.meta.url));
const PRELOAD = new URL('../support/bad-disk.mjs', import.meta.url).href;

/** Whether this user may mount disks, in a name space of their own. */
const mayMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

const full = { code: 'NO_SPACE', namesPath: true, hasHint: true };
const readOnly = { code: 'UNWRITABLE', namesPath: true, hasHint: true };

function madeUp(disk: string): Run {
  return (folder, file) =>
    run(process.execPath, ['--import', PRELOAD, SCRIPT, folder, file], { CAFS_TEST_DISK: disk });
}

function mounted(mount: string): Run {
  return (folder, file) =>
    run('unshare', [
      '-rm',
      'sh',
      '-ec',
      `${mount}; shift; exec "$@"`,
      'sh',
      folder,
      process.execPath,
      SCRIPT,
      folder,
      file,
    ]);
}

const kinds = (made: Run, real: Run): [string, Run, typeof test.skip][] => [
  ['made up', made, test],
  ['real', real, mayMount ? test : test.skip],
];

for (const [kind, work, testIf] of kinds(
  madeUp('full 4000000'),
  mounted('mount -t tmpfs -o size=4m none "$1"'),
)) {
  describe(`a full disk, ${kind}`, () => {
    testIf('takes what fits, refuses the rest, and keeps nothing half', () => {
      expect(work(tempDir(), bigFile())).toEqual({
        put: 'put',
        get: 'before',
        putMuch: full,
        putStream: full,
        putFile: full,
        writeIndex: full,
        hasMuch: false,
        format: '1\n',
        leftInTemp: [],
      });
    });
  });
}

for (const [kind, work, testIf] of kinds(
  madeUp('read-only'),
  mounted('mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"'),
)) {
  describe(`a read-only disk, ${kind}`, () => {
    testIf('is read from, and says that it cannot be written to', () => {
      const folder = tempDir();
      Blobs.open(folder).put(Buffer.from('before'));
      expect(work(folder, bigFile())).toEqual({
        put: readOnly,
        get: 'before',
        putMuch: readOnly,
        putStream: readOnly,
        putFile: readOnly,
        writeIndex: readOnly,
        hasMuch: false,
        format: '1\n',
        leftInTemp: [],
      });
    });

    testIf('cannot get a cache folder', () => {
      expect(work(tempDir(), bigFile())).toEqual(readOnly);
    });
  });
}

type Run = (folder: string, file: string) => unknown;

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): unknown {
  const { stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

function bigFile(): string {
  const file = join(tempDir(), 'file');
  writeFileSync(file, Buffer.alloc(6 * 1024 * 1024, 'big'));
  return file;
}
