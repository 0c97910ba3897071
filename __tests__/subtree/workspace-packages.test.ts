import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from '@jest/globals';

import { dependenciesOutside } from '../../src/subtree/workspace-packages.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

/** A workspace outside of git, with packages that name others as dependencies. */
function workspaceOf(packages: Record<string, readonly string[]>): string {
  const workspace = tempDir();
  for (const [folder, dependencies] of Object.entries(packages)) {
    const file = join(workspace, folder, 'package.json');
    mkdirSync(dirname(file), { recursive: true });
    const named = Object.fromEntries(dependencies.map((name) => [`@acme/${name}`, '*']));
    writeFileSync(
      file,
      JSON.stringify({ name: `@acme/${folder.split('/').at(-1) ?? ''}`, dependencies: named }),
    );
  }
  return workspace;
}

test('finds what subtrees depend on, two steps away too, and nothing else', async () => {
  const workspace = workspaceOf({
    '.': ['app'],
    'packages/app': ['lib'],
    'libs/lib': ['core'],
    'libs/core': [],
    'packages/other': ['core'],
    'node_modules/@acme/lib': ['trap'],
    'packages/app/node_modules/@acme/trap': [],
  });
  expect(await dependenciesOutside(workspace, ['packages/app'])).toEqual(['libs/core', 'libs/lib']);
  expect(await dependenciesOutside(workspace, ['packages/app', 'libs/lib'])).toEqual(['libs/core']);
  expect(await dependenciesOutside(workspace, ['libs/core'])).toEqual([]);
});

test('the package of the workspace itself is one, where a subtree depends on it', async () => {
  const workspace = workspaceOf({ '.': [], 'examples/a': [], 'examples/b': [] });
  writeFileSync(join(workspace, 'package.json'), JSON.stringify({ name: 'root' }));
  writeFileSync(
    join(workspace, 'examples/a/package.json'),
    JSON.stringify({ name: 'a', dependencies: { lib: 'file:../..' } }),
  );
  expect(await dependenciesOutside(workspace, ['examples/a'])).toEqual(['.']);
  expect(await dependenciesOutside(workspace, ['examples/a', '.'])).toEqual([]);
  expect(await dependenciesOutside(workspace, ['examples/b'])).toEqual([]);
});

test('a workspace without packages has none', async () => {
  const workspace = tempDir();
  mkdirSync(join(workspace, 'a'));
  expect(await dependenciesOutside(workspace, ['a'])).toEqual([]);
});
