import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { FOLDER, MOMENT, writeTree } from './files.ts';
import { describeOnLinux } from './platform.ts';
import { COMPARED_BY, treeDifferences } from './same-tree.ts';
import { useTempDirs } from './temp.ts';

const tempDir = useTempDirs();

const TREE = {
  'src/file': 'text',
  'src/line\nfeed': '1',
  'src/empty': FOLDER,
  tool: { script: '#!/bin/sh\n' },
  link: { link: 'tool' },
};

// Whoever holds two trees against each other must be able to find every difference.
describeOnLinux(`treeDifferences (${COMPARED_BY})`, () => {
  let [expected, actual] = ['', ''];
  beforeEach(() => {
    [expected, actual] = [tempDir(), tempDir()];
    for (const folder of [expected, actual]) writeTree(folder, TREE);
  });

  const at = (path: string): string => join(actual, path);

  test('finds none between equal trees, whatever times their folders have', () => {
    utimesSync(at('src'), 1, 1);
    expect(treeDifferences(expected, actual)).toEqual([]);
  });

  test.each<[string, () => void]>([
    [
      'a byte, with size and time as before',
      () => {
        writeFileSync(at('src/file'), 'tExt');
        utimesSync(at('src/file'), MOMENT / 1000, MOMENT / 1000);
      },
    ],
    [
      'a microsecond',
      () => {
        lutimesSync(at('src/file'), 1, (MOMENT + 0.002) / 1000);
      },
    ],
    [
      'the time of a symlink',
      () => {
        lutimesSync(at('link'), 1, 1);
      },
    ],
    [
      'the time of an empty folder',
      () => {
        utimesSync(at('src/empty'), 1, 1);
      },
    ],
    [
      'the mode of a file',
      () => {
        chmodSync(at('tool'), 0o754);
      },
    ],
    [
      'the mode of a folder',
      () => {
        chmodSync(at('src'), 0o775);
      },
    ],
    [
      'where a symlink leads to',
      () => {
        rmSync(at('link'));
        symlinkSync('src', at('link'));
        lutimesSync(at('link'), MOMENT / 1000, MOMENT / 1000);
      },
    ],
    [
      'a file in the place of its symlink',
      () => {
        rmSync(at('link'));
        writeTree(actual, { link: { script: '#!/bin/sh\n' } });
      },
    ],
    [
      'what is gone',
      () => {
        rmSync(at('src/line\nfeed'));
      },
    ],
    [
      'what is too much',
      () => {
        mkdirSync(at('src/empty/more'));
      },
    ],
    [
      'another name',
      () => {
        renameSync(at('tool'), at('tool '));
      },
    ],
  ])('finds %s', (_, change) => {
    change();
    expect(treeDifferences(expected, actual)).not.toEqual([]);
  });
});
