import {
  appendFileSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { outputsState } from '../../src/action/outputs-state.ts';
import { areaOf } from '../../src/action/subtrees.ts';
import { FOLDER, writeTree } from '../support/files.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

describe('outputsState', () => {
  let ws: string;
  beforeEach(() => {
    ws = tempDir();
    writeTree(ws, { 'p/dist/a': 'a', 'p/dist/b/c': 'c', 'p/src/x': 'x', 'other/dist/a': 'a' });
  });

  const state = (): string | null =>
    outputsState(areaOf('ws', 'p', ['dist/**', '!dist/tmp/**'], { ws, home: '/h', root: '/' }));

  test('is the same as long as nothing is written', () => {
    const before = state();
    expect(before).toEqual(expect.any(String));
    readFileSync(join(ws, 'p/dist/a'));
    expect(state()).toBe(before);
  });

  test.each<[string, (file: string) => void]>([
    [
      'other content',
      (file) => {
        writeFileSync(file, 'A');
      },
    ],
    [
      'the same content, written anew',
      (file) => {
        writeFileSync(file, 'a');
      },
    ],
    [
      'a longer file',
      (file) => {
        appendFileSync(file, 'a');
      },
    ],
    [
      'another name',
      (file) => {
        renameSync(file, `${file}2`);
      },
    ],
    [
      'a file less',
      (file) => {
        rmSync(file);
      },
    ],
    [
      'a file more',
      (file) => {
        writeFileSync(`${file}2`, '');
      },
    ],
    [
      'an old time, set on purpose',
      (file) => {
        utimesSync(file, 1, 1);
      },
    ],
  ])('differs with %s', async (_, act) => {
    const before = state();
    // Clocks of file systems tick every few milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 20));
    act(join(ws, 'p/dist/a'));
    expect(state()).not.toBe(before);
  });

  test('another mode is no build, and a file in the place of another one is', () => {
    const file = join(ws, 'p/dist/a');
    const before = state();
    chmodSync(file, 0o755);
    expect(state()).toBe(before);
    const { atime, mtime } = statSync(file);
    writeFileSync(`${file}2`, 'b');
    utimesSync(`${file}2`, atime, mtime);
    renameSync(`${file}2`, file);
    expect(state()).not.toBe(before);
  });

  test('what is no output does not count', () => {
    const before = state();
    writeTree(ws, { 'p/src/x': 'y', 'p/dist/tmp/scratch': 's', 'other/dist/a': 'b' });
    expect(state()).toBe(before);
  });

  test('is null where nothing lies in the outputs', () => {
    rmSync(join(ws, 'p/dist'), { recursive: true });
    expect(state()).toBeNull();
    writeTree(ws, { 'p/dist/tmp/scratch': 's' });
    expect(state()).toBeNull();
  });

  test('an empty folder is something', () => {
    rmSync(join(ws, 'p/dist'), { recursive: true });
    writeTree(ws, { 'p/dist/assets': FOLDER });
    expect(state()).not.toBeNull();
  });
});
