import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { type SnapshotConfig, decodeConfig, encodeConfig } from '../../src/sync/config.ts';

const CONFIG: SnapshotConfig = {
  format: 1,
  root: digestOf('root'),
  entries: 2,
  bytes: 10,
  prefixes: { 'ws/a/': digestOf('a'), 'ws/empty/': '' },
  subtrees: [
    {
      name: 'a',
      root: 'ws',
      folder: 'a',
      outputs: ['dist/**', '!dist/tmp'],
      fingerprint: digestOf('inputs'),
      digest: digestOf('outputs'),
    },
    { name: '~/x', root: 'home', folder: '', outputs: ['x'], fingerprint: null, digest: '' },
  ],
  merged: [digestOf('before')],
};

function decodeChanged(change: Record<string, unknown>): SnapshotConfig {
  return decodeConfig(Buffer.from(JSON.stringify({ ...CONFIG, ...change })));
}

describe('a snapshot config', () => {
  test('is read as it was written', () => {
    expect(decodeConfig(encodeConfig(CONFIG))).toEqual(CONFIG);
  });

  test('has equal bytes whatever the order of its fields', () => {
    const [first, second] = CONFIG.subtrees;
    const shuffled = Object.fromEntries(Object.entries(first!).reverse()) as typeof first;
    const other = Object.fromEntries(
      Object.entries({ ...CONFIG, subtrees: [shuffled!, second!] }).reverse(),
    ) as SnapshotConfig;
    expect(encodeConfig(other)).toEqual(encodeConfig(CONFIG));
  });

  test('with fields of a later version of this format is read all the same', () => {
    expect(decodeChanged({ more: true })).toEqual(CONFIG);
  });

  test('of a newer format says that a newer version is needed', () => {
    expect(() => decodeChanged({ format: 2, subtrees: 'something else' })).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_VERSION',
        message: 'A snapshot has format 2; this version reads format 1.',
        hint: expect.stringContaining('newer version'),
      }),
    );
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no format', { format: undefined }, 'format'],
    ['a format before the first', { format: 0 }, 'format'],
    ['a root that is no digest', { root: 'sha256:x' }, 'root'],
    ['a negative count', { entries: -1 }, 'entries'],
    ['a fraction', { bytes: 1.5 }, 'bytes'],
    ['a number that doubles do not hold', { bytes: 2 ** 53 }, 'bytes'],
    ['a prefix that is no digest', { prefixes: { a: 1 } }, 'prefixes'],
    ['another root', { subtrees: [{ ...CONFIG.subtrees[0], root: 'etc' }] }, 'subtrees.0.root'],
    ['outputs that are no list', { subtrees: [{ ...CONFIG.subtrees[0], outputs: '**' }] }, 'out'],
    ['no fingerprint', { subtrees: [{ ...CONFIG.subtrees[0], fingerprint: '' }] }, 'fingerprint'],
  ])('is refused: %s', (_, change, where) => {
    expect(() => decodeChanged(change)).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining(where) }),
    );
  });

  test.each(['', 'null', '[]', '"x"', '{', '\u0000'])('is refused: %j', (text) => {
    expect(() => decodeConfig(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'MALFORMED' }),
    );
  });

  test('that would be too large is not written', () => {
    const names = Array.from({ length: 9 }, (_, i) => String(i).repeat(1024 * 1024));
    const prefixes = Object.fromEntries(names.map((name) => [name, '' as const]));
    expect(() => encodeConfig({ ...CONFIG, prefixes })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});
