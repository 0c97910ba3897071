import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { FIELDS } from '../../src/action/inputs.ts';
import { restoreOutputs, saveOutputs } from '../../src/action/outputs.ts';
import { STATS, restoreResult } from './support.ts';

const root = join(import.meta.dirname, '../..');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { description?: string; default?: unknown }>>;
  readonly outputs: Readonly<Record<string, { description?: string }>>;
  readonly runs: Readonly<Record<string, string>>;
}

const read = (path: string): ActionFile =>
  parse(readFileSync(join(root, path), 'utf8')) as ActionFile;

const action = read('action.yml');

const mainOutputs = Object.keys(restoreOutputs(restoreResult([]), STATS));
const postOutputs = Object.keys(
  saveOutputs(
    { saved: false, snapshot: undefined, subtrees: [], skipped: new Map(), message: '' },
    STATS,
  ),
);

/** Inputs that would mean nothing in one half of the action. */
const NOT_RESTORE = ['save', 'compression-level', 'upload-chunk-size', 'save-always'];
const NOT_SAVE = ['restore-keys', 'lookup-only', 'fail-on-cache-miss', 'save', 'save-always'];

describe.each([
  ['action.yml', [], [...mainOutputs, ...postOutputs]],
  ['restore/action.yml', NOT_RESTORE, mainOutputs],
  ['save/action.yml', NOT_SAVE, postOutputs],
])('%s', (path, without, outputs) => {
  const file = read(path);
  const expected = Object.entries(FIELDS).filter(([name]) => !without.includes(name));

  test('declares the inputs that are read, and no others', () => {
    // The token is read beside the others, as it may go to ghcr.io alone.
    const { 'github-token': token, ...inputs } = file.inputs;
    expect(Object.keys(inputs).sort()).toEqual(expected.map(([name]) => name).sort());
    expect(token).toMatchObject({ default: '${{ github.token }}' });
  });

  test.each(expected)('%s has one default', (name, field) => {
    const declared = file.inputs[name]?.default ?? '';
    // The runner hands over text, whatever YAML makes of it.
    expect(declared).toEqual(expect.any(String));
    expect(declared).toBe(field.default);
  });

  test('declares the outputs that are set, and no others', () => {
    expect(Object.keys(file.outputs).sort()).toEqual([...new Set(outputs)].sort());
  });

  test('describes everything', () => {
    for (const one of [...Object.values(file.inputs), ...Object.values(file.outputs)]) {
      expect(one.description).toEqual(expect.stringMatching(/\S/));
    }
  });
});

test('the action runs bundles that are there, and saves on success or where it is asked to', () => {
  const { using, main, post, 'post-if': condition } = action.runs;
  expect(using).toBe('node24');
  for (const file of [main, post]) expect(existsSync(join(root, file!))).toBe(true);
  expect(condition).toBe("success() || env.CAFS_SAVE == 'always'");
});

test.each([
  ['restore', 'main'],
  ['save', 'post'],
] as const)('%s runs the bundle of one half, and nothing afterwards', (folder, half) => {
  const { using, main, ...others } = read(`${folder}/action.yml`).runs;
  expect(using).toBe('node24');
  expect(join(folder, main!)).toBe(action.runs[half]);
  expect(others).toEqual({});
});
