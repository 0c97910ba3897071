import { zstdDecompressSync } from 'node:zlib';

import { type Remote, parseManifest } from '../../src/index.ts';

/*
 * A reader of snapshots by the letter of docs/format.md, apart from the one that is tested: what it says
 * of a snapshot does not depend on what the writer believes.
 */

/** A pack that a segment names. */
interface PackRow {
  readonly digest: string;
  readonly size: number;
}

interface FrameRow {
  readonly pack: PackRow;
  readonly offset: number;
  readonly stored: number;
  readonly raw: number;
}

/** Where a content lies: in one frame, or in all of several. */
interface EntryRow {
  readonly key: string;
  readonly size: number;
  readonly frames: readonly FrameRow[];
  readonly offset: number;
}

interface Segment {
  readonly entries: readonly EntryRow[];
  readonly tombstones: readonly string[];
}

/** What a tag's snapshot is made of. */
export interface Anatomy {
  readonly segments: number;
  readonly packs: number;
  readonly entries: number;
  /** Bytes of manifest, config and all layers. */
  readonly bytes: number;
  /** Bytes of all packs. */
  readonly packBytes: number;
  /** Bytes of those that some entry needs: of a frame, the share of its raw bytes that contents have. */
  readonly liveBytes: number;
}

const SEGMENT = 'application/vnd.cafs.snapshot.segment.v1+zstd';
const PACK = 'application/vnd.cafs.snapshot.pack.v1';

/** Takes a snapshot apart. */
export async function anatomyOf(remote: Remote, tag: string): Promise<Anatomy> {
  const fetched = await remote.getManifest(tag);
  if (fetched === undefined) throw new Error(`There is no tag ${tag}.`);
  const { config, layers } = parseManifest(fetched.bytes);
  const segments = layers.filter(({ mediaType }) => mediaType === SEGMENT);
  const packs = layers.filter(({ mediaType }) => mediaType === PACK);
  const entries = new Map<string, EntryRow>();
  for (const layer of segments) {
    const segment = decode(zstdDecompressSync(await remote.getBlob(layer)));
    for (const key of segment.tombstones) entries.delete(key);
    for (const entry of segment.entries) entries.set(entry.key, entry);
  }
  const packBytes = packs.reduce((sum, { size }) => sum + size, 0);
  const layerBytes = layers.reduce((sum, { size }) => sum + size, 0);
  return {
    segments: segments.length,
    packs: packs.length,
    entries: entries.size,
    bytes: fetched.bytes.byteLength + config.size + layerBytes,
    packBytes,
    liveBytes: liveBytesOf(entries.values(), new Set(packs.map(({ digest }) => digest as string))),
  };
}

function liveBytesOf(entries: Iterable<EntryRow>, packs: ReadonlySet<string>): number {
  /** By frame: which of its raw bytes are needed, from and to. */
  const needed = new Map<string, { readonly frame: FrameRow; readonly runs: [number, number][] }>();
  for (const { key, size, frames, offset } of entries) {
    for (const frame of frames) {
      if (!packs.has(frame.pack.digest)) throw new Error(`The pack of ${key} is not there.`);
      const name = `${frame.pack.digest} ${String(frame.offset)}`;
      const use = needed.get(name) ?? { frame, runs: [] };
      use.runs.push(frames.length === 1 ? [offset, offset + size] : [0, frame.raw]);
      needed.set(name, use);
    }
  }
  let bytes = 0;
  for (const { frame, runs } of needed.values()) {
    bytes += (frame.stored * lengthOf(runs)) / frame.raw;
  }
  return bytes;
}

/** How much runs cover together. */
function lengthOf(runs: [number, number][]): number {
  let covered = 0;
  let end = 0;
  for (const [from, to] of runs.sort(([a], [b]) => a - b)) {
    covered += Math.max(to - Math.max(from, end), 0);
    end = Math.max(end, to);
  }
  return covered;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(count: number): Buffer {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at++] ?? NaN;
      value += (byte & 0x7f) * factor;
      if ((byte & 0x80) === 0) return value;
    }
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  numbers(count: number): number[] {
    return Array.from({ length: count }, () => this.number());
  }

  digests(count: number): string[] {
    return Array.from({ length: count }, () => `sha256:${this.take(32).toString('hex')}`);
  }

  keys(count: number): string[] {
    const shared = this.numbers(count);
    const rests = this.numbers(count);
    let before = Buffer.alloc(0);
    return shared.map((length, i) => {
      before = Buffer.concat([before.subarray(0, length), this.take(rests[i] ?? 0)]);
      return before.toString();
    });
  }
}

function decode(bytes: Buffer): Segment {
  const reader = new Reader(bytes);
  const magic = reader.take(8).toString('latin1');
  if (magic !== 'CAFSSEG\x01') throw new Error(`A segment begins with ${JSON.stringify(magic)}.`);
  const [P = 0, F = 0, M = 0, E = 0, T = 0] = reader.numbers(5);
  const frames = readFrames(reader, P, F);
  const heads = reader.numbers(M);
  const tails = reader.numbers(M);
  for (let i = 0; i < M; i += 1) reader.take((heads[i] ?? 0) + Math.max((tails[i] ?? 0) - 1, 0));
  const keys = reader.keys(E);
  reader.digests(E);
  const sizes = reader.numbers(E);
  for (const template of reader.numbers(E)) {
    if (template > 0 && (tails[template - 1] ?? 0) > 0) reader.signed();
  }
  const counts = reader.numbers(E).map((count) => count - 1);
  let first = 0;
  const runs = counts.map((count, i) => {
    if (count < 0) throw new Error(`${keys[i] ?? ''} lies nowhere.`);
    if (count === 0) return [];
    first += reader.signed();
    return frames.slice(first, first + count);
  });
  const ends = new Map<FrameRow | undefined, number>();
  const entries = runs.map((run, i): EntryRow => {
    const [frame] = run;
    const size = sizes[i] ?? 0;
    let offset = 0;
    if (run.length === 1) {
      offset = (ends.get(frame) ?? 0) + reader.signed();
      ends.set(frame, offset + size);
    }
    return { key: keys[i] ?? '', size, frames: run, offset };
  });
  const tombstones = reader.keys(T);
  if (!reader.isAtEnd) throw new Error('Something follows the last column.');
  return { entries, tombstones };
}

function readFrames(reader: Reader, packCount: number, frameCount: number): FrameRow[] {
  const packDigests = reader.digests(packCount);
  const packs = reader
    .numbers(packCount)
    .map((size, i): PackRow => ({ digest: packDigests[i] ?? '', size }));
  reader.digests(frameCount);
  const numbers = reader.numbers(frameCount);
  const offsets = reader.numbers(frameCount);
  const stored = reader.numbers(frameCount);
  const raws = reader.numbers(frameCount);
  reader.take(frameCount);
  return numbers.map((number, i) => ({
    pack: packs[number]!,
    offset: offsets[i] ?? 0,
    stored: stored[i] ?? 0,
    raw: raws[i] ?? 0,
  }));
}
