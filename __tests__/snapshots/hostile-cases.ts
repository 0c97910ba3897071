import { createZstdCompress, zstdCompressSync } from 'node:zlib';

import { digestOf, hexOf } from '../../src/digest.ts';
import type { Payload, PayloadEntry } from '../store/segment-payload.ts';
import { packSegment, payload } from '../store/segment-payload.ts';
import type { Act } from './attempt.ts';
import {
  HONEST_ENTRIES,
  HONEST_FRAMES,
  HONEST_PACK,
  type Layer,
  PACK,
  type Planted,
  SEGMENT,
  configOf,
  segmentOf,
  snapshotOf,
  withLie,
} from './hand-made.ts';

const MIB = 1024 * 1024;
const HUGE = Number.MAX_SAFE_INTEGER;

/** A snapshot that is not to be taken, and what is to be said of it. */
export interface HostileCase {
  readonly name: string;
  readonly snapshot: () => Planted | Promise<Planted>;
  /** Where it shows. Default `pull`. */
  readonly act?: Act;
  /** The error's code. Default `MALFORMED`. */
  readonly code?: string;
  /** What the error says. */
  readonly says: RegExp;
}

const [one, two, three] = HONEST_ENTRIES as [PayloadEntry, PayloadEntry, PayloadEntry];
const [left, right] = HONEST_FRAMES as [(typeof HONEST_FRAMES)[0], (typeof HONEST_FRAMES)[0]];

/** A snapshot whose only segment is another, and whose config fits that. */
function indexOf(changes: Payload): Planted {
  return snapshotOf({ segments: [segmentOf(changes)], config: configOf(changes.entries) });
}

/** A segment of changes, on top of the honest one. */
function changed(changes: Payload, after: readonly PayloadEntry[]): Planted {
  const empty = { packs: [], frames: [], entries: [] };
  const segment = packSegment(payload({ ...empty, ...changes }));
  return snapshotOf({ segments: [segmentOf(), segment], config: configOf(after) });
}

/** The honest snapshot with another config. */
function configured(changes: object): Planted {
  return snapshotOf({ config: configOf(HONEST_ENTRIES, changes) });
}

/** An entry without content under some key. */
function emptyAt(key: string | Uint8Array, more: Partial<PayloadEntry> = {}): PayloadEntry {
  return { key, digest: digestOf(''), size: 0, frames: 1, ...more };
}

/** An index of files without content. */
export function filesAt(...keys: (string | PayloadEntry)[]): Planted {
  const entries = keys.map((key) => (typeof key === 'string' ? emptyAt(key) : key));
  return snapshotOf({
    segments: [packSegment(payload({ entries }))],
    packs: [],
    config: configOf(entries),
  });
}

/** One content in one frame, of which something is not as it should be. */
function contentOf(
  bytes: Buffer,
  frame: Partial<(typeof HONEST_FRAMES)[0]>,
  entry: Partial<PayloadEntry> = {},
): Planted {
  const pack = { digest: digestOf(bytes), size: bytes.byteLength };
  const size = entry.size ?? frame.raw ?? bytes.byteLength;
  const entries = [{ key: 'a', digest: digestOf('x'), size, frames: 2, ...entry }];
  const frames = [
    { ...pack, pack: 0, offset: 0, stored: pack.size, raw: size, codec: 1, ...frame },
  ];
  return snapshotOf({
    segments: [packSegment(payload({ packs: [pack], frames, entries }))],
    packs: [bytes],
    config: configOf(entries),
  });
}

