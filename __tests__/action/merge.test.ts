import { describe, expect, test } from '@jest/globals';

import { type Contribution, draftOf, holds, merge } from '../../src/action/merge.ts';
import { digestOf } from '../../src/digest.ts';
import type { Entry } from '../../src/store/entry.ts';

function entry(text: string, meta: { mode?: number; mtimeMs?: number } = {}): Entry {
  return { digest: digestOf(text), size: text.length, meta: { mode: 0o644, mtimeMs: 1, ...meta } };
}

function contribution(
  name: string,
  files: Readonly<Record<string, Entry>>,
  print = 'inputs',
): Contribution {
  return {
    description: {
      name,
      root: 'ws',
      folder: name,
      outputs: ['dist/**'],
      fingerprint: digestOf(print),
      digest: digestOf(Object.keys(files).join()),
    },
    entries: Object.entries(files),
  };
}

const held = (...all: Contribution[]): Map<string, Contribution> =>
  new Map(all.map((one) => [one.description.name, one]));

const A = contribution('a', { 'ws/a/dist/x': entry('x'), 'ws/a/dist/y': entry('y') });
const B = contribution('b', { 'ws/b/dist/x': entry('x') });

describe('merge', () => {
  test('keeps what others saved, and replaces a subtree as a whole', () => {
    const newer = contribution('a', { 'ws/a/dist/z': entry('z') }, 'other');
    expect(merge(held(A, B), [newer])).toEqual([newer, B]);
    expect(merge(held(), [A])).toEqual([A]);
    expect(merge(held(A), [])).toEqual([A]);
  });

  test('of two of one name the last counts', () => {
    const newer = contribution('a', {}, 'other');
    expect(merge(held(), [A, newer])).toEqual([newer]);
  });
});

describe('holds', () => {
  test('the very same, in whatever order', () => {
    expect(holds(held(A, B), A)).toBe(true);
    expect(holds(held(A), { ...A, entries: [...A.entries].reverse() })).toBe(true);
  });

  test('modification times do not count', () => {
    const touched = {
      ...A,
      entries: A.entries.map(([key, one]) => [
        key,
        { ...one, meta: { mode: 0o644, mtimeMs: 2 } },
      ]) as [string, Entry][],
    };
    expect(holds(held(A), touched)).toBe(true);
  });

  test.each<[string, Contribution]>([
    ['another subtree', contribution('c', {})],
    ['another fingerprint', contribution('a', Object.fromEntries(A.entries), 'other')],
    ['a file less', { ...A, entries: A.entries.slice(1) }],
    ['a file more', { ...A, entries: [...A.entries, ['ws/a/dist/z', entry('z')]] }],
    ['another name', { ...A, entries: [A.entries[0]!, ['ws/a/dist/z', entry('y')]] }],
    ['another content', { ...A, entries: [A.entries[0]!, ['ws/a/dist/y', entry('Y')]] }],
    [
      'another mode',
      { ...A, entries: [A.entries[0]!, ['ws/a/dist/y', entry('y', { mode: 0o755 })]] },
    ],
    [
      'other outputs',
      { ...A, description: { ...A.description, outputs: ['dist/**', '!dist/tmp'] } },
    ],
  ])('not %s', (_, other) => {
    expect(holds(held(A, B), other)).toBe(false);
  });
});

describe('draftOf', () => {
  test('has the entries, subtrees and prefixes of all', () => {
    const whole = { ...B, description: { ...B.description, name: '.', folder: '' } };
    const draft = draftOf([A, whole], { note: 'x' });
    expect([...draft.entries.range('')]).toEqual([...A.entries, ...B.entries]);
    expect(draft.subtrees).toEqual([A.description, whole.description]);
    expect(draft.prefixes).toEqual(['ws/a/', 'ws/']);
    expect(draft.annotations).toEqual({ note: 'x' });
  });
});
