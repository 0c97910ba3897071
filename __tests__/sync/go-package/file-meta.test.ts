import { describe, expect, test } from '@jest/globals';

import type { Json } from '../../../src/store/entry.ts';
import { readGoMeta } from '../../../src/sync/go-package/file-meta.ts';

const mtime = '2025-12-01T00:32:34.123456789+01:00';
/** 2025-11-30T23:32:34.123457Z */
const mtimeMs = 1764545554123.457;

describe("Go's FileMeta becomes ours", () => {
  const cases: Readonly<Record<string, readonly [meta: Json, expected: Json | undefined]>> = {
    'a file': [
      { mode: 0o644, mtime },
      { mode: 0o644, mtimeMs },
    ],
    'no mode': [{ mtime }, { mtimeMs }],
    'no time': [{ mode: 0o600, mtime: '0001-01-01T00:00:00Z' }, { mode: 0o600 }],
    nothing: [{ mtime: '0001-01-01T00:00:00Z' }, undefined],
    'whole seconds': [{ mtime: '2025-11-30T23:32:34Z' }, { mtimeMs: 1764545554000 }],
    'before 1970': [{ mtime: '1969-12-31T23:59:59.9999996Z' }, { mtimeMs: 0 }],
    'just before 1970': [{ mtime: '1969-12-31T23:59:59.999999Z' }, { mtimeMs: -0.001 }],
    setuid: [
      { mode: 0o755 + 2 ** 23, mtime },
      { mode: 0o755, mtimeMs, goMode: 0o755 + 2 ** 23 },
    ],
    'a symlink': [
      { mode: 0o777 + 2 ** 27, mtime },
      { mode: 0o777, mtimeMs, goMode: 0o777 + 2 ** 27 },
    ],
    'a folder': [
      { mode: 0o750 + 2 ** 31, mtime },
      { kind: 'folder', mode: 0o750, mtimeMs, goMode: 0o750 + 2 ** 31 },
    ],
    'all bits': [
      { mode: 2 ** 32 - 1, mtime },
      { kind: 'folder', mode: 0o777, mtimeMs, goMode: 2 ** 32 - 1 },
    ],
  };

  test.each(Object.entries(cases))('%s', (_, [meta, expected]) => {
    expect(readGoMeta(meta, 0)).toEqual(expected);
  });

  test('a folder with content is a file', () => {
    const meta = { mode: 0o750 + 2 ** 31, mtime };
    const goMode = meta.mode;
    expect(readGoMeta(meta, 1)).toEqual({ mode: 0o750, mtimeMs, goMode });
  });
});

describe('any other metadata stays as it is', () => {
  const cases: readonly Json[] = [
    'text',
    42,
    false,
    [],
    [{ mode: 0o644, mtime }],
    {},
    { mode: 0o644 },
    { mode: 0o644, mtime, owner: 'me' },
    { mode: 0o644, mtime: 5 },
    { mode: '0644', mtime },
    { mode: -1, mtime },
    { mode: 1.5, mtime },
    { mode: 2 ** 32, mtime },
    { mode: null, mtime },
    { mode: 0o644, mtime: 'yesterday' },
    { mode: 0o644, mtime: '2025-13-01T00:00:00Z' },
    { mode: 0o644, mtime: '2025-12-01' },
    { mode: 0o644, mtime: '2025-12-01T00:00:00' },
    { mode: 0o644, mtime: `2025-12-01T00:00:00.${'1'.repeat(10)}Z` },
  ];

  test.each(cases.map((meta) => [JSON.stringify(meta), meta] as const))('%s', (_, meta) => {
    expect(readGoMeta(meta, 0)).toEqual(meta);
  });

  test('none is none, and so is null, as in Go', () => {
    expect(readGoMeta(undefined, 0)).toBeUndefined();
    expect(readGoMeta(null, 0)).toBeUndefined();
  });
});
