import { describe, expect, test } from '@jest/globals';

import { stateOf } from '../../src/action/restore.ts';
import { decodeState, encodeState } from '../../src/action/state.ts';
import { digestOf } from '../../src/digest.ts';
import { folderResult, pathResult, restoreResult, tagged } from './support.ts';

describe('state', () => {
  const state = stateOf(
    restoreResult([folderResult('a', 'fp-1'), folderResult('b', undefined), pathResult('p', 'x')]),
    '',
  );

  test('tells what served, and what changed', () => {
    expect(state.subtrees).toEqual([
      {
        name: 'a',
        fingerprint: digestOf('a'),
        servedBy: tagged('fp-1').snapshot.descriptor.digest,
        outputsBefore: null,
      },
      { name: 'b', fingerprint: digestOf('b'), servedBy: null, outputsBefore: null },
      {
        name: 'p',
        fingerprint: null,
        servedBy: tagged('x').snapshot.descriptor.digest,
        outputsBefore: null,
      },
    ]);
  });

  test('is read as it was written', () => {
    expect(decodeState(encodeState(state))).toEqual(state);
  });

  test('that is empty was never written', () => {
    expect(decodeState('')).toBeUndefined();
  });

  test.each(['{', 'null', '[]', '{"version":2,"subtrees":[]}', '{"version":1}'])(
    '%s is malformed',
    (text) => {
      expect(() => decodeState(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    },
  );

  test('holds no text that is no digest in its place', () => {
    const [first] = state.subtrees;
    const text = JSON.stringify({ version: 1, subtrees: [{ ...first, servedBy: '../../x' }] });
    expect(() => decodeState(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });
});
