import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import { explain } from '../../src/subtree/reasons.ts';
import { type FingerprintRecord, type InputFile, ownDigestOf } from '../../src/subtree/record.ts';

const A = digestOf('a');
const B = digestOf('b');

const BASE: FingerprintRecord = {
  version: 1,
  name: 'packages/a',
  platform: 'linux-x64',
  salt: '',
  env: [],
  globs: { inputs: ['**'], outputs: ['dist/**'], sharedInputs: [] },
  files: [],
  shared: [],
  dependencies: [],
};

const file = (path: string, digest: Digest = A): InputFile => [path, 'file', digest];

describe('explain', () => {
  test('has nothing to say of equal records', () => {
    expect(explain({ ...BASE }, BASE)).toEqual([]);
  });

  test.each<[string, Partial<FingerprintRecord>, Partial<FingerprintRecord>]>([
    ['src/a.ts changed', { files: [file('src/a.ts', B)] }, { files: [file('src/a.ts')] }],
    ['src/b.ts added', { files: [file('src/b.ts')] }, {}],
    ['src/c.ts removed', {}, { files: [file('src/c.ts')] }],
    [
      'run.sh became executable',
      { files: [['run.sh', 'executable', A]] },
      { files: [file('run.sh')] },
    ],
    [
      'run.sh is no longer executable',
      { files: [file('run.sh')] },
      { files: [['run.sh', 'executable', A]] },
    ],
    ['run.sh changed', { files: [['run.sh', 'executable', B]] }, { files: [file('run.sh')] }],
    ['x became a symlink', { files: [['x', 'symlink', B]] }, { files: [file('x')] }],
    ['x became a file', { files: [file('x')] }, { files: [['x', 'symlink', A]] }],
    ['x changed', { files: [['x', 'symlink', A]] }, { files: [['x', 'symlink', B]] }],
    [
      'shared input package-lock.json changed',
      { shared: [file('package-lock.json', B)] },
      { shared: [file('package-lock.json')] },
    ],
    ['variable NODE_ENV changed', { env: [['NODE_ENV', A]] }, { env: [['NODE_ENV', B]] }],
    ['variable NODE_ENV was set', { env: [['NODE_ENV', A]] }, { env: [['NODE_ENV', null]] }],
    ['variable NODE_ENV was unset', { env: [['NODE_ENV', null]] }, { env: [['NODE_ENV', A]] }],
    ['variable NODE_ENV added', { env: [['NODE_ENV', null]] }, {}],
    ['variable NODE_ENV removed', {}, { env: [['NODE_ENV', A]] }],
    ['platform linux-x64 -> linux-arm64', { platform: 'linux-arm64' }, {}],
    ['salt changed', { salt: 'x' }, {}],
    ['globs changed (inputs)', { globs: { ...BASE.globs, inputs: ['src'] } }, {}],
    [
      'globs changed (inputs, outputs)',
      { globs: { ...BASE.globs, inputs: ['src'], outputs: [] } },
      {},
    ],
    ['globs changed (shared inputs)', { globs: { ...BASE.globs, sharedInputs: ['x'] } }, {}],
    ['dependency packages/b added', { dependencies: [['packages/b', A]] }, {}],
    ['dependency packages/b removed', {}, { dependencies: [['packages/b', A]] }],
    [
      'dependency packages/b changed',
      { dependencies: [['packages/b', A]] },
      { dependencies: [['packages/b', B]] },
    ],
    ['its folder was packages/b', {}, { name: 'packages/b' }],
  ])('%s', (reason, current, previous) => {
    expect(explain({ ...BASE, ...current }, { ...BASE, ...previous })).toEqual([reason]);
  });

  test('names what changed in a dependency', () => {
    const coreThen = { ...BASE, name: 'core', files: [file('src/index.ts'), file('src/z.ts')] };
    const coreNow = { ...coreThen, files: [file('src/index.ts', B), file('src/z.ts', B)] };
    const now = { ...BASE, dependencies: [['core', ownDigestOf(coreNow)]] as const };
    const then = { ...BASE, dependencies: [['core', ownDigestOf(coreThen)]] as const };
    const current = new Map([['core', coreNow]]);
    expect(explain(now, then, { current, previous: new Map([['core', coreThen]]) })).toEqual([
      'dependency core changed (src/index.ts changed, and 1 more)',
    ]);
    // A record that is not the one of then tells nothing.
    const other = new Map([['core', { ...coreThen, salt: 'other' }]]);
    expect(explain(now, then, { current, previous: other })).toEqual(['dependency core changed']);
    expect(explain(now, then, { current })).toEqual(['dependency core changed']);
  });

  test('does not blame a dependency for what all subtrees share', () => {
    const [coreNow, coreThen] = ['new', 'old'].map((salt) => ({ ...BASE, name: 'core', salt }));
    if (coreNow === undefined || coreThen === undefined) throw new Error('unreachable');
    const now = { ...BASE, salt: 'new', dependencies: [['core', ownDigestOf(coreNow)]] as const };
    const then = { ...BASE, salt: 'old', dependencies: [['core', ownDigestOf(coreThen)]] as const };
    const options = {
      current: new Map([['core', coreNow]]),
      previous: new Map([['core', coreThen]]),
    };
    expect(explain(now, then, options)).toEqual(['salt changed']);
  });

  test('lists so many, what explains most first', () => {
    const files = Array.from({ length: 20 }, (_, i) => file(`src/${String(i).padStart(2, '0')}`));
    const now = { ...BASE, files, salt: 'x', shared: [file('lock')] };
    expect(explain(now, BASE, { limit: 4 })).toEqual([
      'salt changed',
      'shared input lock added',
      'src/00 added',
      'src/01 added',
      'and 18 more',
    ]);
    expect(explain(now, BASE)).toHaveLength(11);
    expect(explain(now, BASE, { limit: 22 })).toHaveLength(22);
  });

  test('keeps names with control characters in their line', () => {
    const names = ['a\n::error::x', 'b\u001b[31m', 'c\u202Ed', 'e\u2028f', 'g\uDCE9', 'plain "ä"'];
    const reasons = explain({ ...BASE, files: names.map((name) => file(name)) }, BASE);
    expect(reasons).toEqual([
      '"a\\n::error::x" added',
      '"b\\u001b[31m" added',
      '"c\\u{202e}d" added',
      '"e\\u{2028}f" added',
      '"g\\xE9" added',
      'plain "ä" added',
    ]);
  });
});
