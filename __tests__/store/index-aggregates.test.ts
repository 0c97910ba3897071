import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { FrameRef, Location } from '../../src/location.ts';
import { compareBytes } from '../../src/order.ts';
import type { Entry } from '../../src/store/entry.ts';
import { Index } from '../../src/store/entry-index.ts';
import { normalisePrefix } from '../../src/store/keys.ts';
import { FRAMES, build, changed, history, models, sorted } from './index-arbitraries.ts';
import { packSegment, payload } from './segment-payload.ts';

/*
 * What an index says of all of its entries together, against plain maps.
 */

describe('the first key outside of packs', () => {
  test('is that of the first entry that lies nowhere, or in another pack in part', () => {
    fc.assert(
      fc.property(models, history, fc.subarray(['p', 'q']), (model, how, names) => {
        const packs = names.map((name) => digestOf(name));
        const isIn = ({ pack }: FrameRef): boolean => packs.includes(pack.digest);
        const stray = sorted(model).find(([, { location }]) => !location?.frames.every(isIn));
        const asked: Digest[] = [];
        const found = build(model, how).keyOutside(({ digest, size }) => {
          expect(size).toBe(45);
          asked.push(digest);
          return packs.includes(digest);
        });
        expect(found).toBe(stray?.[0]);
        expect(asked).toHaveLength(new Set(asked).size);
      }),
      { numRuns: 400 },
    );
  });

  test('asks for a pack once, though a table names it a million times, and for no other', () => {
    const one = { digest: digestOf('one'), size: 10 };
    const frame = { digest: digestOf('f'), offset: 0, stored: 10, raw: 10, codec: 1 };
    const segment = payload({
      packs: [one, one, { digest: digestOf('nobody needs it'), size: 10 }],
      frames: [0, 1, 2].map((pack) => ({ ...frame, pack })),
      entries: ['a', 'b'].map((key, first) => {
        return { key, digest: digestOf(key), size: 10, frames: 2, first };
      }),
    });
    const asked: string[] = [];
    const index = Index.decode(packSegment(segment));
    const answer = index.keyOutside(({ digest }) => asked.push(digest) > 0);
    expect(answer).toBeUndefined();
    expect(asked).toEqual([one.digest]);
  });
});

describe('frames that lie apart', () => {
  const stretch = fc.record({
    name: fc.constantFrom('p', 'q'),
    offset: fc.nat(12),
    storedSize: fc.integer({ min: 1, max: 4 }),
  });

  test('share no byte of a pack, unless they are the very same', () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 6 }), (stretches) => {
        const owners = new Map<string, string>();
        let isApart = true;
        for (const { name, offset, storedSize } of stretches) {
          for (let byte = offset; byte < offset + storedSize; byte += 1) {
            const owner = `${String(offset)} ${String(storedSize)}`;
            const known = owners.get(`${name} ${String(byte)}`) ?? owner;
            owners.set(`${name} ${String(byte)}`, known);
            if (known !== owner) isApart = false;
          }
        }
        const entries = stretches.map(({ name, offset, storedSize }, i): [string, Entry] => {
          const pack = { digest: digestOf(name), size: 16 };
          // Of a frame that is named twice a table may say two things.
          const digest = digestOf(String(i));
          const frame: FrameRef = { pack, offset, storedSize, rawSize: 5, digest, codec: 'zstd' };
          return [String(i), { digest, size: 5, location: { frames: [frame], offset: 0 } }];
        });
        expect(new Index(entries).hasFramesApart()).toBe(isApart);
      }),
      { numRuns: 1000 },
    );
  });

  test('are those that entries name: of others a table may say anything', () => {
    const pack = { digest: digestOf('pack'), size: 20 };
    const frame = { digest: digestOf('f'), pack: 0, stored: 10, raw: 10, codec: 1 };
    const parts = (first: number): Buffer =>
      payload({
        packs: [pack],
        frames: [0, 10, 5].map((offset) => ({ ...frame, offset })),
        entries: ['a', 'b'].map((key, i) => {
          return { key, digest: digestOf(key), size: 10, frames: 2, first: i * first };
        }),
      });
    expect(Index.decode(packSegment(parts(1))).hasFramesApart()).toBe(true);
    expect(Index.decode(packSegment(parts(2))).hasFramesApart()).toBe(false);
  });
});

/** A map, and another that was made of it. */
const pair = models.chain((before) => fc.tuple(fc.constant(before), changed(before)));

describe('two indexes', () => {
  test.each([false, true])(
    'have the same entries if none is different; locations ignored: %s',
    (ignored) => {
      fc.assert(
        fc.property(pair, history, history, ([one, two], a, b) => {
          const [from, to] = [build(one, a), build(two, b)];
          const options = { ignoreLocations: ignored };
          const isSame = from.differences(to, options).next().done === true;
          expect(from.hasSameEntries(to, options)).toBe(isSame);
          expect(build(one, a).hasSameEntries(build(one, b))).toBe(true);
        }),
        { numRuns: 400 },
      );
    },
  );

  test('have other keys, though these have the same bytes one after another', () => {
    const entry = { digest: digestOf('x'), size: 1 };
    const of = (...keys: string[]): Index =>
      Index.decode(new Index(keys.map((key) => [key, entry] as const)).encode());
    expect(of('a', 'bc').hasSameEntries(of('ab', 'c'))).toBe(false);
  });
});

