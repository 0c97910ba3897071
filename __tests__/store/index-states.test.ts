import { isDeepStrictEqual } from 'node:util';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { FrameRef, Location } from '../../src/location.ts';
import type { Entry, Json } from '../../src/store/entry.ts';
import { type Difference, Index } from '../../src/store/entry-index.ts';
import {
  FRAMES,
  GONE,
  KEYS,
  build,
  changed,
  history,
  models,
  sorted,
} from './index-arbitraries.ts';
import { type Payload, packSegment, payload } from './segment-payload.ts';

/*
 * What indexes say of each other, against plain maps: differences, merges, segments of changes.
 */

type Model = ReadonlyMap<string, Entry>;

function isSame(a: Entry | undefined, b: Entry | undefined, ignoreLocations = false): boolean {
  const shown = (entry: Entry | undefined): unknown =>
    entry && ignoreLocations ? { ...entry, location: undefined } : entry;
  return isDeepStrictEqual(shown(a), shown(b));
}

function expectIs(index: Index, model: Model): void {
  expect([...index.range('')]).toEqual(sorted(model));
  expect(index.size).toBe(model.size);
  expect(index.hasChanges).toBe(false);
  expect([...index.changes()]).toEqual([]);
  expect(index.encode().equals(new Index(model).encode())).toBe(true);
}

/** A map that was made of another one. */
const pair = models.chain((before) => fc.tuple(fc.constant(before), changed(before)));

describe('the differences of two indexes', () => {
  test.each([false, true])('are those of their entries; locations ignored: %s', (ignored) => {
    fc.assert(
      fc.property(pair, history, history, ([before, after], one, two) => {
        const wanted = sorted(new Map([...before, ...after]))
          .map(([key]): Difference => [key, before.get(key), after.get(key)])
          .filter(([, a, b]) => !isSame(a, b, ignored));
        const [from, to] = [build(before, one), build(after, two)];
        expect([...from.differences(to, { ignoreLocations: ignored })]).toEqual(wanted);
        expect([...from.range('')]).toEqual(sorted(before));
      }),
      { numRuns: 400 },
    );
  });

  test('are those of the moment when they were asked for', () => {
    const from = new Index([
      ['a', GONE],
      ['b', GONE],
    ]);
    const to = new Index();
    const found = from.differences(to);
    from.clear();
    to.set('a', GONE);
    expect([...found].map(([key]) => key)).toEqual(['a', 'b']);
  });

  test('are none where the same metadata is taken apart at another place', () => {
    const text = '{"mode":420,"mtimeMs":5.5}';
    const read = (metas: Payload['metas'], time?: number): Index => {
      const meta = { meta: 1, ...(time === undefined ? {} : { time }) };
      const entries = [{ key: 'k', digest: GONE.digest, size: 1, ...meta }];
      return Index.decode(packSegment(payload({ ...(metas && { metas }), entries })));
    };
    const whole = read([[text]]);
    const same = [
      new Index([['k', { digest: GONE.digest, size: 1, meta: JSON.parse(text) as Json }]]),
      read([['{"mode":420,"mtimeMs":', '}']], 5500),
      read([['{"mode":', ',"mtimeMs":5.5}']], 420_000),
    ];
    const other = read([['{"mode":420,"mtimeMs":', '}']], 5501);
    for (const one of [whole, ...same]) {
      for (const two of [whole, ...same]) expect([...one.differences(two)]).toEqual([]);
      expect([...one.differences(other)]).toHaveLength(1);
    }
  });

  test('go by every field of a digest and a location', () => {
    const digest: Digest = `sha256:${'0'.repeat(64)}`;
    const other: Digest = `sha256:${'0'.repeat(63)}1`;
    const pack = { digest, size: 100 };
    const sizes = { storedSize: 10, rawSize: 20 };
    const frame: FrameRef = { pack, offset: 0, ...sizes, codec: 'zstd', digest };
    const frames: FrameRef[] = [
      frame,
      { ...frame, pack: { ...pack, digest: other } },
      { ...frame, pack: { ...pack, size: 99 } },
      { ...frame, offset: 1 },
      { ...frame, storedSize: 11 },
      { ...frame, rawSize: 21 },
      { ...frame, codec: 'raw' },
      { ...frame, digest: other },
    ];
    const half = { frames: [frame], offset: 1 };
    const locations = [undefined, half, ...frames.map((one) => ({ frames: [one], offset: 0 }))];
    const entries = locations.map((location): Entry => {
      return { digest, size: 1, ...(location && { location }) };
    });
    entries.push({ digest: other, size: 1 });
    // A run, and the last of it in another pack.
    for (const last of [frame, { ...frame, pack: { ...pack, size: 99 } }]) {
      const location = { frames: [frame, last], offset: 0 };
      entries.push({ digest, size: 40, location });
    }
    for (const [i, one] of entries.entries()) {
      for (const [j, two] of entries.entries()) {
        const [from, to] = [new Index([['k', one]]), new Index([['k', two]])];
        expect([i, j, [...from.differences(to)].length]).toEqual([i, j, i === j ? 0 : 1]);
      }
    }
  });

  test('tell a template with a gap from one without', () => {
    const read = (meta: readonly [string, string?]): Index => {
      const entries = [{ key: 'k', digest: GONE.digest, size: 1, meta: 1 }];
      return Index.decode(packSegment(payload({ metas: [meta], entries })));
    };
    expect([...read(['1']).differences(read(['1', '']))]).toEqual([
      ['k', { digest: GONE.digest, size: 1, meta: 1 }, { digest: GONE.digest, size: 1, meta: 10 }],
    ]);
  });

  test('go by the text of metadata', () => {
    const [one, two] = [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ].map((meta) => new Index([['k', { ...GONE, meta }]])) as [Index, Index];
    expect([...one.differences(two)]).toHaveLength(1);
  });
});