/** Zeros, compressed a piece at a time. */
async function bomb(bytes: number, head = Buffer.alloc(0)): Promise<Buffer> {
  const stream = createZstdCompress();
  const pieces: Buffer[] = [];
  const done = (async () => {
    for await (const piece of stream) pieces.push(piece as Buffer);
  })();
  stream.write(head);
  const zeros = Buffer.alloc(8 * MIB);
  for (let left = bytes; left > 0; left -= zeros.byteLength) {
    if (!stream.write(zeros)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  await done;
  return Buffer.concat(pieces);
}

const FAR = digestOf('nobody has this');

const WRONG_DIGESTS: readonly HostileCase[] = [
  {
    name: 'a manifest that is not what its digest says',
    snapshot: () => ({ ...snapshotOf(), claimed: FAR }),
    code: 'INTEGRITY',
    says: /digest|sha256/,
  },
  {
    name: 'a config that is not what its digest says',
    snapshot: () => {
      const config = configOf();
      const other = Buffer.from(config.toString().replace('"entries":3', '"entries":2'));
      return withLie(snapshotOf(), digestOf(config), other);
    },
    code: 'INTEGRITY',
    says: /sha256:/,
  },
  {
    name: 'a segment that is not what its digest says',
    snapshot: () => {
      const segment = segmentOf();
      const other = Buffer.from(segment);
      other[other.byteLength - 1]! ^= 1;
      return withLie(snapshotOf(), digestOf(segment), other);
    },
    code: 'INTEGRITY',
    says: /sha256:/,
  },
  {
    name: 'a segment that is shorter than the manifest says',
    snapshot: () => {
      const segment = segmentOf();
      return withLie(snapshotOf(), digestOf(segment), segment.subarray(0, -1));
    },
    code: 'INTEGRITY',
    says: /bytes/,
  },
  {
    name: 'a pack that is not what its digest says',
    snapshot: () => withLie(snapshotOf(), digestOf(HONEST_PACK), Buffer.from('OnetwO twobbb')),
    act: 'get',
    code: 'INTEGRITY',
    says: /damaged: expected sha256:|sha256:/,
  },
  {
    name: 'a frame that has another digest',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, frames: [{ ...left, digest: FAR }, right] }),
    act: 'get',
    code: 'INTEGRITY',
    says: /frame .* damaged/,
  },
  {
    name: 'an entry that has another digest than its content',
    snapshot: () => indexOf({ entries: [one, { ...two, digest: FAR }, three] }),
    act: 'get',
    code: 'INTEGRITY',
    says: new RegExp(`names bytes for ${FAR}`),
  },
  {
    name: 'a segment that claims to be the pack',
    snapshot: () =>
      snapshotOf({
        layers: ([, pack]) => [{ ...pack!, mediaType: SEGMENT }, pack!],
      }),
    says: /segment is malformed/,
  },
  {
    name: "a segment that claims another one's digest",
    snapshot: () => {
      const other = segmentOf({ entries: [one] });
      const planted = snapshotOf({ segments: [segmentOf(), other] });
      return withLie(planted, digestOf(other), segmentOf());
    },
    code: 'INTEGRITY',
    says: /sha256:|bytes/,
  },
  {
    name: 'a pack that is a segment',
    snapshot: () => {
      const segment = segmentOf();
      const claimed = { digest: digestOf(segment), size: segment.byteLength };
      return snapshotOf({
        segments: [segmentOf({ packs: [claimed] })],
        packs: [segment],
      });
    },
    act: 'get',
    code: 'INTEGRITY',
    says: /damaged/,
  },
];

