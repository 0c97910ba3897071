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

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as ActionFile;

describe('action.yml', () => {
  test('declares the inputs that are read, and no others', () => {
    // The token is read beside the others, as it may go to ghcr.io alone.
    const { 'github-token': token, ...inputs } = action.inputs;
    expect(Object.keys(inputs).sort()).toEqual(Object.keys(FIELDS).sort());
    expect(token).toMatchObject({ default: '${{ github.token }}' });
  });

  test.each(Object.entries(FIELDS))('%s has one default', (name, field) => {
    const declared = action.inputs[name]?.default ?? '';
    // The runner hands over text, whatever YAML makes of it.
    expect(declared).toEqual(expect.any(String));
    expect(declared).toBe(field.default);
  });

  test('declares the outputs that are set, and no others', () => {
    const main = restoreOutputs(restoreResult([]), STATS);
    const nothing = {
      saved: false,
      snapshot: undefined,
      subtrees: [],
      skipped: new Map(),
      message: '',
    };
    const post = saveOutputs(nothing, STATS);
    expect(Object.keys(action.outputs).sort()).toEqual(
      [...new Set([...Object.keys(main), ...Object.keys(post)])].sort(),
    );
  });

  test('describes everything', () => {
    for (const one of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      expect(one.description).toEqual(expect.stringMatching(/\S/));
    }
  });

  test('runs bundles that are there, and saves on success or where it is asked to', () => {
    const { using, main, post, 'post-if': condition } = action.runs;
    expect(using).toBe('node24');
    for (const file of [main, post]) expect(existsSync(join(root, file!))).toBe(true);
    expect(condition).toBe("success() || env.CAFS_SAVE == 'always'");
  });
});