/** What a merge must give for a key, from its definition. */
function merged(base?: Entry, theirs?: Entry, mine?: Entry): Entry | undefined {
  if (isSame(base, mine, true)) return theirs;
  return isSame(mine, theirs, true) ? theirs : mine;
}

describe('a merge', () => {
  const three = models.chain((base) =>
    fc.tuple(fc.constant(base), changed(base), changed(base), fc.tuple(history, history, history)),
  );

  test('is one of each key', () => {
    fc.assert(
      fc.property(three, ([base, theirs, mine, [one, two, other]]) => {
        const wanted = new Map<string, Entry>();
        for (const key of KEYS) {
          const entry = merged(base.get(key), theirs.get(key), mine.get(key));
          if (entry !== undefined) wanted.set(key, entry);
        }
        const sides = [build(base, one), build(theirs, two), build(mine, other)] as const;
        expectIs(Index.merge(...sides), wanted);
        for (const [i, model] of [base, theirs, mine].entries()) {
          expect([...sides[i]!.range('')]).toEqual(sorted(model));
        }
      }),
      { numRuns: 600 },
    );
  });

  test('knows every case of a key', () => {
    const [p, q, r] = ['p', 'q', 'r'].map((name): Entry => ({ digest: digestOf(name), size: 1 }));
    const at = { location: { frames: [FRAMES[0]!], offset: 0 } };
    const states = [undefined, p, q, r].flatMap((entry) =>
      entry === undefined ? [undefined] : [entry, { ...entry, ...at }],
    );
    const cases = states.flatMap((base) =>
      states.flatMap((theirs) => states.map((mine) => [base, theirs, mine] as const)),
    );
    const indexes = [0, 1, 2].map((side) => {
      const index = new Index();
      for (const [number, all] of cases.entries()) {
        const entry = all[side];
        if (entry !== undefined) index.set(`k${String(number)}`, entry);
      }
      return index;
    }) as [Index, Index, Index];
    const result = Index.merge(...indexes);
    for (const [number, all] of cases.entries()) {
      expect(result.get(`k${String(number)}`)).toEqual(merged(...all));
    }
  });

  test('is the same where there are many entries', () => {
    const keyOf = (n: number): string => `k${String((n * 7919) % 9973)}/${'x'.repeat(n % 7)}`;
    const entryOf = (n: number, text: string): Entry => ({
      ...{ digest: digestOf(text), size: 1 + (n % 8), meta: { mode: 420, mtimeMs: n } },
      location: { frames: [FRAMES[n % FRAMES.length]!], offset: n % 3 },
    });
    const base = new Map<string, Entry>();
    for (let n = 0; n < 9000; n += 1) base.set(keyOf(n), entryOf(n, 'base'));
    const descend = (step: number, name: string): Map<string, Entry> => {
      const model = new Map(base);
      for (let n = step; n < 9973; n += step) model.set(keyOf(n), entryOf(n, name));
      for (let n = step; n < 9973; n += 2 * step) model.delete(keyOf(n));
      for (let n = 3000; n < 3000 + 10 * step; n += 1) model.delete(keyOf(n));
      return model;
    };
    const [theirs, mine] = [descend(17, 'theirs'), descend(11, 'mine')];
    const wanted = new Map<string, Entry>();
    for (const key of new Set([...theirs.keys(), ...mine.keys()])) {
      const entry = merged(base.get(key), theirs.get(key), mine.get(key));
      if (entry !== undefined) wanted.set(key, entry);
    }
    const indexes = [base, theirs, mine].map((model) => build(model, 2)) as [Index, Index, Index];
    expectIs(Index.merge(...indexes), wanted);
    const segments = [indexes[0].encode(), indexes[1].encodeChanges(indexes[0])];
    expectIs(Index.decodeAll(segments), theirs);
  });

  test('of what nobody has changed is theirs, and of what they have not changed mine', () => {
    const base = new Index([['a', GONE]]);
    const other = new Index([
      ['a', GONE],
      ['b', GONE],
    ]);
    expectIs(Index.merge(base, other, base), new Map(other.range('')));
    expectIs(Index.merge(base, base, other), new Map(other.range('')));
    expectIs(Index.merge(base, new Index(), base), new Map());
    expectIs(Index.merge(base, base, new Index()), new Map());
  });

  test('is an index of its own', () => {
    const base = new Index([['a', GONE]]);
    const result = Index.merge(base, base, base);
    result.set('b', GONE);
    base.delete('a');
    expect([...result.range('')].map(([key]) => key)).toEqual(['a', 'b']);
    expect(base.size).toBe(0);
  });
});

