import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { FIELDS, type Inputs } from '../../src/action/inputs.ts';
import { restoreOutputs, saveOutputs } from '../../src/action/outputs.ts';
import { STATS, restoreResult } from './support.ts';

const root = join(import.meta.dirname, '../..');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { description?: string; default?: unknown }>>;
  readonly outputs: Readonly<Record<string, { description?: string }>>;
  readonly runs: Readonly<Record<string, string>>;
}

const action = read('action.yml');

function read(file: string): ActionFile {
  return parse(readFileSync(join(root, file), 'utf8')) as ActionFile;
}

const RESTORED = Object.keys(restoreOutputs(restoreResult([]), STATS));
const SAVED = Object.keys(
  saveOutputs(
    { saved: false, snapshot: undefined, subtrees: [], skipped: new Map(), message: '' },
    STATS,
  ),
);

describe.each<[file: string, without: (keyof Inputs)[], outputs: string[]]>([
  ['action.yml', [], [...RESTORED, ...SAVED]],
  [
    'restore/action.yml',
    ['save', 'save-always', 'upload-chunk-size', 'compression-level'],
    RESTORED,
  ],
  [
    'save/action.yml',
    ['restore-keys', 'lookup-only', 'fail-on-cache-miss', 'save', 'save-always'],
    SAVED,
  ],
])('%s', (file, without, outputs) => {
  const declared = read(file);
  const { 'github-token': token, ...inputs } = declared.inputs;
  const expected = Object.keys(FIELDS).filter((name) => !without.some((one) => one === name));

  test('declares the inputs that are read, and no others', () => {
    expect(Object.keys(inputs).sort()).toEqual(expected.sort());
    // The token is read beside the others, as it may go to ghcr.io alone.
    expect(token).toMatchObject({ default: '${{ github.token }}' });
  });

  test('gives every input its one default', () => {
    for (const [name, { default: given = '' }] of Object.entries(inputs)) {
      // The runner hands over text, whatever YAML makes of it.
      expect([name, given]).toEqual([name, FIELDS[name as keyof Inputs].default]);
    }
  });

  test('declares the outputs that are set, and no others', () => {
    expect(Object.keys(declared.outputs).sort()).toEqual([...new Set(outputs)].sort());
  });

  test('describes everything', () => {
    for (const one of [...Object.values(declared.inputs), ...Object.values(declared.outputs)]) {
      expect(one.description).toEqual(expect.stringMatching(/\S/));
    }
  });
});

describe('the sub-actions', () => {
  test.each([
    ['restore', '../dist/restore-only/index.js'],
    ['save', '../dist/save/index.js'],
  ])('%s has one step', (folder, main) => {
    expect(read(`${folder}/action.yml`).runs).toEqual({ using: 'node24', main });
    expect(existsSync(join(root, folder, main))).toBe(true);
  });
});

describe('action.yml', () => {
  test('runs bundles that are there, and saves on success or where it is asked to', () => {
    const { using, main, post, 'post-if': condition } = action.runs;
    expect(using).toBe('node24');
    for (const file of [main, post]) expect(existsSync(join(root, file!))).toBe(true);
    expect(condition).toBe("success() || env.CAFS_SAVE == 'always'");
  });
});
