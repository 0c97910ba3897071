import { describe, expect, test } from '@jest/globals';

import { type Hit, hitOf } from '../../src/action/hit.ts';
import type { SubtreeResult } from '../../src/action/restore.ts';
import { folderResult, pathResult, restoreResult } from './support.ts';

const OWN = 'branch-x';
const MAIN = 'branch-main';
const FP = 'fp-0';

describe('hitOf', () => {
  test.each<[string, SubtreeResult[], Hit['kind'], Hit['cacheHit'], string]>([
    ['nothing is asked for', [], 'miss', '', ''],
    [
      'nothing is found',
      [folderResult('a', undefined), pathResult('p', undefined)],
      'miss',
      '',
      '',
    ],
    ['a path of the own tag', [pathResult('p', OWN)], 'exact', 'true', OWN],
    ['a path of a fallback', [pathResult('p', MAIN)], 'partial', 'false', MAIN],
    [
      'one path of two',
      [pathResult('p', OWN), pathResult('q', undefined)],
      'partial',
      'false',
      OWN,
    ],
    ['subtrees, wherever they come from', [folderResult('a', FP)], 'exact', 'true', FP],
    ['subtrees of a fallback', [folderResult('a', MAIN)], 'exact', 'true', MAIN],
    [
      'one subtree of two',
      [folderResult('a', undefined), folderResult('b', OWN)],
      'partial',
      'false',
      OWN,
    ],
    [
      'the tag of a path goes before that of a subtree',
      [folderResult('a', FP), pathResult('p', OWN)],
      'exact',
      'true',
      OWN,
    ],
  ])('%s', (_, results, kind, cacheHit, matchedKey) => {
    expect(hitOf(restoreResult(results, [OWN, MAIN]))).toEqual({
      kind,
      cacheHit,
      matchedKey,
      primaryKey: OWN,
    });
  });

  test.each<[string, string, string, Hit['kind'], Hit['cacheHit'], string]>([
    ['the key itself', 'npm-2', 'key-npm-2', 'exact', 'true', 'npm-2'],
    ['the key itself, of another scope', 'npm-2', 'key.0-npm-2', 'exact', 'true', 'npm-2'],
    ['another key', 'npm-1', 'key-npm-1', 'partial', 'false', 'npm-1'],
    ['another key with the name of the tag', 'npm-1', 'npm-2', 'partial', 'false', 'npm-1'],
  ])('with a key: %s', (_, key, tag, kind, cacheHit, matchedKey) => {
    const result = restoreResult([pathResult('p', tag, { key })], ['npm-2', 'npm-']);
    expect(hitOf(result)).toEqual({ kind, cacheHit, matchedKey, primaryKey: 'npm-2' });
  });

  test('a job that may read nothing has no key', () => {
    expect(hitOf(restoreResult([folderResult('a', undefined)], []))).toMatchObject({
      kind: 'miss',
      primaryKey: '',
    });
  });
});
