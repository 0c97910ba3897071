import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { ParentGuard } from '../../src/tree/parent-guard.ts';
import { describeOnPosix } from '../support/platform.ts';
import { asOrdinaryUser, errorOf, useTreeDirs } from './support.ts';

const tempDir = useTreeDirs();

describeOnPosix('ParentGuard', () => {
  test('makes the folders that are missing, with the usual mode whatever the umask', () => {
    const base = tempDir();
    const before = process.umask(0o077);
    try {
      new ParentGuard(base).ensure('a/b/file');
    } finally {
      process.umask(before);
    }
    expect(statSync(join(base, 'a')).mode & 0o777).toBe(0o755);
    expect(statSync(join(base, 'a/b')).mode & 0o777).toBe(0o755);
    expect(existsSync(join(base, 'a/b/file'))).toBe(false);
  });

  test('leaves folders that are there as they are', () => {
    const base = tempDir();
    mkdirSync(join(base, 'a'));
    chmodSync(join(base, 'a'), 0o700);
    new ParentGuard(base).ensure('a/file');
    expect(statSync(join(base, 'a')).mode & 0o777).toBe(0o700);
  });

  test.each([
    [
      'a symlink to a folder outside',
      (base: string) => {
        symlinkSync(tempDir(), join(base, 'a'));
      },
    ],
    [
      'a symlink to a folder inside',
      (base: string) => {
        symlinkSync('real', join(base, 'a'));
      },
    ],
    [
      'a dangling symlink',
      (base: string) => {
        symlinkSync('nothing', join(base, 'a'));
      },
    ],
    [
      'a file',
      (base: string) => {
        writeFileSync(join(base, 'a'), '');
      },
    ],
  ])('refuses a way through %s', (_, prepare) => {
    const base = tempDir();
    mkdirSync(join(base, 'real/b'), { recursive: true });
    prepare(base);
    const guard = new ParentGuard(base);
    for (const path of ['a/x', 'a/b/x']) {
      for (const call of [
        () => {
          guard.ensure(path);
        },
        () => guard.check(path),
      ]) {
        const error = errorOf(call);
        expect(error.code).toBe('CONTAINMENT');
        expect(error.message).toContain(JSON.stringify(path));
        expect(error.message).toContain('"a" on the way');
      }
      expect(guard.examine(path)).toMatchObject({ state: 'blocked', folder: 'a' });
    }
    expect(readdirSync(join(base, 'real'))).toEqual(['b']);
  });

  test('checks without making anything', () => {
    const base = tempDir();
    const guard = new ParentGuard(base);
    expect(guard.check('file')).toBe(true);
    expect(guard.check('a/file')).toBe(false);
    expect(guard.examine('a/b/file')).toEqual({ state: 'missing', folder: 'a' });
    expect(readdirSync(base)).toEqual([]);
  });

  test('follows symlinks in the path of the base itself, once', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'one'));
    mkdirSync(join(dir, 'two'));
    symlinkSync('one', join(dir, 'base'));
    const guard = new ParentGuard(join(dir, 'base'));
    rmSync(join(dir, 'base'));
    symlinkSync('two', join(dir, 'base'));
    guard.ensure('a/file');
    expect(readdirSync(join(dir, 'one'))).toEqual(['a']);
    expect(readdirSync(join(dir, 'two'))).toEqual([]);
  });

  test('looks again once it was told to forget', () => {
    const base = tempDir();
    const guard = new ParentGuard(base);
    guard.ensure('a/b/file');
    guard.ensure('ab/file');
    renameSync(join(base, 'a'), join(base, 'c'));
    symlinkSync('c', join(base, 'a'));
    guard.forget('a');
    expect(
      errorOf(() => {
        guard.ensure('a/b/file');
      }).code,
    ).toBe('CONTAINMENT');
    expect(guard.check('ab/file')).toBe(true);
  });

  test.each(['../x', '/x', 'a/../../x', '', 'a\0/x'])('refuses %j', (path) => {
    const base = tempDir();
    const guard = new ParentGuard(base);
    expect(
      errorOf(() => {
        guard.ensure(path);
      }).code,
    ).toBe('CONTAINMENT');
    expect(errorOf(() => guard.check(path)).code).toBe('CONTAINMENT');
    expect(readdirSync(base)).toEqual([]);
  });

  test('says that the base does not exist', () => {
    const base = join(tempDir(), 'nothing');
    expect(errorOf(() => new ParentGuard(base))).toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('takes the root of the file system for a base', () => {
    expect(new ParentGuard('/').absolute('a/b')).toBe('/a/b');
    expect(new ParentGuard('/').check('no-such-folder/file')).toBe(false);
  });

  test('opens a folder that forbids it only where it may', () => {
    const base = tempDir();
    mkdirSync(join(base, 'shut'));
    asOrdinaryUser(base, () => {
      chmodSync(join(base, 'shut'), 0o555);
      const error = errorOf(() => {
        new ParentGuard(base).ensure('shut/a/file');
      });
      expect(error.code).toBe('EACCES');
      expect(statSync(join(base, 'shut')).mode & 0o777).toBe(0o555);
      const guard = new ParentGuard(base, { mayOpen: (folder) => folder === 'shut' });
      guard.ensure('shut/a/file');
      expect(guard.locks.openedMode('shut')).toBe(0o555);
    });
  });
});
