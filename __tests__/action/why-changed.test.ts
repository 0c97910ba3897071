import { describe, expect, test } from '@jest/globals';

import { type WorkflowEvent, classify } from '../../src/action/event.ts';
import { parseInputs } from '../../src/action/inputs.ts';
import type { Tagged } from '../../src/action/lookup.ts';
import type { Scope } from '../../src/action/tags.ts';
import { type Unserved, whyChanged } from '../../src/action/why-changed.ts';
import { digestOf } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import { folderResult, pathResult, tagged } from './support.ts';

const MAIN: Scope = { kind: 'branch', name: 'main' };
const FEATURE: Scope = { kind: 'branch', name: 'feature/x' };
const PULL: Scope = { kind: 'pull-request', number: 12 };

const FOLDER = folderResult('a', undefined).subtree;
const PATH = pathResult('a', undefined).subtree;
const RECORD = {
  version: 1 as const,
  name: 'a',
  platform: 'linux-x64',
  salt: '',
  env: [],
  globs: { inputs: ['**'], outputs: ['dist/**'], sharedInputs: [] },
  files: [['src/a', 'file', digestOf('a')] as const],
  shared: [],
  dependencies: [],
};
const PRINT = { fingerprint: digestOf('print'), ownDigest: digestOf('own'), record: RECORD };

/** What a job says that may read some scopes. */
function why(
  reads: readonly Scope[],
  more: Partial<Unserved> = {},
  inputs: Readonly<Record<string, string>> = {},
): readonly string[] {
  const event: WorkflowEvent = {
    name: 'push',
    ref: 'refs/heads/main',
    sha: '',
    actor: '',
    repository: '',
    payload: {},
  };
  const session = {
    access: { ...classify(event), reads },
    inputs: parseInputs((name) => inputs[name] ?? '').inputs,
  };
  return whyChanged(session, {
    subtree: FOLDER,
    chain: [],
    print: PRINT,
    error: undefined,
    explained: undefined,
    failure: undefined,
    ...more,
  });
}

/** A snapshot of a scope that holds `a` with this fingerprint. */
function snapshotOf(scope: Scope, fingerprint?: string | null): Tagged {
  const { snapshot, ...rest } = tagged('any');
  const print = fingerprint === null || fingerprint === undefined ? null : digestOf(fingerprint);
  const one = { name: 'a', root: 'ws' as const, folder: 'a', outputs: [], fingerprint: print };
  const subtrees = fingerprint === undefined ? [] : [{ ...one, digest: digestOf('outputs') }];
  return { ...rest, scope, snapshot: { ...snapshot, config: { ...snapshot.config, subtrees } } };
}

describe('whyChanged', () => {
  test('names the branches that have no snapshot, as people know them', () => {
    expect(why([MAIN])).toEqual(['no snapshot of main']);
    expect(why([FEATURE, MAIN])).toEqual(['no snapshot of feature/x or of main']);
    expect(why([PULL, FEATURE, MAIN])).toEqual([
      'no snapshot of pull request 12, of feature/x or of main',
    ]);
    expect(why([])).toEqual(['this job may read no snapshot']);
  });

  test('names the snapshots that know nothing of it', () => {
    expect(why([FEATURE, MAIN], { chain: [snapshotOf(MAIN)] })).toEqual([
      'not in the snapshot of main',
    ]);
    const both = [snapshotOf(FEATURE), snapshotOf(MAIN)];
    expect(why([FEATURE, MAIN], { chain: both })).toEqual([
      'not in the snapshots of feature/x or of main',
    ]);
  });

  test('a path is no subtree of the same name', () => {
    const [path, folder] = [snapshotOf(MAIN, null), snapshotOf(MAIN, 'other')];
    expect(why([MAIN], { chain: [path] })).toEqual(['not in the snapshot of main']);
    const ofPath = { subtree: PATH, print: undefined };
    expect(why([MAIN], { ...ofPath, chain: [folder] })).toEqual(['not in the snapshot of main']);
    expect(why([MAIN], { ...ofPath, chain: [path] })).toEqual([
      'the snapshot of main does not hold all of it',
    ]);
  });

  test('says so where a snapshot knows it, but not from what it was built', () => {
    expect(
      why([FEATURE, MAIN], { chain: [snapshotOf(FEATURE), snapshotOf(MAIN, 'other')] }),
    ).toEqual(['its inputs changed; the snapshot of main does not say how']);
    expect(why([MAIN], { chain: [snapshotOf(MAIN, 'print')] })).toEqual([
      'the snapshot of main does not hold all of it',
    ]);
  });

  test('what is known best comes first', () => {
    const all = {
      explained: ['src/a changed'],
      error: new CafsError('INTEGRITY', 'Damaged.'),
      failure: new CafsError('UNREACHABLE', 'No answer.', { hint: 'Wait.' }),
    };
    const chain = [snapshotOf(MAIN, 'other')];
    expect(why([MAIN], { ...all, chain }, { force: 'true' })).toEqual(['"force" is set']);
    expect(why([MAIN], { ...all, chain })).toEqual(['it could not be restored: Damaged.']);
    const { explained, failure } = all;
    expect(why([MAIN], { explained, failure, chain })).toEqual(['src/a changed']);
    expect(why([MAIN], { explained: [], failure, chain })).toEqual([
      'the cache could not be used: No answer. Wait.',
    ]);
    const empty = { ...PRINT, record: { ...RECORD, files: [] } };
    expect(why([MAIN], { explained, print: empty, chain })).toEqual([
      'none of its files is an input',
    ]);
  });
});
