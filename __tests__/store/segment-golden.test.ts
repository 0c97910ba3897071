import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import type { Entry } from '../../src/store/entry.ts';
import { Index } from '../../src/store/entry-index.ts';
import { packSegment, unpackSegment } from './segment-payload.ts';

/*
 * Segments of format 1 as docs/format.md describes them, byte for byte: a test that fails here means
 * that snapshots in registries can no longer be read, or that others can no longer read what is written.
 */
interface Golden {
  /** Columns of a base, and of the changes to it one after another; in base64. */
  readonly segments: readonly [base: string, ...changes: string[]];
  /** What each of the states holds. */
  readonly states: readonly (readonly [string, Entry][])[];
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/segments-format-1.json'), 'utf8'),
) as Golden;

const segments = golden.segments.map((columns) => packSegment(Buffer.from(columns, 'base64')));
const states = golden.states.map((entries) => new Index(entries));

describe('segments of format 1', () => {
  test('are read', () => {
    for (const [i, entries] of golden.states.entries()) {
      const index = Index.decodeAll(segments.slice(0, i + 1));
      expect([...index.range('')]).toEqual(entries);
    }
  });

  test('are written', () => {
    const columnsOf = (segment: Uint8Array): string => unpackSegment(segment).toString('base64');
    const [base, ...others] = states;
    const written = others.map((state, i) => columnsOf(state.encodeChanges(states[i]!)));
    expect([columnsOf(base!.encode()), ...written]).toEqual(golden.segments);
  });
});
