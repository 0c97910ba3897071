import { describe, expect, test } from '@jest/globals';

import { entriesByOwner, recordKey, unowned } from '../../src/action/ownership.ts';
import { digestOf } from '../../src/digest.ts';
import type { Entry } from '../../src/store/entry.ts';
import type { SnapshotConfig } from '../../src/sync/config.ts';
import { ROOTS } from './support.ts';

const META = { mode: 0o644, mtimeMs: 0 };

function entry(meta?: Entry['meta']): Entry {
  return { digest: digestOf('x'), size: 1, ...(meta === undefined ? {} : { meta }) };
}

const CONFIG: SnapshotConfig = {
  format: 1,
  root: '',
  entries: 0,
  bytes: 0,
  prefixes: {},
  subtrees: [
    {
      name: 'a',
      root: 'ws',
      folder: 'a',
      outputs: ['dist/**'],
      fingerprint: digestOf('inputs'),
      digest: '',
    },
  ],
  merged: [],
};

describe('unowned', () => {
  const keysOf = (keys: readonly string[]): string[] =>
    unowned(
      keys.map((key) => [key, entry()] as const),
      new Map(),
    ).map(([key]) => key);

  test('what is no record of ours is kept, though its key begins like one', () => {
    const digits = '0123456789abcdef'.repeat(4);
    const keys = [
      'records/last-run',
      'records/x',
      `records/${digits.slice(1)}`,
      `records/${digits}0`,
      `records/${digits.toUpperCase()}`,
      `records/${digits}/x`,
      `records/a/${digits}`,
      `other/records/${digits}`,
      `records/${digits}\n`,
    ];
    expect(keysOf(keys)).toEqual(keys);
  });

  test('records are not: each belongs to its subtree, or to nothing any more', () => {
    expect(keysOf([recordKey(digestOf('inputs')), 'notes/x'])).toEqual(['notes/x']);
  });
});

describe('entriesByOwner', () => {
  // A store may put any key, with any metadata, to a tag that jobs save to as well.
  test.each<[string, Entry]>([
    ['ws/a/dist/note', entry({ note: 'x' })],
    ['ws/a/dist/text', entry('text')],
    ['ws/a/dist/mode', entry({ mode: 'rwx', mtimeMs: 0 })],
    ['ws/a/dist/%7Etilde', entry(META)],
    [`ws/a/%~${'0'.repeat(64)}`, entry(META)],
    ['ws/a/dist/', entry()],
  ])('what no save has made is nobody’s, and spoils nothing: %s', (key, other) => {
    const entries = [
      ['ws/a/dist/x', entry(META)],
      [key, other],
    ] as const;
    const owned = entriesByOwner(entries, CONFIG, ROOTS);
    expect(owned.get('a')!.map(([one]) => one)).toEqual(['ws/a/dist/x']);
    expect(unowned(entries, owned).map(([one]) => one)).toEqual([key]);
  });

  test('what would leave its root is refused', () => {
    const key = 'ws/%2E%2E/etc/passwd';
    expect(() => entriesByOwner([[key, entry(META)]], CONFIG, ROOTS)).toThrow(
      expect.objectContaining({ code: 'CONTAINMENT' }),
    );
  });
});
