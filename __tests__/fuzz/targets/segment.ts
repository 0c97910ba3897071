import assert from 'node:assert/strict';

import fc from 'fast-check';

import { digestOf, isDigest } from '../../../src/digest.ts';
import type { Entry } from '../../../src/store/entry.ts';
import { Index } from '../../../src/store/entry-index.ts';
import {
  type Payload,
  type PayloadEntry,
  type PayloadKey,
  packSegment,
  payload,
  unpackSegment,
} from '../../store/segment-payload.ts';
import { editedBytes } from '../grammar.ts';
import { type Target, holds, unlessRefused } from '../target.ts';

const digest = fc.nat(9).map((n) => digestOf(String(n)));
/** Mostly what fits, and now and then what cannot. */
const count = fc.oneof(
  { weight: 9, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.maxSafeNat() },
);
const step = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -3, max: 20 }) },
  { weight: 1, arbitrary: fc.integer() },
);
const rare = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined, freq: 20 });

const key = fc.oneof(
  fc.stringMatching(/^[a-c/.]{1,6}$/),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.uint8Array({ maxLength: 4 }),
);

const metas = fc.array(
  fc.oneof<fc.Arbitrary<readonly [string, string?]>[]>(
    fc.jsonValue().map((value) => [JSON.stringify(value)] as const),
    fc.constantFrom<(readonly [string, string])[]>(
      ['{"mode":420,"mtimeMs":', '}'],
      ['{"mtimeMs":', ',"path":"x"}'],
      ['', ''],
      ['{"a":"', '"}'],
      ['[', ',1]'],
    ),
  ),
  { maxLength: 3 },
);

const parts: fc.Arbitrary<Payload> = fc
  .record({
    packs: fc.array(fc.record({ digest, size: fc.integer({ min: 50, max: 200 }) }), {
      maxLength: 2,
    }),
    frames: fc.array(
      fc.record({
        digest,
        pack: fc.nat(1),
        offset: fc.nat(40),
        stored: fc.integer({ min: 1, max: 10 }),
        raw: fc.integer({ min: 1, max: 20 }),
        codec: fc.nat(1),
      }),
      { maxLength: 3 },
    ),
    metas,
    entries: fc.array(
      fc.record({
        digest,
        key,
        size: fc.nat(20),
        meta: count,
        time: step,
        frames: count,
        first: step,
        offset: step,
      }),
      { maxLength: 6 },
    ),
    tombstones: fc.array(fc.record({ key }), { maxLength: 4 }),
    format: rare(fc.nat(3)),
    sorted: fc.boolean(),
  })
  .map(({ entries, tombstones, format, sorted, ...rest }) => ({
    ...rest,
    ...(format === undefined ? {} : { format }),
    entries: sorted ? inOrder(entries) : entries,
    tombstones: sorted ? inOrder(tombstones) : tombstones,
  }));

/** Sorted by the bytes of their keys, each once. */
function inOrder<T extends PayloadKey>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((one) => [Buffer.from(one.key).toString('hex'), one]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
}

const names = fc.uniqueArray(fc.stringMatching(/^[a-e]{1,4}(\/[a-e]{1,4})?$/), { maxLength: 12 });

/** A base that is right: every key sorted, every number within its bounds. */
const right: fc.Arbitrary<Payload & { readonly entries: readonly PayloadEntry[] }> = fc
  .tuple(
    names,
    fc.array(fc.tuple(fc.nat(1), fc.nat(10), fc.integer({ min: 0, max: 2 ** 40 })), {
      minLength: 12,
      maxLength: 12,
    }),
  )
  .map(([keys, numbers]) => ({
    packs: [{ digest: digestOf('p'), size: 100 }],
    frames: [{ digest: digestOf('f'), pack: 0, offset: 0, stored: 10, raw: 10, codec: 0 }],
    metas: [['{"mtimeMs":', '}'] as const],
    entries: keys
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map((name, i) => {
        const [meta = 0, size = 0, time = 0] = numbers[i] ?? [];
        return { key: name, digest: digestOf(name), size, meta, time, frames: i % 2 };
      })
      // An entry without bytes is in no frame; one with some is in one.
      .map(({ size, ...entry }) => ({ ...entry, size: entry.frames === 1 ? 0 : size })),
  }));

