import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { makeFolder } from '../src/make-folder.ts';
import { testOnLinux } from './support/platform.ts';
import { useTempDirs } from './support/temp.ts';

const tempDir = useTempDirs();

test('makes a folder with those above it, and says where it began', () => {
  const dir = tempDir();
  expect(makeFolder(join(dir, 'a/b/c'))).toBe(join(dir, 'a'));
  expect(statSync(join(dir, 'a/b/c')).isDirectory()).toBe(true);
  expect(makeFolder(join(dir, 'a/b/c'))).toBeUndefined();
  expect(makeFolder(join(dir, 'a/b/d'))).toBe(join(dir, 'a/b/d'));
});

test('a file in its way is an error', () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeFolder(join(dir, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(() => makeFolder(join(dir, 'file/a/b'))).toThrow(
    expect.objectContaining({ code: 'ENOTDIR' }),
  );
});

testOnLinux('a folder that can hold none is an error, where Node tries for ever', () => {
  expect(() => makeFolder('/proc/nothing/here')).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
});