const FRAMES: readonly HostileCase[] = [
  {
    name: 'frames that overlap',
    snapshot: () =>
      indexOf({
        frames: [left, { ...right, digest: digestOf('obbb'), offset: 9, stored: 4, raw: 4 }],
        entries: [one, two, { ...three, offset: 1 }],
      }),
    says: /frame/,
  },
  {
    name: 'a frame that goes over the end of its pack',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, frames: [left, { ...right, offset: 11 }] }),
    says: /frame does not lie inside its pack/,
  },
  {
    name: 'a frame that starts at 2^53 - 1',
    snapshot: () =>
      indexOf({ entries: HONEST_ENTRIES, frames: [left, { ...right, offset: HUGE }] }),
    says: /frame does not lie inside its pack/,
  },
  {
    name: 'a frame of a pack that is not there',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, frames: [left, { ...right, pack: 1 }] }),
    says: /pack that is not there/,
  },
  {
    name: 'a frame of another pack than those of the manifest',
    snapshot: () =>
      indexOf({
        entries: HONEST_ENTRIES,
        packs: [{ digest: FAR, size: HONEST_PACK.byteLength }],
      }),
    says: /a pack that the snapshot does not have/,
  },
  {
    name: 'a frame of a blob that the manifest has as something else',
    snapshot: () =>
      snapshotOf({
        layers: ([segment, pack]) => [
          segment!,
          { ...pack!, mediaType: 'application/octet-stream' },
        ],
      }),
    says: /a pack that the snapshot does not have/,
  },
  {
    name: 'an entry that goes over the end of its frame',
    snapshot: () => indexOf({ entries: [one, two, { ...three, offset: 1 }] }),
    says: /"b" does not fit its frames/,
  },
  {
    name: 'an entry that starts before its frame',
    snapshot: () => indexOf({ entries: [one, two, { ...three, offset: -1 }] }),
    says: /"b" does not fit its frames/,
  },
  {
    name: 'an entry that lies nowhere',
    snapshot: () => indexOf({ entries: [one, two, { ...three, frames: 0 }] }),
    says: /"b" lies in a pack that the snapshot does not have/,
  },
  {
    name: 'a codec that nobody knows',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, frames: [left, { ...right, codec: 2 }] }),
    says: /unknown codec/,
  },
];

const LENGTHS: readonly HostileCase[] = [
  ...[0, 1, 2, 3, 4].map((at): HostileCase => ({
    name: `a header that counts 2^53 - 1 ${['packs', 'frames', 'templates', 'entries', 'tombstones'][at] ?? ''}`,
    snapshot: () => {
      const counts: [number, number, number, number, number] = [1, 2, 0, 3, 0];
      counts[at] = HUGE;
      return indexOf({ entries: HONEST_ENTRIES, counts });
    },
    says: /ends too early/,
  })),
  {
    name: 'a number of 2^53',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, counts: [2 ** 53, 2, 0, 3, 0] }),
    says: /number is too large/,
  },
  {
    name: 'a pack of 2^53 - 1 bytes',
    snapshot: () => {
      const pack = { digest: digestOf(HONEST_PACK), size: HUGE };
      return snapshotOf({
        segments: [segmentOf({ packs: [pack] })],
        layers: (layers) => layers.map((l) => (l.mediaType === PACK ? { ...l, size: HUGE } : l)),
      });
    },
    act: 'get',
    code: 'INTEGRITY',
    says: /bytes|size/,
  },
  {
    name: 'a frame that claims to be of 2^53 - 1 bytes once decoded',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, frames: [{ ...left, raw: HUGE }, right] }),
    says: /a frame claims more than/,
  },
  {
    name: 'a frame that is 2^53 - 1 bytes in its pack',
    snapshot: () =>
      indexOf({ entries: HONEST_ENTRIES, frames: [{ ...left, stored: HUGE }, right] }),
    says: /a frame claims more than/,
  },
  {
    name: 'a content of 2^53 - 1 bytes',
    snapshot: () => {
      const entries = [one, two, { ...three, size: HUGE }];
      return snapshotOf({
        segments: [segmentOf({ entries })],
        config: configOf(entries, { bytes: HUGE }),
      });
    },
    says: /"b" does not fit its frames/,
  },
  {
    name: 'a content in 2^53 - 2 frames',
    snapshot: () => indexOf({ entries: [one, two, { ...three, frames: HUGE }] }),
    says: /"b" names a frame that is not there/,
  },
  {
    name: 'a content that starts at a frame far beyond',
    snapshot: () => indexOf({ entries: [one, two, { ...three, first: 2 ** 51 }] }),
    says: /"b" names a frame that is not there/,
  },
  {
    name: 'a key that shares 2^53 - 1 bytes with the one before',
    snapshot: () => indexOf({ entries: [one, { ...two, shared: HUGE, key: 'a/two' }, three] }),
    says: /a key/,
  },
  ...([2 ** 53, HUGE, -1, 1.5] as const).map((size): HostileCase => ({
    name: `a segment of ${String(size)} bytes in the manifest`,
    snapshot: () =>
      snapshotOf({
        layers: (layers) => layers.map((l) => (l.mediaType === SEGMENT ? { ...l, size } : l)),
      }),
    says: size === HUGE ? /index claims/ : /manifest is malformed: layers\.0\.size/,
  })),
  {
    name: 'a config of 2^53 - 1 bytes in the manifest',
    snapshot: () =>
      snapshotOf({
        manifest: (manifest) => ({
          ...manifest,
          config: { ...(manifest['config'] as Layer), size: HUGE },
        }),
      }),
    says: /config claims 9007199254740991 bytes/,
  },
  {
    name: 'a config that counts 2^53 entries',
    snapshot: () => configured({ entries: 2 ** 53 }),
    says: /config is malformed: entries/,
  },
  {
    name: 'a config that counts 2^53 bytes',
    snapshot: () => configured({ bytes: 2 ** 53 }),
    says: /config is malformed: bytes/,
  },
];

