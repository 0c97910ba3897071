import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { TARGETS } from '../fuzz/targets.ts';
import { OPERATIONS } from './operations.ts';
import { nameOf } from './row.ts';
import { ROWS } from './rows.ts';

function run(
  script: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const path = join(import.meta.dirname, '..', '..', 'scripts', `${script}.ts`);
  return spawnSync(process.execPath, [path, ...args], { encoding: 'utf8' });
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'test-faults': [...Object.keys(OPERATIONS), 'upload-finish'],
  fuzz: TARGETS.map(({ parser }) => parser),
  'test-peers': ['zot', 'registry'],
};

describe.each(Object.entries(KNOWN))('scripts/%s.ts', (script, names) => {
  test('--help tells how it is used, and what there is', () => {
    const { status, stdout, stderr } = run(script, '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: npm run /);
    for (const name of names) expect(stdout).toContain(name);
  });

  test.each(['--bad', 'no such name'])('%s: says what is wrong, and ends with 2', (arg) => {
    const { status, stdout, stderr } = run(script, arg);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*(?:--bad|no such name)/);
    expect(stderr).toContain('Usage: npm run ');
    for (const name of names) expect(stderr).toContain(name);
    expect(stderr).not.toContain('    at ');
  });
});

test.each(['0', 'many'])('fuzz: no seed is %s', (seed) => {
  const { status, stdout, stderr } = run('fuzz', `--seed=${seed}`);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: option '--seed <number>' argument '.*' is invalid/);
});

test('a part of a name chooses rows', () => {
  const { status, stdout } = run('test-faults', '--list', 'getBlobStream', 'storage');
  const names = ROWS.map(nameOf).filter((name) => /getBlobStream.*storage/.test(name));
  expect([status, stdout.trim().split('\n')]).toEqual([0, names]);
});
