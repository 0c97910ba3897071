import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import type { FrameRef } from '../../src/location.ts';
import type { Entry } from '../../src/store/entry.ts';
import { Index } from '../../src/store/entry-index.ts';

const entry = (text: string, size = text.length): Entry => ({ digest: digestOf(text), size });

/** What the Go package computes, from the definition. */
function goHash(entries: Iterable<readonly [string, Entry]>, prefix: string): string {
  const lines = [...entries]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, { digest, size }]) => `${key.slice(prefix.length)}\0${digest}\0${String(size)}`)
    .map((line) => Buffer.from(line))
    .sort((a, b) => Buffer.compare(a, b));
  if (lines.length === 0) return '';
  const hash = createHash('sha256').update(lines[0]!);
  for (const line of lines.slice(1)) hash.update('\n').update(line);
  return `sha256:${hash.digest('hex')}`;
}

/** Every beginning of a key that ends in `/` and is below a prefix, and the prefix itself. */
function folders(keys: readonly string[], prefix: string): Set<string> {
  const below = keys.filter((key) => key.startsWith(prefix));
  const found = below.flatMap((key) =>
    [...key.matchAll(/\//g)].map(({ index }) => key.slice(0, index + 1)),
  );
  return new Set([
    ...found.filter((folder) => folder.startsWith(prefix)),
    ...(below.length > 0 ? [prefix] : []),
  ]);
}

function sorted(model: ReadonlyMap<string, Entry>): [string, Entry][] {
  return [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** An index with what it must be equal to. */
class Pair {
  index = new Index();
  model = new Map<string, Entry>();
  /** What was saved last, and what was done since. */
  saved = new Map<string, Entry>();
  touched = new Set<string>();

  set(key: string, value: Entry): void {
    this.index.set(key, value);
    this.model.set(key, value);
    this.touched.add(key);
  }

  delete(key: string): void {
    const existed = this.model.delete(key);
    expect(this.index.delete(key)).toBe(existed);
    if (existed) this.touched.add(key);
  }

  clear(): void {
    const had = [...this.model.keys()];
    this.index.clear();
    this.model.clear();
    for (const key of had) this.touched.add(key);
  }

  /** Brings changes into the columns, and is otherwise no change. */
  fold(): void {
    this.index.encode();
  }

  save(): void {
    this.index.markSaved();
    this.#isSaved();
  }

  reopen(): void {
    const segment = this.index.encode();
    this.index = Index.decode(segment);
    expect(this.index.encode().equals(segment)).toBe(true);
    this.#isSaved();
  }

  #isSaved(): void {
    this.saved = new Map(this.model);
    this.touched.clear();
  }

  check(keys: readonly string[]): void {
    expect(this.index.size).toBe(this.model.size);
    expect([...this.index.range('')]).toEqual(sorted(this.model));
    for (const key of keys) {
      expect(this.index.get(key)).toEqual(this.model.get(key));
      expect(this.index.has(key)).toBe(this.model.has(key));
    }
    const prefixes = folders(keys, '');
    for (const prefix of ['', 'no/', ...prefixes]) {
      const below = sorted(this.model).filter(([key]) => key.startsWith(prefix));
      expect([...this.index.range(prefix)]).toEqual(below);
      expect(this.index.hash(prefix)).toBe(goHash(this.model, prefix));
      const hashes = [...this.index.hashes(prefix)];
      expect(new Set(hashes.map(([folder]) => folder))).toEqual(
        folders([...this.model.keys()], prefix),
      );
      expect(new Set(hashes.map(([folder]) => folder)).size).toBe(hashes.length);
      for (const [folder, digest] of hashes) expect(digest).toBe(goHash(this.model, folder));
    }
    this.#checkChanges();
  }

  #checkChanges(): void {
    const changes = [...this.index.changes()];
    expect(new Set(changes.map(([key]) => key)).size).toBe(changes.length);
    expect(this.index.hasChanges).toBe(this.touched.size > 0);
    const told = new Map(changes);
    expect(new Set(told.keys())).toEqual(this.touched);
    for (const [key, value] of told) expect(value).toEqual(this.model.get(key));
    // On what was saved they make what is here; on what somebody else saved, theirs stays around.
    const others: [string, Entry][] = [
      ['other', entry('other')],
      ['a', entry('by another')],
    ];
    for (const base of [[...this.saved], [...this.saved, ...others]]) {
      const wanted = new Map(base);
      for (const [key, value] of told) {
        if (value === undefined) wanted.delete(key);
        else wanted.set(key, value);
      }
      const index = Index.decode(new Index(base).encode());
      index.apply(changes);
      expect([...index.range('')]).toEqual(sorted(wanted));
      if (base.length === this.saved.size) expect(wanted).toEqual(this.model);
    }
  }
}

const KEYS = [
  'a',
  'a/',
  'a//',
  'a/b',
  'a/b/c',
  'a-b',
  'a.b',
  'a0',
  'a/b.c',
  'a/b/',
  '/',
  '/a',
  'ab/c',
  'b',
  'é',
  'é/x',
  '\u{1f600}',
  '\u{1f600}/x',
  '\uffff',
  '\uffff/x',
  '\ue000',
  '\ue000/\u{10ffff}',
];

describe('an index', () => {
  const key = fc.constantFrom(...KEYS);
  const pack = { digest: digestOf('pack'), size: 100 };
  const frames = [0, 10, 20, 30].map((offset): FrameRef => {
    const sizes = { storedSize: 10, rawSize: 20 + offset };
    return { pack, offset, ...sizes, digest: digestOf(String(offset)), codec: 'zstd' };
  });
  const located = fc.oneof(
    fc.constant({ size: 0, location: { frames: [], offset: 0 } }),
    fc.tuple(fc.constantFrom(...frames), fc.nat(19)).map(([frame, offset]) => {
      return { size: 1, location: { frames: [frame], offset } };
    }),
    fc.subarray(frames, { minLength: 2 }).map((run) => {
      const size = run.reduce((sum, { rawSize }) => sum + rawSize, 0);
      return { size, location: { frames: run, offset: 0 } };
    }),
  );
  const info = fc.record(
    {
      digest: fc.constantFrom('1', '2', '3').map(digestOf),
      size: fc.oneof(fc.nat(9), fc.maxSafeNat()),
      meta: fc.constantFrom(null, 1, 'x', { mode: 420, mtimeMs: 5 }, { mode: 420, mtimeMs: 7.125 }),
    },
    { requiredKeys: ['digest', 'size'] },
  );
  const value = fc.oneof(
    info,
    fc.tuple(info, located).map(([known, where]) => ({ ...known, ...where })),
  );
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(key, value).map(([k, v]) => (pair: Pair) => {
        pair.set(k, v);
      }),
    },
    {
      weight: 4,
      arbitrary: key.map((k) => (pair: Pair) => {
        pair.delete(k);
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constant((pair: Pair) => {
        pair.clear();
      }),
    },
    {
      weight: 2,
      arbitrary: fc.constant((pair: Pair) => {
        pair.fold();
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constant((pair: Pair) => {
        pair.save();
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constant((pair: Pair) => {
        pair.reopen();
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constant((pair: Pair) => {
        pair.check(KEYS);
      }),
    },
  );

  test('is a map, with sorted ranges, digests as Go has them, and its changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pair = new Pair();
        for (const take of steps) take(pair);
        pair.check(KEYS);
      }),
      { numRuns: 300 },
    );
  });

  test('knows what is unsaved, whatever happens to a key in whatever order', () => {
    const steps = [
      (pair: Pair) => {
        pair.set('a', entry('new'));
      },
      (pair: Pair) => {
        pair.delete('a');
      },
      (pair: Pair) => {
        pair.clear();
      },
      (pair: Pair) => {
        pair.fold();
      },
      (pair: Pair) => {
        pair.save();
      },
    ];
    const deepen = (runs: (typeof steps)[]): (typeof steps)[] =>
      runs.flatMap((run) => steps.map((step) => [...run, step]));
    for (const run of deepen(deepen(deepen(deepen([[]]))))) {
      const pair = new Pair();
      pair.set('a', entry('a'));
      pair.set('b', entry('b'));
      pair.reopen();
      for (const step of run) step(pair);
      pair.check([]);
    }
  });

  test('is the same when it has grown over what it keeps on top of its columns', () => {
    const pair = new Pair();
    const keyOf = (n: number): string => `k${String((n * 7919) % 60_000)}/${'x'.repeat(n % 7)}`;
    for (let n = 0; n < 30_000; n += 1) pair.set(keyOf(n), entry('old', n));
    pair.save();
    for (let n = 20_000; n < 60_000; n += 1) pair.set(keyOf(n), entry('new', n));
    for (let n = 0; n < 40_000; n += 3) pair.delete(keyOf(n));
    for (let n = 0; n < 40_000; n += 9) pair.set(keyOf(n), entry('again', n));
    expect(pair.index.size).toBe(pair.model.size);
    expect([...pair.index.range('')]).toEqual(sorted(pair.model));
    expect(pair.index.hash('')).toBe(goHash(pair.model, ''));
    const changes = new Map(pair.index.changes());
    expect(new Set(changes.keys())).toEqual(pair.touched);
    const wanted = [...pair.touched].map((key) => [key, pair.model.get(key)] as const);
    expect(changes).toEqual(new Map(wanted));
  });

  test('hashes folders of many entries, of great depth, and of long lines', () => {
    const model = new Map<string, Entry>();
    for (let n = 0; n < 2000; n += 1) model.set(`many/${String(n)}`, entry('x', n));
    model.set('a/'.repeat(511) + 'a', entry('deep'));
    for (let n = 0; n < 40; n += 1) {
      model.set(`long/${'n'.repeat(1017)}${String(10 + n)}`, entry('x', Number.MAX_SAFE_INTEGER));
    }
    for (const index of [new Index(model), Index.decode(new Index(model).encode())]) {
      const hashes = [...index.hashes()];
      expect(new Set(hashes.map(([folder]) => folder))).toEqual(folders([...model.keys()], ''));
      for (const [folder, digest] of hashes) expect(digest).toBe(goHash(model, folder));
    }
  });

  test('gives a folder behind what lies in it, and the prefix last', () => {
    const index = new Index(['a/b/c', 'a/x', 'b/y', 'z'].map((name) => [name, entry(name)]));
    expect([...index.hashes()].map(([folder]) => folder)).toEqual(['a/b/', 'a/', 'b/', '']);
    expect([...index.hashes('a')].map(([folder]) => folder)).toEqual(['a/b/', 'a/']);
    expect([...index.hashes('c')]).toEqual([]);
    expect([...new Index().hashes()]).toEqual([]);
  });

  test.each(['columns', 'changes'])('may be changed while one walks through it: %s', (where) => {
    const model = new Map(['a/1', 'a/2', 'b/3'].map((name) => [name, entry(name)]));
    const make = (): Index =>
      where === 'columns' ? Index.decode(new Index(model).encode()) : new Index(model);
    const walks = [
      (index: Index) => index.range(''),
      (index: Index) => index.hashes(),
      (index: Index) => new Index(index.range('')).changes(),
    ];
    const upsets = [
      (index: Index) => {
        index.clear();
      },
      (index: Index) => {
        index.set('b/0', entry('new'));
      },
      (index: Index) => {
        index.set('b/3', entry('new'));
      },
      (index: Index) => index.delete('b/3'),
      (index: Index) => {
        index.markSaved();
      },
    ];
    for (const walk of walks) {
      for (const upset of upsets) {
        const index = make();
        const wanted = [...walk(index)];
        const before = walk(index);
        upset(index);
        expect([...before]).toEqual(wanted);
        const during = make();
        const found = [];
        for (const item of walk(during)) {
          if (found.push(item) === 1) upset(during);
        }
        expect(found).toEqual(wanted);
      }
    }
  });

  test('tells changes of the moment when it was asked', () => {
    const index = Index.decode(
      new Index([
        ['a', entry('a')],
        ['b', entry('b')],
      ]).encode(),
    );
    index.set('c', entry('c'));
    index.delete('a');
    index.encode();
    const changes = index.changes();
    index.set('d', entry('d'));
    index.set('a', entry('a'));
    index.markSaved();
    expect([...changes]).toEqual([
      ['a', undefined],
      ['c', entry('c')],
    ]);
  });

  test('tells of a key that came and went', () => {
    const index = new Index();
    index.set('a', entry('a'));
    index.delete('a');
    expect([...index.changes()]).toEqual([['a', undefined]]);
    index.encode();
    expect([...index.changes()]).toEqual([['a', undefined]]);
  });

  test('removes what was there when it was cleared, and nothing that others added', () => {
    const keys = Array.from({ length: 100 }, (_, n) => String(n));
    const index = Index.decode(new Index(keys.map((name) => [name, entry(name)])).encode());
    index.set('mine', entry('mine'));
    index.clear();
    index.set('7', entry('again'));
    const theirs = Index.decode(new Index([...keys, 'new'].map((k) => [k, entry(k)])).encode());
    theirs.apply(index.changes());
    expect([...theirs.range('')]).toEqual([
      ['7', entry('again')],
      ['new', entry('new')],
    ]);
  });

  test.each(['columns', 'changes'])('is not changed through what it took and gave: %s', (where) => {
    const frame: FrameRef = {
      pack: { digest: digestOf('pack'), size: 100 },
      ...{ offset: 0, storedSize: 10, rawSize: 10 },
      digest: digestOf('frame'),
      codec: 'zstd',
    };
    const meta = { list: [1], mtimeMs: 1 };
    const given = { ...entry('x'), meta, location: { frames: [frame], offset: 2 } };
    const index = new Index([['k', given]]);
    if (where === 'columns') index.encode();
    const wanted = structuredClone(index.get('k'));
    const root = index.hash('');
    const attempts: ((value: typeof given) => void)[] = [
      (value) => {
        value.size = 99;
      },
      (value) => {
        value.meta.list.push(2);
      },
      (value) => {
        value.meta.mtimeMs = 2;
      },
      (value) => {
        value.location.offset = 1;
      },
      (value) => {
        value.location.frames.pop();
      },
      (value) => {
        Object.assign(value.location.frames[0]!, { rawSize: 99 });
      },
      (value) => {
        Object.assign(value.location.frames[0]!.pack, { size: 9999 });
      },
    ];
    const takes = [
      () => given,
      () => index.get('k'),
      () => [...index.range('')][0]![1],
      () => [...index.changes()][0]![1],
    ];
    for (const take of takes) {
      for (const attempt of attempts) {
        try {
          attempt(take() as typeof given);
        } catch (error) {
          // What is frozen says so.
          expect(error).toBeInstanceOf(TypeError);
        }
        expect(index.get('k')).toEqual(wanted);
        expect(index.hash('')).toBe(root);
      }
    }
  });

  test('does not find what is no key', () => {
    const index = Index.decode(new Index([['\ufffd/x', entry('x')]]).encode());
    expect(index.get('\ud800/x')).toBeUndefined();
    expect(index.has('\udfff/x')).toBe(false);
    expect([...index.range('\ud800')]).toEqual([]);
    expect(index.hash('\ud800')).toBe('');
    expect(index.delete('\ud800/x')).toBe(false);
  });

  test.each([
    ['_x', 'RESERVED_KEY'],
    ['', 'INVALID_KEY'],
    ['a..b', 'INVALID_KEY'],
    ['\ud800', 'INVALID_KEY'],
    ['k'.repeat(1025), 'INVALID_KEY'],
  ])('does not take the key number %#', (name, code) => {
    expect(() => {
      new Index().set(name, entry('x'));
    }).toThrow(expect.objectContaining({ code }));
  });
});

describe('an entry that no segment can hold', () => {
  const pack = { digest: digestOf('pack'), size: 100 };
  const frame = {
    pack,
    offset: 90,
    storedSize: 10,
    rawSize: 10,
    codec: 'zstd',
    digest: pack.digest,
  };
  const at = (change: object, offset: unknown = 0): unknown => ({
    frames: [{ ...frame, ...change }],
    offset,
  });
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  test.each<[string, object]>([
    ['metadata of over 1 MiB', { meta: 'é'.repeat(2 ** 19) }],
    ['metadata that is a function', { meta: () => 1 }],
    ['metadata that is no JSON', { meta: 1n }],
    ['metadata that holds itself', { meta: cyclic }],
    ['metadata of 65 levels', { meta: nested(65) }],
    ['metadata of 100,000 levels', { meta: nested(1e5) }],
    ['a size that is none', { size: 1.5 }],
    ['a size below 0', { size: -1 }],
    ['a size that is no number', { size: '1' }],
    ['a digest that is none', { digest: 'sha256:zz' }],
    ['a digest in capitals', { digest: `sha256:${'A'.repeat(64)}` }],
    ['no digest', { digest: undefined }],
    ['no frames', { location: { offset: 0 } }],
    ['no frame', { location: { frames: [null], offset: 0 } }],
    ['a frame without a pack', { location: at({ pack: undefined }) }],
    ['a frame with a bad digest', { location: at({ digest: 'x' }) }],
    ['a pack with a bad digest', { location: at({ pack: { ...pack, digest: 'x' } }) }],
    ['a pack with a bad size', { location: at({ pack: { ...pack, size: 1000.5 } }) }],
    ['a frame beyond its pack', { location: at({ offset: 91 }) }],
    ['a frame before its pack', { location: at({ offset: -1 }) }],
    ['a frame of no bytes', { location: at({ storedSize: 0 }) }],
    ['a frame of too many bytes', { location: at({ rawSize: 2 ** 26 + 1 }) }],
    ['an unknown codec', { location: at({ codec: 'lz4' }) }],
    ['an offset that is none', { location: at({}, 0.5) }],
    ['an offset beyond its frame', { location: at({}, 10) }],
    ['an offset of no frames', { size: 0, location: { frames: [], offset: 1 } }],
    ['a size that its frames do not have', { location: { frames: [frame, frame], offset: 0 } }],
  ])('does not take %s, and names the key', (_, change) => {
    const index = new Index([['k', entry('before')]]);
    expect(() => {
      index.set('k', { ...entry('x'), ...change });
    }).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('"k"'),
      }),
    );
    expect([...index.range('')]).toEqual([['k', entry('before')]]);
    expect(index.encode()).toEqual(new Index([['k', entry('before')]]).encode());
  });
});