const KEYS: readonly HostileCase[] = [
  {
    name: 'a key that stands twice',
    snapshot: () => filesAt('a', emptyAt('a', { shared: 1 })),
    says: /key stands twice/,
  },
  {
    name: 'a key that stands twice, in full',
    snapshot: () => filesAt('a', emptyAt('a', { shared: 0 })),
    says: /a key/,
  },
  { name: 'keys that are not sorted', snapshot: () => filesAt('b', 'a'), says: /not sorted/ },
  {
    name: 'keys that come round again',
    snapshot: () => filesAt('a', 'b', 'a'),
    says: /not sorted/,
  },
  ...['..', '../x', 'a/../../x', 'a/..', '..\\x'].map((key): HostileCase => ({
    name: `the key ${JSON.stringify(key)}`,
    snapshot: () => filesAt(key),
    says: /".."|\.\./,
  })),
  { name: 'a key with a NUL', snapshot: () => filesAt('a\0b'), says: /NUL|key/ },
  { name: 'a key that is kept for the store', snapshot: () => filesAt('_a'), says: /_/ },
  { name: 'an empty key', snapshot: () => filesAt(''), says: /key is not empty/ },
  {
    name: 'a key of 1,025 bytes',
    snapshot: () => filesAt('a'.repeat(1025)),
    says: /at most 1024 bytes/,
  },
  {
    name: 'a key that is no UTF-8',
    snapshot: () => filesAt(emptyAt(Buffer.from([0x61, 0xff]))),
    says: /UTF-8/,
  },
  ...['/etc/passwd', '//x', 'a//b', './a', 'a/./b', 'a/'].map((key): HostileCase => ({
    name: `the key ${JSON.stringify(key)}, as a file`,
    snapshot: () => filesAt(key),
    act: 'export',
    code: 'MALFORMED|CONTAINMENT',
    says: /./,
  })),
  {
    name: 'a path in the metadata that leads out',
    snapshot: () => {
      const meta = JSON.stringify({ mode: 420, path: '../../outside/x' });
      const key = `%~${digestOf('../../outside/x').slice(7)}`;
      const entries = [emptyAt(key, { meta: 1 })];
      return snapshotOf({
        segments: [packSegment(payload({ entries, metas: [[meta]] }))],
        packs: [],
        config: configOf(entries),
      });
    },
    act: 'export',
    code: 'MALFORMED|CONTAINMENT',
    says: /./,
  },
  {
    name: 'a file below a file',
    snapshot: () => filesAt('a', 'a/b'),
    act: 'export',
    says: /./,
  },
  ...['../outside', '/', '.'].map((target): HostileCase => ({
    name: `a file below a symlink to ${JSON.stringify(target)}`,
    snapshot: () => linked(target),
    act: 'export',
    code: 'MALFORMED|CONTAINMENT',
    says: /./,
  })),
];

