import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { useTempDirs } from '../support/temp.ts';
import { cafs } from './cafs.ts';

const tempDir = useTempDirs();
const root = join(import.meta.dirname, '../..');

const COMMANDS = ['push', 'pull', 'ls', 'inspect', 'verify', 'import-go'];

/** Options of other programs, which messages name with these. */
const OTHERS = new Set(['--repository-name', '--method']);

/** What errors reach somebody at a command line from, and what is written about it. */
const FOLDERS = ['src/cli', 'src/oci', 'src/pack', 'src/store', 'src/sync', 'src/tree'];
const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
).concat('docs/cli.md');

// Not what counts down: `--end;`.
const OPTION = /(?<![\w-])--[a-z][a-z-]*(?![\w;\]-])/g;

let options: ReadonlyMap<string, ReadonlySet<string>>;
beforeAll(async () => {
  const optionsOf = async (command: string): Promise<readonly [string, Set<string>]> => {
    const { stdout } = await cafs({ cache: tempDir() }, command, '--help');
    const listed = stdout.split('\n').filter((line) => /^ {2,}-/.test(line));
    return [command, new Set(listed.flatMap((line) => line.match(OPTION)?.[0] ?? []))];
  };
  options = new Map(await Promise.all(COMMANDS.map(optionsOf)));
});

test('every option that is named anywhere exists', () => {
  const all = new Set([...options.values()].flatMap((own) => [...own]).concat('--version'));
  const named = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(OPTION)].map(([option]) => ({
      file,
      option,
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ option }) => !all.has(option) && !OTHERS.has(option))).toEqual([
    // npm's.
    { file: 'docs/cli.md', option: '--global' },
  ]);
});

test('every command that is named has the options that it is named with', () => {
  const NAMED = /\bcafs ([a-z-]+)((?:\s+(?:--[a-z-]+|[A-Z][A-Z:]*|[\w./:$-]+))*)/g;
  const wrong: unknown[] = [];
  let seen = 0;
  for (const file of files) {
    for (const [text, command = '', rest = ''] of readFileSync(join(root, file), 'utf8').matchAll(
      NAMED,
    )) {
      for (const [option] of rest.matchAll(OPTION)) {
        seen += 1;
        if (options.get(command)?.has(option) !== true) wrong.push({ file, text });
      }
    }
  }
  expect(seen).toBeGreaterThan(3);
  expect(wrong).toEqual([]);
});
