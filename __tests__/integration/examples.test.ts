import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'examples/library');

/** Runs an example as `npm run example` does, in an empty folder; gives what it prints. */
function run(...args: string[]): string {
  const script = join(root, 'scripts/example.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=cafs-source', script, ...args],
    { cwd: tempDir(), encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('quickstart', () => {
  expect(run('quickstart')).toMatch(
    /^Stored: {2}sha256:[0-9a-f]{13}\.\.\. \(12 bytes\)\nContent: Hello, cafs!\nRoot: {4}sha256:[0-9a-f]{13}\.\.\.\n$/,
  );
});

test('directories', () => {
  expect(run('directories').split('\n')).toEqual([
    'src has lib/a.ts, 20 bytes',
    'src has lib/b.ts, 20 bytes',
    'src has main.ts, 11 bytes',
    ...['src/lib/ changed', 'src/ changed', 'tests/ is the same', '(all) changed'],
    'a.md and b.md share their content',
    '# The same',
    '',
    '',
  ]);
});

test('streams', () => {
  expect(run('streams').split('\n')).toEqual([
    'build.log has 500014 bytes',
    'built in 42 seconds',
    'there is no release.log',
    '1 content removed',
    '0 contents damaged',
    '',
  ]);
});

test.each([
  ['an image layout', []],
  ['a registry', [freshRepository()]],
])('remote, with %s', (_, args) => {
  const [pushed = '', pulled = '', content] = run('remote', ...args).split('\n');
  expect(pushed).toMatch(/^Pushed: sha256:[0-9a-f]{13}\.\.\.$/);
  expect(pulled.replace('Pulled', 'Pushed')).toBe(pushed);
  expect(content).toBe('Content: Hello from afar!');
});

test.each([
  ['an image layout', []],
  ['a registry', [freshRepository()]],
])('blobs, with %s', (_, args) => {
  expect(run('blobs', ...args)).toBe('5000000 bytes are back\nthere is no such blob\n');
});

test('the README and the page of the registry client show them as they are', () => {
  const pages = ['README.md', 'docs/registry-client.md'];
  const text = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n');
  const shown = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
  const programs = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(/^(?:\/\/.*\n)+/, ''));
  expect(programs.length).toBeGreaterThan(0);
  expect(shown.toSorted()).toEqual(programs.toSorted());
});