/** A symlink, and a file whose path goes through it. */
function linked(target: string): Planted {
  const bytes = Buffer.from(target);
  const pack = { digest: digestOf(bytes), size: bytes.byteLength };
  const entries: PayloadEntry[] = [
    { key: 'a', digest: pack.digest, size: pack.size, frames: 2, meta: 1 },
    emptyAt('a/evil'),
  ];
  const frames = [{ ...pack, pack: 0, offset: 0, stored: pack.size, raw: pack.size, codec: 1 }];
  const metas = [[JSON.stringify({ mode: 511, kind: 'symlink', mtimeMs: 1 })]] as const;
  return snapshotOf({
    segments: [packSegment(payload({ packs: [pack], frames, entries, metas }))],
    packs: [bytes],
    config: configOf(entries),
  });
}

const SEGMENTS: readonly HostileCase[] = [
  {
    name: 'no segment',
    snapshot: () => snapshotOf({ segments: [] }),
    says: /segments; this one has 0/,
  },
  {
    name: 'more segments than a reader takes',
    snapshot: () => snapshotOf({ segments: Array.from({ length: 17 }, () => segmentOf()) }),
    says: /segments; this one has 17/,
  },
  {
    name: 'a first segment that deletes keys',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, tombstones: [{ key: 'gone' }] }),
    says: /deletes keys, and there is nothing before/,
  },
  {
    name: 'a key that is deleted and set',
    snapshot: () =>
      changed({ entries: [emptyAt('b')], tombstones: [{ key: 'b' }] }, [one, two, emptyAt('b')]),
    says: /key/,
  },
  {
    name: 'a key that is deleted twice',
    snapshot: () =>
      changed({ tombstones: [{ key: 'a/two' }, { key: 'a/two', shared: 5 }] }, [one, three]),
    says: /key stands twice/,
  },
  {
    name: 'deleted keys that are not sorted',
    snapshot: () => changed({ tombstones: [{ key: 'b' }, { key: 'a/one' }] }, [two]),
    says: /not sorted/,
  },
  {
    name: 'a deleted key that leads out',
    snapshot: () => changed({ tombstones: [{ key: '../x' }] }, HONEST_ENTRIES),
    says: /\.\./,
  },
  {
    name: 'a second base, which the config does not tell of',
    snapshot: () => snapshotOf({ segments: [segmentOf(), segmentOf({ entries: [emptyAt('b')] })] }),
    says: /other entries than its config says/,
  },
  {
    name: 'segments in another order',
    snapshot: () => {
      const change = packSegment(payload({ entries: [emptyAt('b')] }));
      return snapshotOf({
        segments: [change, segmentOf()],
        config: configOf([one, two, emptyAt('b')]),
      });
    },
    says: /other entries than its config says/,
  },
  {
    name: 'a segment of changes that stands before the base it is for',
    snapshot: () => {
      const change = packSegment(payload({ tombstones: [{ key: 'b' }] }));
      return snapshotOf({ segments: [change, segmentOf()], config: configOf([one, two]) });
    },
    says: /deletes keys, and there is nothing before/,
  },
  {
    name: 'a change that lies in a pack of its own, which the manifest does not have',
    snapshot: () =>
      changed(
        {
          packs: [{ digest: FAR, size: 3 }],
          frames: [{ ...right, offset: 0 }],
          entries: [{ ...three, key: 'c', first: 0 }],
        },
        [...HONEST_ENTRIES, { ...three, key: 'c' }],
      ),
    says: /"c" lies in a pack that the snapshot does not have/,
  },
  {
    name: 'bytes behind a segment',
    snapshot: () => snapshotOf({ segments: [Buffer.concat([segmentOf(), segmentOf()])] }),
    says: /something follows its frame/,
  },
  {
    name: 'a newer segment',
    snapshot: () => indexOf({ entries: HONEST_ENTRIES, format: 2 }),
    code: 'UNSUPPORTED_VERSION',
    says: /format 2/,
  },
];