describe('a copy', () => {
  test('is reached by no later change, and reaches none', () => {
    fc.assert(
      fc.property(models, history, (model, how) => {
        const index = build(model, how);
        const changes = new Map(index.changes());
        const copy = index.copy();
        expectIs(copy, model);
        expect(new Map(index.changes())).toEqual(changes);
        copy.set('copied', GONE);
        index.set('own', GONE);
        for (const key of KEYS) index.delete(key);
        expect([...copy.range('')]).toEqual(sorted(new Map([...model, ['copied', GONE]])));
        expect([...index.range('')]).toEqual([['own', GONE]]);
      }),
    );
  });
});

describe('a segment of changes', () => {
  test('leads from the one to the other', () => {
    fc.assert(
      fc.property(pair, history, history, ([before, after], one, two) => {
        const [since, now] = [build(before, one), build(after, two)];
        const segment = now.encodeChanges(since);
        expect([...now.range('')]).toEqual(sorted(after));
        expect([...since.range('')]).toEqual(sorted(before));
        const index = since.copy();
        index.applySegment(segment);
        expectIs(index, after);
        expect(build(after, 0).encodeChanges(build(before, 0)).equals(segment)).toBe(true);
        expectIs(Index.decodeAll([since.encode(), segment]), after);
      }),
      { numRuns: 400 },
    );
  });
});