describe('an index with places', () => {
  const nowhere = { frames: [], offset: 0 };
  const at = (frame: FrameRef, offset = 0): Location => ({ frames: [frame], offset });

  test('has the locations that its entries had, and those of their contents', () => {
    const place = fc.option(fc.constantFrom(...FRAMES), { nil: undefined });
    fc.assert(
      fc.property(models, history, fc.array(place, { maxLength: 2 }), (model, how, frames) => {
        const places = new Map(
          frames.flatMap((frame, i) =>
            frame === undefined ? [] : [[digestOf(String(i + 1)), at(frame)] as const],
          ),
        );
        const index = build(model, how);
        const placed = index.placed(places);
        const wanted = sorted(model).map(([key, entry]): [string, Entry] => {
          const place = entry.size === 0 ? nowhere : places.get(entry.digest);
          const location = entry.location ?? place;
          return [key, location === undefined ? entry : { ...entry, location }];
        });
        expect([...placed.range('')]).toEqual(wanted);
        expect(placed.encode().equals(new Index(wanted).encode())).toBe(true);
        expect(placed.hash('')).toBe(index.hash(''));
        expect([...index.range('')]).toEqual(sorted(model));
      }),
      { numRuns: 400 },
    );
  });

  test('checks each of them, also in a frame that it knows', () => {
    const [frame] = FRAMES as [FrameRef];
    const digests = ['a', 'b'].map((name) => digestOf(name)) as [Digest, Digest];
    const index = new Index(digests.map((digest, i) => [`key ${String(i)}`, { digest, size: 5 }]));
    for (const offset of [-1, 0.5, 8, Number.NaN]) {
      const places = new Map([
        [digests[0], at(frame)],
        [digests[1], at(frame, offset)],
      ]);
      expect(() => index.placed(places)).toThrow(
        expect.objectContaining({
          code: 'INVALID_INPUT',
          message: expect.stringContaining('"key 1"'),
        }),
      );
    }
  });
});

describe('of all entries', () => {
  test('the packs are told that they lie in', () => {
    fc.assert(
      fc.property(models, history, (model, how) => {
        const index = build(model, how);
        expect(index.packRefs()).toEqual(index.packs().map(({ pack }) => pack));
      }),
    );
  });

  test('the bytes are summed, and those that lie nowhere', () => {
    fc.assert(
      fc.property(models, history, (model, how) => {
        const sum = (all: readonly Entry[]): number => all.reduce((at, { size }) => at + size, 0);
        const entries = [...model.values()];
        expect(build(model, how).totals()).toEqual({
          bytes: sum(entries),
          unlocatedBytes: sum(entries.filter(({ location }) => location === undefined)),
        });
      }),
    );
  });

  test('those without a location, and those with some contents, are told', () => {
    fc.assert(
      fc.property(models, history, fc.subarray(['1', '2', '3']), (model, how, names) => {
        const index = build(model, how);
        const wanted = new Set(names.map((name) => digestOf(name)));
        const unlocated = index.unlocated();
        const found = index.withContents(wanted);
        // As they are at the time of the call.
        index.clear();
        const all = sorted(model);
        expect([...unlocated]).toEqual(all.filter(([, { location }]) => location === undefined));
        expect([...found]).toEqual(all.filter(([, { digest }]) => wanted.has(digest)));
      }),
    );
  });

  test('the contents in several packs are told, each once', () => {
    fc.assert(
      fc.property(models, history, (model, how) => {
        const seen = new Set<Digest>();
        const wanted = sorted(model).flatMap(([, { digest, location }]) => {
          const parts = new Map<Digest, number>();
          for (const { pack, storedSize } of location?.frames ?? []) {
            parts.set(pack.digest, (parts.get(pack.digest) ?? 0) + storedSize);
          }
          if (parts.size < 2 || seen.has(digest)) return [];
          seen.add(digest);
          return [Array.from(parts, ([pack, bytes]) => ({ pack, bytes }))];
        });
        expect(build(model, how).spans()).toEqual(wanted);
      }),
      { numRuns: 400 },
    );
  });

  test('the digests of some prefixes are those that each of them has alone', () => {
    const prefixes = ['', 'a', 'a/', 'a/b', 'a/b/c', 'a-b', 'b', 'no', '\ud800'];
    fc.assert(
      fc.property(models, history, fc.subarray(prefixes), (model, how, wished) => {
        const index = build(model, how);
        const wanted = [...new Set(['', ...wished.map(normalisePrefix)])]
          .sort(compareBytes)
          .map((prefix) => [prefix, index.hash(prefix)])
          .filter(([, digest]) => digest !== '');
        expect([...build(model, how).hashesOf(wished)]).toEqual(wanted);
      }),
      { numRuns: 400 },
    );
  });

  test('the digest of everything is computed anew after a change', () => {
    const index = new Index([['a', { digest: digestOf('a'), size: 1 }]]);
    const [before] = [index.hashesOf([]).get(''), index.copy()];
    expect(index.hash('')).toBe(before);
    index.set('a', { digest: digestOf('b'), size: 1 });
    const after = index.hash('');
    expect(after).not.toBe(before);
    expect(index.copy().hash('')).toBe(after);
    expect(index.hashesOf([]).get('')).toBe(after);
    index.clear();
    expect(index.hash('')).toBe('');
    expect([...index.hashesOf(['a'])]).toEqual([]);
  });

  test('the folders at the top are told in order', () => {
    fc.assert(
      fc.property(models, history, (model, how) => {
        const keys = [...model.keys()].filter((key) => key.includes('/'));
        const folders = new Set(keys.map((key) => key.slice(0, key.indexOf('/') + 1)));
        expect([...build(model, how).topFolders()]).toEqual([...folders].sort(compareBytes));
      }),
    );
  });
});