/** One of changes that is right: it deletes some keys that it does not set. */
const changes: fc.Arbitrary<Payload> = fc.tuple(right, names).map(([parts, gone]) => {
  const set = new Set(parts.entries.map((entry) => entry.key));
  return {
    ...parts,
    tombstones: inOrder(gone.filter((name) => !set.has(name)).map((name) => ({ key: name }))),
  };
});

/** What a segment of changes is applied to. */
const BASE = new Index(
  ['a', 'ab', 'b/c', 'd', 'e/e'].map((name) => [name, { digest: digestOf(name), size: 1 }]),
);

/** Everything that is in a segment, and that it makes of an index, read as callers read it. */
function readAll(segment: Uint8Array): void {
  const base = unlessRefused(['MALFORMED', 'UNSUPPORTED_VERSION'], () => Index.decode(segment));
  if (base !== undefined) readIndex(base);
  const changed = BASE.copy();
  const applied = unlessRefused(['MALFORMED', 'UNSUPPORTED_VERSION'], () => {
    changed.applySegment(segment);
    return changed;
  });
  if (applied === undefined) assert.equal([...BASE.differences(changed)].length, 0);
  else readIndex(changed);
}

function readIndex(index: Index): void {
  const entries = [...index.range('')];
  for (const [, entry] of entries) {
    assert.ok(isDigest(entry.digest) && Number.isSafeInteger(entry.size) && entry.size >= 0);
    JSON.stringify(entry.meta);
    for (const { pack, offset, storedSize } of entry.location?.frames ?? []) {
      assert.ok(offset >= 0 && storedSize > 0 && offset + storedSize <= pack.size);
    }
  }
  const again = new Index(entries).encode();
  assert.deepEqual([...Index.decode(again).range('')], entries);
  index.hash('');
  for (const { pack, live } of index.packs()) assert.ok(live >= 0 && live <= pack.size);
  const copy = BASE.copy();
  copy.applySegment(index.encodeChanges(BASE));
  assert.deepEqual([...copy.range('')], entries);
  assert.deepEqual([...Index.merge(BASE, index, BASE).range('')], entries);
  const mine = [...Index.merge(BASE, BASE, index).range('')];
  assert.deepEqual(mine.map(withoutLocation), entries.map(withoutLocation));
}

function withoutLocation([key, { digest, size, meta }]: [string, Entry]): unknown {
  return { key, digest, size, meta };
}

export const segmentTarget: Target = {
  parser: 'index segment',
  properties: [
    holds('any columns are read or refused', parts, (columns) => {
      readAll(packSegment(payload(columns)));
    }),
    holds('so is any change of what is right', editedBytes(changes.map(payload)), (bytes) => {
      readAll(packSegment(bytes));
    }),
    holds(
      'and of the segment itself',
      editedBytes(changes.map((columns) => packSegment(payload(columns)))),
      (bytes) => {
        readAll(bytes);
      },
    ),
    holds('any bytes are refused', fc.uint8Array({ maxLength: 500 }), (bytes) => {
      readAll(bytes);
      readAll(packSegment(bytes));
    }),
    holds('what is right is read, and written the same', right, (columns) => {
      const segment = packSegment(payload(columns));
      const index = Index.decode(segment);
      assert.equal([...index.range('')].length, columns.entries.length);
      const again = new Index([...index.range('')]).encode();
      assert.deepEqual([...Index.decode(again).range('')], [...index.range('')]);
      assert.ok(unpackSegment(again).length > 0);
    }),
    holds('changes that are right are made', changes, (columns) => {
      const index = BASE.copy();
      index.applySegment(packSegment(payload(columns)));
      for (const { key } of columns.tombstones ?? []) assert.ok(!index.has(String(key)));
      for (const { key } of columns.entries ?? []) assert.ok(index.has(String(key)));
    }),
  ],
};