describe('an index with locations', () => {
  const at = (frame: FrameRef, offset = 0): Location => ({ frames: [frame], offset });

  test('has those that it was given, and those that it had', () => {
    fc.assert(
      fc.property(
        models,
        history,
        fc.array(fc.option(fc.constantFrom(...FRAMES), { nil: undefined }), { minLength: 10 }),
        (model, how, frames) => {
          const asked: [string, Entry][] = [];
          const index = build(model, how);
          const answers = KEYS.map((key, i) => [key, frames[i]] as const);
          const given = new Map(
            answers.flatMap(([key, frame]) => (frame ? [[key, at(frame)]] : [])),
          );
          const located = index.located((key, entry) => {
            asked.push([key, entry]);
            return given.get(key);
          });
          const wanted = sorted(model).map(([key, entry]): [string, Entry] => {
            const nowhere = { frames: [], offset: 0 };
            const location = entry.location ?? (entry.size === 0 ? nowhere : given.get(key));
            return [key, location === undefined ? entry : { ...entry, location }];
          });
          expectIs(located, new Map(wanted));
          expect(asked).toEqual(
            sorted(model).filter(([, { size, location }]) => size > 0 && location === undefined),
          );
          expect([...index.range('')]).toEqual(sorted(model));
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each<[string, Location]>([
    ['beyond its frame', at(FRAMES[0]!, 10)],
    ['of another size', { frames: FRAMES.slice(0, 2), offset: 0 }],
    ['in a frame outside of its pack', at({ ...FRAMES[0]!, offset: 40 })],
    ['of no frames', { frames: [], offset: 0 }],
  ])('takes no location %s, and names the key', (_, location) => {
    const index = new Index([['k', { digest: digestOf('k'), size: 5 }]]);
    expect(() => index.located(() => location)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('"k"'),
      }),
    );
  });

  test('is not changed through a location that it took', () => {
    const frame = structuredClone(FRAMES[0]!);
    const location = { frames: [frame], offset: 0 };
    const index = new Index([['k', { digest: digestOf('k'), size: 5 }]]);
    const located = index.located(() => location);
    expect(() => Object.assign(frame, { rawSize: 1 })).toThrow(TypeError);
    expect(() => location.frames.pop()).toThrow(TypeError);
    expect(located.get('k')?.location).toEqual(at(FRAMES[0]!));
  });

  test('loses those in lost packs', () => {
    fc.assert(
      fc.property(models, history, fc.subarray(['p', 'q']), (model, how, lost) => {
        const names = new Map(['p', 'q'].map((name) => [digestOf(name), name]));
        const isLost = (name = ''): boolean => lost.includes(name);
        const asked: string[] = [];
        const index = build(model, how).withoutLocations(({ digest }) => {
          asked.push(digest);
          return isLost(names.get(digest));
        });
        const wanted = sorted(model).map(([key, { location, ...entry }]): [string, Entry] => {
          const isGone = location?.frames.some(({ pack }) => isLost(names.get(pack.digest)));
          return [key, isGone === true || location === undefined ? entry : { ...entry, location }];
        });
        expectIs(index, new Map(wanted));
        expect(asked.sort()).toEqual(
          [...new Set(usesOf(model).map(({ frame }) => frame.pack.digest))].sort(),
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** Every frame that an entry names, with the part of its raw bytes that the entry needs. */
function usesOf(model: Model): { frame: FrameRef; from: number; to: number }[] {
  return sorted(model).flatMap(([, { size, location = { frames: [], offset: 0 } }]) =>
    location.frames.map((frame) =>
      location.frames.length === 1
        ? { frame, from: location.offset, to: location.offset + size }
        : { frame, from: 0, to: frame.rawSize },
    ),
  );
}

describe('the packs of an index', () => {
  test('are those that entries lie in, with the bytes that they need', () => {
    fc.assert(
      fc.property(models, history, (model, how) => {
        const live = new Map<FrameRef['pack'], number>();
        const uses = usesOf(model);
        for (const frame of new Set(uses.map((use) => use.frame))) {
          const needed = new Set<number>();
          for (const { from, to } of uses.filter((use) => use.frame === frame)) {
            for (let byte = from; byte < to; byte += 1) needed.add(byte);
          }
          const share = (frame.storedSize * needed.size) / frame.rawSize;
          live.set(frame.pack, (live.get(frame.pack) ?? 0) + share);
        }
        const packs = build(model, how).packs();
        expect(packs.map(({ pack }) => pack)).toEqual([...live.keys()]);
        for (const [i, bytes] of [...live.values()].entries()) {
          expect(packs[i]?.live).toBe(Math.round(bytes));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('have no more live bytes than bytes, whatever their frames say', () => {
    const pack = { digest: digestOf('pack'), size: 20 };
    const frames = [0, 1, 2].map((offset): FrameRef => {
      const sizes = { storedSize: 18, rawSize: 5 };
      return { pack, offset, ...sizes, digest: digestOf('f'), codec: 'raw' };
    });
    const entries = frames.map((frame, i): [string, Entry] => {
      return [String(i), { digest: digestOf('x'), size: 5, location: at(frame) }];
    });
    expect(new Index(entries).packs()).toEqual([{ pack, live: 20 }]);
  });

  test('and their frames count once, where a segment holds them twice', () => {
    const digest = digestOf('x');
    const pack = { digest, size: 20 };
    const frame = { digest, offset: 0, stored: 10, raw: 10, codec: 0 };
    const parts = {
      packs: [pack, pack],
      frames: [
        { ...frame, pack: 0 },
        { ...frame, pack: 1 },
      ],
      entries: ['a', 'b'].map((key, i) => ({ key, digest, size: 10, frames: 2, first: i })),
    };
    const index = Index.decode(packSegment(payload(parts)));
    expect(index.packs()).toEqual([{ pack, live: 10 }]);
  });

  test('are none where no content lies anywhere', () => {
    const nowhere = { digest: digestOf(''), size: 0, location: { frames: [], offset: 0 } };
    expect(
      new Index([
        ['a', nowhere],
        ['b', { ...GONE, location: undefined } as never],
      ]).packs(),
    ).toEqual([]);
  });

  function at(frame: FrameRef): Location {
    return { frames: [frame], offset: 0 };
  }
});
