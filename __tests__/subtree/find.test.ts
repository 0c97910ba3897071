import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { findSubtrees } from '../../src/subtree/find.ts';
import { asNobody } from '../sync/trees.ts';
import { testOnLinux } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { write } from './monorepo.ts';

const tempDir = useTempDirs();

function workspace(): string {
  const root = tempDir();
  for (const folder of [
    'packages/b/src',
    'packages/a',
    'packages/.hidden',
    'packages/a/node_modules/x',
    'packages/node_modules/y',
    'tools/z',
    '.git/refs',
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  write(root, 'packages/readme.md');
  symlinkSync('a', join(root, 'packages/linked'));
  return root;
}

describe('findSubtrees', () => {
  const root = workspace();

  test.each([
    [['packages/*'], ['packages/.hidden', 'packages/a', 'packages/b']],
    [
      ['packages/*', '!packages/.hidden'],
      ['packages/a', 'packages/b'],
    ],
    [['packages/*', '!packages/*', 'packages/a'], ['packages/a']],
    [['./packages/a/'], ['packages/a']],
    [
      ['packages/[ab]', 'tools/z'],
      ['packages/a', 'packages/b', 'tools/z'],
    ],
    [['**/src'], ['packages/b/src']],
    [['*'], ['packages', 'tools']],
    [['.'], ['.']],
    [['tools/**'], ['tools/z']],
    [['packages/a/node_modules/*'], ['packages/a/node_modules/x']],
    [['packages/node_modules'], ['packages/node_modules']],
    [['.git'], ['.git']],
  ])('%j finds %j', (patterns, names) => {
    expect(findSubtrees(root, patterns)).toEqual({ names, warnings: [], problems: [] });
  });

  test('lists all problems at once, and what it found all the same', () => {
    const found = findSubtrees(root, ['packages/a', 'nothing/*', '../up', 'packages/readme.md']);
    expect(found.names).toEqual(['packages/a']);
    expect(found.problems).toEqual([
      expect.stringContaining('"../up" is refused: it holds ".."'),
      'The pattern "nothing/*" matches no folder.',
      'The pattern "packages/readme.md" matches no folder.',
    ]);
  });

  test('takes no symlink for a folder', () => {
    expect(findSubtrees(root, ['packages/linked']).problems).toHaveLength(1);
  });

  test('says when everything is excluded again', () => {
    expect(findSubtrees(root, ['packages/*', '!packages']).names).toHaveLength(3);
    const { names, problems } = findSubtrees(root, ['packages/*', '!packages/*']);
    expect(names).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('No folder is left')]);
  });

  testOnLinux('looks past folders that it may not read, and says so', async () => {
    const base = workspace();
    mkdirSync(join(base, 'data/pg'), { recursive: true });
    chmodSync(join(base, 'data/pg'), 0);
    const found = await asNobody(base, () => Promise.resolve(findSubtrees(base, ['**/a'])));
    expect(found).toMatchObject({ names: ['packages/a'], problems: [] });
    expect(found.warnings).toEqual([expect.stringMatching(/in data\/pg: No permission to read/)]);
  });

  test('refuses a workspace that is none', () => {
    expect(() => findSubtrees(join(root, 'gone'), ['*'])).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});