const CONFIGS: readonly HostileCase[] = [
  {
    name: 'a config with another root',
    snapshot: () => configured({ root: FAR }),
    says: /other entries than its config says/,
  },
  {
    name: 'a config with the root of nothing',
    snapshot: () => configured({ root: '' }),
    says: /other entries than its config says/,
  },
  {
    name: 'a config that counts one entry less',
    snapshot: () => configured({ entries: 2 }),
    says: /other entries than its config says/,
  },
  {
    name: 'a config without what it goes on from',
    snapshot: () => configured({ merged: undefined }),
    says: /config is malformed: merged/,
  },
  {
    name: 'a snapshot that goes on from 129 others',
    snapshot: () =>
      configured({ merged: Array.from({ length: 129 }, (_, i) => digestOf(String(i))) }),
    says: /config is malformed: merged/,
  },
  {
    name: 'a snapshot that goes on from what is no digest',
    snapshot: () => configured({ merged: ['sha256:../../etc/passwd'] }),
    says: /config is malformed: merged/,
  },
  {
    name: 'a newer config',
    snapshot: () => configured({ format: 2 }),
    code: 'UNSUPPORTED_VERSION',
    says: /format 2/,
  },
  {
    name: 'a config that is no JSON',
    snapshot: () => snapshotOf({ config: Buffer.from('{"format":1') }),
    says: /not JSON/,
  },
  {
    name: 'a config in which a field stands twice',
    snapshot: () => {
      const config = configOf().toString().replace('"entries":3', '"entries":2,"entries":3');
      return snapshotOf({ config: Buffer.from(config.replace('"root"', '"__proto__":{},"root"')) });
    },
    // JSON has a way to read it, and it is the honest snapshot then.
    code: 'ok',
    says: /^$/,
  },
  {
    name: 'something else than a snapshot',
    snapshot: () =>
      snapshotOf({ manifest: (manifest) => ({ ...manifest, artifactType: 'application/other' }) }),
    code: 'NOT_A_SNAPSHOT',
    says: /is no snapshot/,
  },
];

/** Each is refused at once. */
export const HOSTILE: Readonly<Record<string, readonly HostileCase[]>> = {
  'wrong digests': WRONG_DIGESTS,
  frames: FRAMES,
  lengths: LENGTHS,
  keys: KEYS,
  segments: SEGMENTS,
  configs: CONFIGS,
};

/** A snapshot that wants more memory, or time, than there is. */
export interface GreedyCase extends HostileCase {
  /** What the process may grow by, in MiB. Default 150. */
  readonly growth?: number;
  /** How long it may take, in seconds, on a slow machine. Default 10. */
  readonly seconds?: number;
  /** Whether it is taken, in these bounds. */
  readonly isTaken?: true;
}

