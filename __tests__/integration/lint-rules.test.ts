import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');

/** A file of each folder: rules go by the path, and the text is replaced. */
const FILES = {
  root: 'src/digest.ts',
  pack: 'src/pack/frame.ts',
  store: 'src/store/entry.ts',
  oci: 'src/oci/remote.ts',
  tree: 'src/tree/meta.ts',
  subtree: 'src/subtree/record.ts',
  sync: 'src/sync/snapshot.ts',
  action: 'src/action/inputs.ts',
  cli: 'src/cli/main.ts',
} as const;
type Folder = keyof typeof FILES;
const FOLDERS = Object.keys(FILES) as Folder[];

const MAY_IMPORT: Readonly<Record<Folder, readonly Folder[]>> = {
  root: ['root'],
  pack: ['root'],
  store: ['root'],
  oci: ['root'],
  tree: ['root', 'store'],
  subtree: ['root', 'store'],
  sync: ['root', 'pack', 'store', 'oci', 'tree', 'subtree'],
  action: ['root', 'pack', 'store', 'oci', 'tree', 'subtree', 'sync'],
  cli: ['root', 'pack', 'store', 'oci', 'tree', 'subtree', 'sync'],
};

const PROCESS = 'process.env["A"]; console.log(1); process.exit(1);';
const ACTIONS = "import '@actions/core';";
const CASES: Record<string, { readonly file: string; readonly text: string }> = {};
for (const from of FOLDERS) {
  const up = from === 'root' ? './' : '../';
  for (const to of FOLDERS) {
    const text = `import '${up}${FILES[to].replace('src/', '')}';`;
    CASES[`${from} imports ${to}`] = { file: FILES[from], text };
  }
  CASES[`${from} logs`] = { file: FILES[from], text: PROCESS };
  CASES[`${from} imports @actions`] = { file: FILES[from], text: ACTIONS };
  CASES[`${from} holds state`] = { file: FILES[from], text: 'export let count = 0; count++;' };
}

const LINT = `
  import { ESLint } from 'eslint';
  import { json } from 'node:stream/consumers';
  const eslint = new ESLint();
  const rules = {};
  for (const [name, { file, text }] of Object.entries(await json(process.stdin))) {
    const [result] = await eslint.lintText(text, { filePath: file });
    rules[name] = result.messages.map(({ ruleId }) => ruleId);
  }
  console.log(JSON.stringify(rules));
`;

describe('the import rules of docs/architecture.md', () => {
  let found: Record<string, string[]>;
  beforeAll(() => {
    const options = { cwd: ROOT, input: JSON.stringify(CASES), encoding: 'utf8' } as const;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', LINT],
      options,
    );
    if (stdout === '') throw new Error(stderr);
    found = JSON.parse(stdout) as typeof found;
  });

  for (const from of FOLDERS) {
    test(`${from} may import ${MAY_IMPORT[from].join(', ')}, and nothing else`, () => {
      const refused = FOLDERS.filter((to) =>
        found[`${from} imports ${to}`]?.includes('import-x/no-restricted-paths'),
      );
      const expected = FOLDERS.filter((to) => to !== from && !MAY_IMPORT[from].includes(to));
      expect(refused).toEqual(expected);
    });
  }

  test('only the edges read the environment, print and end the process', () => {
    const strict = FOLDERS.filter((from) => from !== 'action' && from !== 'cli');
    const having = (rule: string): Folder[] =>
      FOLDERS.filter((from) => found[`${from} logs`]?.includes(rule));
    expect(having('no-console')).toEqual(strict);
    expect(having('no-restricted-properties')).toEqual(strict);
  });

  test('only action imports @actions/*', () => {
    const refused = FOLDERS.filter((from) =>
      found[`${from} imports @actions`]?.includes('no-restricted-imports'),
    );
    expect(refused).toEqual(FOLDERS.filter((from) => from !== 'action'));
  });

  test('no folder holds mutable state in a module', () => {
    const refused = FOLDERS.filter((from) =>
      found[`${from} holds state`]?.includes('no-restricted-syntax'),
    );
    expect(refused).toEqual(FOLDERS);
  });
});
