import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import type { FrameRef, Location } from '../../src/location.ts';
import { Index } from '../../src/store/entry-index.ts';
import type { Entry } from '../../src/store/entry.ts';

/*
 * Entries for properties of indexes: few keys, contents and frames, so that many are the same.
 */

/** Keys whose order, prefixes and characters make a difference. */
export const KEYS = ['a', 'a/', 'a/b', 'a/b/c', 'a-b', 'a0', 'b', 'é', '\u{1f600}', '\uffff'];

const PACKS = ['p', 'q'].map((name) => ({ digest: digestOf(name), size: 45 }));

/** Frames of two packs; each has 12 bytes and more. */
export const FRAMES = PACKS.flatMap((pack) =>
  [0, 10, 20, 30].map((offset): FrameRef => {
    const sizes = { storedSize: 10, rawSize: 12 + offset };
    return { pack, offset, ...sizes, digest: digestOf(String(offset)), codec: 'zstd' };
  }),
);

/** Where content of a size may lie, and the size: in one frame, in several, in none, or unknown. */
const placed: fc.Arbitrary<{ readonly size: number; readonly location?: Location }> = fc.oneof(
  fc.nat(9).map((size) => ({ size })),
  fc.constant({ size: 0, location: { frames: [], offset: 0 } }),
  fc.tuple(fc.constantFrom(...FRAMES), fc.nat(3), fc.nat(9)).map(([frame, offset, size]) => {
    return { size, location: { frames: [frame], offset } };
  }),
  fc.subarray(FRAMES, { minLength: 2 }).map((frames) => {
    const size = frames.reduce((sum, { rawSize }) => sum + rawSize, 0);
    return { size, location: { frames, offset: 0 } };
  }),
);

const info = fc.record(
  {
    digest: fc.constantFrom('1', '2').map(digestOf),
    meta: fc.constantFrom(null, 'x', { mode: 420, mtimeMs: 5 }, { mode: 420, mtimeMs: 7.125 }),
  },
  { requiredKeys: ['digest'] },
);

const entries: fc.Arbitrary<Entry> = fc
  .tuple(info, placed)
  .map(([known, where]) => ({ ...known, ...where }));

/** The entries of an index, in no order. */
export const models: fc.Arbitrary<ReadonlyMap<string, Entry>> = fc
  .array(fc.tuple(fc.constantFrom(...KEYS), entries))
  .map((list) => new Map(list));

/** Some of the same entries, and some changes. */
export function changed(model: ReadonlyMap<string, Entry>): fc.Arbitrary<Map<string, Entry>> {
  const change = fc.tuple(
    fc.constantFrom(...KEYS),
    fc.oneof(
      entries,
      fc.constant(undefined),
      fc.constant('elsewhere' as const),
      fc.constant('moved' as const),
    ),
    fc.constantFrom(...KEYS),
  );
  return fc.array(change, { maxLength: 8 }).map((changes) => {
    const result = new Map(model);
    for (const [key, what, other] of changes) apply(result, key, what, other);
    return result;
  });
}

function apply(
  model: Map<string, Entry>,
  key: string,
  what: Entry | undefined | 'elsewhere' | 'moved',
  other: string,
): void {
  const entry = model.get(key);
  if (typeof what === 'object') model.set(key, what);
  else if (what === undefined) model.delete(key);
  else if (entry !== undefined && what === 'moved') {
    model.delete(key);
    model.set(other, entry);
  } else if (entry !== undefined) model.set(key, elsewhere(entry));
}

/** The same entry with another location. */
function elsewhere({ location, ...entry }: Entry): Entry {
  if (location !== undefined || entry.size > 9) return entry;
  const [frame] = FRAMES;
  return { ...entry, location: { frames: frame === undefined ? [] : [frame], offset: 1 } };
}

/** A map's entries as an index lists them. */
export function sorted(model: ReadonlyMap<string, Entry>): [string, Entry][] {
  return [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** What an index of {@link build} held before. */
export const GONE: Entry = {
  digest: digestOf('gone'),
  size: 30,
  meta: 'gone',
  location: { frames: [FRAMES[3]!], offset: 0 },
};

/** How an index came to be what it is. */
export const history = fc.nat(3);

/** An index of these entries, whose columns, changes on top and tables have another history each. */
export function build(model: ReadonlyMap<string, Entry>, how: number): Index {
  const list = sorted(model);
  if (how === 0) return new Index(list.reverse());
  if (how === 1) return Index.decode(new Index(list).encode());
  const index = Index.decode(new Index([...list.slice(1), ['gone', GONE]]).encode());
  for (const [key, entry] of list.slice(0, 1)) index.set(key, entry);
  index.delete('gone');
  if (how === 2) return index;
  index.encode();
  return index;
}