/** Each is tried in a process of its own, whose memory is measured. `size` is 1 in full. */
export function greedyCases(size: number): readonly GreedyCase[] {
  const many = (count: number): number => Math.ceil(count * size);
  return [
    {
      name: 'a segment that is a bomb',
      snapshot: async () => {
        const segment = await bomb(600 * MIB, Buffer.from('CAFSSEG\x01'));
        return snapshotOf({ segments: [segment] });
      },
      says: /segment is malformed/,
      // What a segment may have once it is decompressed, and as much again.
      growth: 1100,
    },
    {
      name: 'a frame that is a bomb',
      snapshot: async () => contentOf(await bomb(many(1024) * MIB), { codec: 0, raw: 1000 }),
      act: 'get',
      code: 'INTEGRITY',
      says: /damaged/,
    },
    {
      name: 'a frame that is a bomb, and says so',
      snapshot: async () => contentOf(await bomb(many(1024) * MIB), { codec: 0, raw: 1024 * MIB }),
      says: /a frame claims more than/,
    },
    {
      name: 'a config that is a bomb of lists',
      snapshot: () => snapshotOf({ config: Buffer.from('['.repeat(8 * MIB)) }),
      says: /config/,
      // V8 has read all of it by the time it knows.
      growth: 450,
    },
    {
      name: 'a config that is larger than any',
      snapshot: () => snapshotOf({ config: Buffer.alloc(8 * MIB + 1, 0x20) }),
      says: /config claims/,
    },
    ...['merged', 'subtrees', 'prefixes'].map((field): GreedyCase => ({
      name: `a config with millions of wrong ${field}`,
      snapshot: () => {
        const count = Math.floor((8 * MIB - 1000) / (field === 'prefixes' ? 16 : 2));
        const text =
          field === 'prefixes'
            ? `{${Array.from({ length: count }, (_, i) => `"${String(i).padStart(10, '0')}":0`).join()}}`
            : `[${'0,'.repeat(count)}0]`;
        const config = configOf(HONEST_ENTRIES, { [field]: undefined }).toString();
        return snapshotOf({
          config: Buffer.from(config.replace('{', `{"${field}":${text},`)),
        });
      },
      says: new RegExp(`config is malformed: ${field}`),
      // As JSON, and what is made of it.
      growth: 400,
    })),
    {
      name: 'a manifest with a million layers',
      snapshot: () =>
        snapshotOf({ layers: (layers) => [...layers, ...repeated(layers[1]!, many(1_000_000))] }),
      says: /manifest|large|bytes/,
    },
    {
      name: 'a manifest with as many packs as fit',
      snapshot: () =>
        snapshotOf({ layers: (layers) => [...layers, ...repeated(layers[1]!, 24_000)] }),
      says: /layers: too many/,
    },
    {
      name: 'a manifest with 19,000 packs that nothing lies in',
      snapshot: () =>
        snapshotOf({ layers: (layers) => [...layers, ...repeated(layers[1]!, 19_000)] }),
      says: /^$/,
      isTaken: true,
    },
    {
      name: 'a manifest with 19,000 segments',
      snapshot: () =>
        snapshotOf({ layers: (layers) => [...repeated(layers[0]!, 19_000), layers[1]!] }),
      says: /segments; this one has 19000/,
    },
    {
      name: 'a manifest with millions of layers that are none',
      snapshot: () => ({
        ...snapshotOf(),
        manifest: Buffer.from(
          snapshotOf()
            .manifest.toString()
            .replace('"layers":[', `"layers":[${'{},'.repeat(2_500_000)}`),
        ),
      }),
      says: /manifest is malformed/,
      growth: 600,
    },
    {
      name: 'entries that name the same frames again and again, too often',
      snapshot: () => runs(3000, 30_000),
      says: /too many frames/,
    },
    {
      name: 'entries that name the same frames again and again, as often as is allowed',
      snapshot: () => runs(many(2000), 33_000),
      says: /^$/,
      isTaken: true,
      growth: 300,
    },
    {
      name: 'entries that name the same frames again and again, before a push',
      snapshot: () => runs(many(2000), 33_000),
      act: 'push',
      code: 'ok',
      says: /^$/,
      growth: 400,
    },
    {
      name: 'a config with prefixes that all entries lie below, before a push',
      snapshot: () => {
        const folders = Array.from({ length: 200 }, (_, i) => 'a/'.repeat(i + 1));
        const entries = Array.from({ length: many(300_000) }, (_, i) =>
          emptyAt(`${folders.at(-1) ?? ''}${String(i).padStart(6, '0')}`),
        );
        const prefixes = Object.fromEntries(folders.map((folder) => [folder, digestOf(folder)]));
        const segments = [packSegment(payload({ entries }))];
        return snapshotOf({ segments, packs: [], config: configOf(entries, { prefixes }) });
      },
      act: 'push',
      code: 'ok',
      says: /^$/,
      growth: 800,
    },
    {
      name: 'a table of millions of packs and frames, of which entries need few',
      snapshot: () => tables(many(5_000_000)),
      says: /^$/,
      isTaken: true,
      // What the table takes, and a number for each of it.
      growth: 1300,
    },
    {
      name: 'entries that share metadata of a megabyte',
      snapshot: () => {
        const meta = JSON.stringify({ text: 'x'.repeat(MIB - 100) });
        const entries = Array.from({ length: many(50_000) }, (_, i) =>
          emptyAt(`key-${String(i).padStart(6, '0')}`, { meta: 1 }),
        );
        return snapshotOf({
          segments: [packSegment(payload({ entries, metas: [[meta]] }))],
          packs: [],
          config: configOf(entries),
        });
      },
      // To refuse it is one way not to take for ever.
      code: 'ok|MALFORMED',
      says: /^$|metadata/,
      isTaken: true,
      growth: 300,
      seconds: 4,
    },
    {
      name: 'keys that are far longer than what is stored of them',
      snapshot: () => {
        const folder = 'x'.repeat(1000);
        const entries = Array.from({ length: 560_000 }, (_, i) =>
          emptyAt(folder + String(i).padStart(6, '0')),
        );
        return snapshotOf({ segments: [packSegment(frontCoded(entries))], packs: [] });
      },
      says: /keys have more than/,
      growth: 300,
    },
    {
      name: 'a pack that is there, of which much more is claimed than it has',
      snapshot: () =>
        contentOf(zstdCompressSync(Buffer.alloc(64 * MIB)), { codec: 0, raw: 64 * MIB - 1 }),
      act: 'get',
      code: 'INTEGRITY',
      says: /damaged/,
      growth: 300,
    },
  ];
}

