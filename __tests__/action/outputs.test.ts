import { describe, expect, test } from '@jest/globals';

import { restoreLines, saveLines } from '../../src/action/log.ts';
import { restoreOutputs, saveOutputs } from '../../src/action/outputs.ts';
import { digestOf } from '../../src/digest.ts';
import { STATS, folderResult, pathResult, restoreResult, savedSubtree, tagged } from './support.ts';

const RESULT = {
  ...restoreResult([
    folderResult('b', undefined, ['src/"b".ts changed', 'salt changed']),
    folderResult('a\u{1F600}', 'branch-x'),
    folderResult('a\uFFFD', undefined, ['x']),
    folderResult('.', undefined, ['y']),
    pathResult('vendor', 'branch-main'),
  ]),
  chain: [tagged('branch-x'), tagged('branch-main')],
};

describe('restoreOutputs', () => {
  const outputs = restoreOutputs(RESULT, STATS);
  const json = (name: string): unknown => JSON.parse(outputs[name]!);

  test('tell subtrees, sorted by bytes, and leave out paths', () => {
    expect(json('changed')).toEqual(['.', 'a\uFFFD', 'b']);
    expect(json('unchanged')).toEqual(['a\u{1F600}']);
    expect(Object.keys(json('digests') as object)).toEqual(['.', 'a\uFFFD', 'a\u{1F600}', 'b']);
    expect(json('reasons')).toEqual({
      '.': 'y',
      'a\uFFFD': 'x',
      b: 'src/"b".ts changed; salt changed',
    });
  });

  test('have a matrix that fromJSON takes', () => {
    expect(json('matrix')).toEqual({
      include: [
        { subtree: '.', path: '.', digest: digestOf('.'), reason: 'y' },
        { subtree: 'a\uFFFD', path: 'a\uFFFD', digest: digestOf('a\uFFFD'), reason: 'x' },
        {
          subtree: 'b',
          path: 'b',
          digest: digestOf('b'),
          reason: 'src/"b".ts changed; salt changed',
        },
      ],
    });
  });

  test('tell numbers and digests', () => {
    expect(outputs).toMatchObject({
      'downloaded-bytes': '12345',
      'restored-files': '6',
      snapshot: tagged('branch-x').snapshot.descriptor.digest,
      'any-changed': 'true',
    });
  });

  test('a path that is missing counts for any-changed alone', () => {
    const missing = restoreOutputs(restoreResult([pathResult('p', undefined)]), STATS);
    expect(missing).toMatchObject({ 'any-changed': 'true', changed: '[]' });
    const found = restoreOutputs(restoreResult([pathResult('p', 'branch-x')]), STATS);
    expect(found['any-changed']).toBe('false');
  });
});

describe('log lines', () => {
  test('name every subtree, and the keys that people grep for', () => {
    const lines = restoreLines(RESULT, STATS, 1234);
    expect(lines).toContain('b: changed: src/"b".ts changed; salt changed');
    expect(lines).toContain('Cache restored from key: branch-main');
    expect(lines.at(-1)).toBe(
      '1 of 4 subtrees unchanged, 1 of 1 path restored: 6 files, 4 written (3.0 KB); ' +
        '4 requests, 12.3 KB down, 678 B up in 1.2 s.',
    );
  });

  test('say of subtrees and of paths what became of them', () => {
    const looked = { restored: undefined, tarballBytes: 0 };
    const results = [
      folderResult('a', 'branch-x'),
      pathResult('out', 'branch-x'),
      pathResult('gone', undefined, { reasons: ['no snapshot of main'] }),
      { ...folderResult('b', 'branch-x'), ...looked },
      { ...pathResult('tmp', 'branch-x'), ...looked },
    ];
    expect(restoreLines(restoreResult(results), STATS, 0).slice(0, 5)).toEqual([
      'a: unchanged, restored from branch-x: 3 files, 2 written (1.5 KB) in 0.02 s',
      'out: restored from branch-x: 3 files, 2 written (1.5 KB) in 0.02 s',
      'gone: miss: no snapshot of main',
      'b: unchanged (branch-x)',
      'tmp: found (branch-x)',
    ]);
  });

  test('a miss names the keys that were looked for', () => {
    const lines = restoreLines(restoreResult([pathResult('p', undefined)]), STATS, 0);
    expect(lines).toContain('Cache not found for input keys: branch-x, branch-main');
    expect(lines.join('\n')).not.toContain('restored');
  });

  test('without paths there are no keys', () => {
    const lines = restoreLines(restoreResult([folderResult('a', undefined)]), STATS, 0);
    expect(lines.join('\n')).not.toContain('Cache');
  });

  test('of the save side', () => {
    const result = {
      saved: true,
      snapshot: digestOf('x'),
      subtrees: [savedSubtree('a'), savedSubtree('c', { isNew: false, milliseconds: undefined })],
      skipped: new Map([['b', 'it was not built here']]),
      message: 'Saved branch-x.',
    };
    expect(saveLines(result, STATS, 60_000)).toEqual([
      'a: saved, 3 files (1.5 KB), read in 0.02 s',
      'b: not saved, it was not built here',
      'Saved branch-x. 2 subtrees with 6 files (3.0 KB), 1 of them new; 4 requests, 12.3 KB down, 678 B up in 1 min 0 s.',
    ]);
    expect(saveOutputs(result, STATS)).toEqual({
      saved: 'true',
      snapshot: digestOf('x'),
      'uploaded-bytes': '678',
    });
  });
});