function repeated(layer: Layer, times: number): Layer[] {
  return Array.from({ length: times }, () => layer);
}

/** Entries that each have a content in all frames. */
function runs(entryCount: number, frameCount: number): Planted {
  const bytes = Buffer.alloc(frameCount, 1);
  const pack = { digest: digestOf(bytes), size: bytes.byteLength };
  const frame = digestOf(Buffer.from([1]));
  const frames = Array.from({ length: frameCount }, (_, offset) => ({
    digest: frame,
    pack: 0,
    offset,
    stored: 1,
    raw: 1,
    codec: 1,
  }));
  const entries = Array.from({ length: entryCount }, (_, i) => ({
    key: `key-${String(i).padStart(6, '0')}`,
    digest: digestOf(String(i)),
    size: frameCount,
    frames: frameCount + 1,
  }));
  return snapshotOf({
    segments: [packSegment(payload({ packs: [pack], frames, entries }))],
    packs: [bytes],
    config: configOf(entries),
  });
}

/** An entry in the first frame of a table in which one pack, and one frame in it, stand again and again. */
function tables(count: number): Planted {
  const bytes = Buffer.alloc(1, 1);
  const digest = digestOf(bytes);
  const entry = { key: 'a', digest, size: 1 };
  const head = payload({ counts: [count, count, 0, 1, 0] });
  const all = Buffer.alloc(32 * count, Buffer.from(hexOf(digest), 'hex'));
  const ones = Buffer.alloc(count, 1);
  const zeros = Buffer.alloc(count);
  const rest = payload({ entries: [{ ...entry, frames: 2 }] }).subarray(payload({}).length);
  const segment = packSegment(
    Buffer.concat([head, all, ones, all, zeros, zeros, ones, ones, ones, rest]),
  );
  return snapshotOf({ segments: [segment], packs: [bytes], config: configOf([entry]) });
}

/** As `payload`, for more entries than that can take. */
function frontCoded(entries: readonly PayloadEntry[]): Buffer {
  const head = payload({ counts: [0, 0, 0, entries.length, 0] });
  const shared = Buffer.concat(
    entries.map((_, i) => (i === 0 ? Buffer.from([0]) : Buffer.from([0xe8, 0x07]))),
  );
  const rest = Buffer.concat(
    entries.map((_, i) => (i === 0 ? Buffer.from([0xee, 0x07]) : Buffer.from([6]))),
  );
  const texts = Buffer.concat(
    entries.map(({ key }, i) => Buffer.from(key).subarray(i === 0 ? 0 : 1000)),
  );
  // Digests, sizes, metadata and locations: nothing, everywhere.
  return Buffer.concat([head, shared, rest, texts, Buffer.alloc(entries.length * (32 + 3))]);
}
