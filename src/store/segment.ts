import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { type Digest, hexOf, isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import {
  type Codec,
  type FrameRef,
  type Location,
  MAX_FRAME_BYTES,
  type PackRef,
} from '../location.ts';
import type { Entry, Json } from './entry.ts';
import { assertKey } from './keys.ts';

/*
 * A segment holds entries, sorted, with where their content lies. It is one zstd frame of lines
 * of JSON, so that any language reads it with what it has:
 *
 *   {"format":1,"packs":P,"frames":F,"entries":E}
 *   P lines  [digest, size]
 *   F lines  [pack, offset, storedSize, rawSize, digest, codec]
 *   E lines  [key, digest, size, meta, firstFrame, frameCount, offset]
 *
 * Digests are bare hexadecimal. An entry whose content no remote is known to hold has frameCount
 * -1; one whose content is empty needs no frame and has frameCount 0.
 */

/** The version that this code writes, and the only one that it reads. */
const SEGMENT_FORMAT = 1;

/** Bytes of a segment once decompressed; more is refused before anything is allocated. */
const MAX_SEGMENT_BYTES = 512 * 1024 * 1024;

const CODECS: readonly Codec[] = ['zstd', 'raw'];

/** Encodes entries, which the caller gives sorted by the bytes of their keys. */
export function encodeSegment(entries: Iterable<readonly [string, Entry]>): Buffer {
  const packs = new Numbering<PackRef>((pack) => pack.digest);
  const frames = new Numbering<FrameRef>((frame) => `${frame.pack.digest}:${String(frame.offset)}`);
  const lines: string[] = [];
  for (const [key, { digest, size, meta, location }] of entries) {
    // Numbers of an entry's frames follow one another only where it is the first to use them;
    // frames of large files are never shared but between equal contents, which use them all.
    const numbers = location?.frames.map((frame) => frames.of(frame)) ?? [];
    const count = location === undefined ? -1 : numbers.length;
    lines.push(
      JSON.stringify([
        key,
        hexOf(digest),
        size,
        meta ?? null,
        numbers[0] ?? 0,
        count,
        location?.offset ?? 0,
      ]),
    );
  }
  const frameLines = frames.items.map((frame) =>
    JSON.stringify([
      packs.of(frame.pack),
      frame.offset,
      frame.storedSize,
      frame.rawSize,
      hexOf(frame.digest),
      CODECS.indexOf(frame.codec),
    ]),
  );
  const packLines = packs.items.map((pack) => JSON.stringify([hexOf(pack.digest), pack.size]));
  const header = JSON.stringify({
    format: SEGMENT_FORMAT,
    packs: packLines.length,
    frames: frameLines.length,
    entries: lines.length,
  });
  const text = [header, ...packLines, ...frameLines, ...lines, ''].join('\n');
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
}

/**
 * Decodes a segment; every field is checked.
 *
 * @throws CafsError `MALFORMED`, or `UNSUPPORTED_VERSION` for a newer format
 */
export function decodeSegment(bytes: Uint8Array): [string, Entry][] {
  const lines = new Lines(decompress(bytes));
  const { packs, frames, entries } = parseHeader(lines.next());
  const packTable: PackRef[] = [];
  for (let i = 0; i < packs; i += 1) packTable.push(parsePack(lines.next()));
  const frameTable: FrameRef[] = [];
  for (let i = 0; i < frames; i += 1) frameTable.push(parseFrame(lines.next(), packTable));
  const found: [string, Entry][] = [];
  const seen = new Set<string>();
  for (let i = 0; i < entries; i += 1) {
    const entry = parseEntry(lines.next(), frameTable);
    if (seen.has(entry[0])) throw malformed(`the key ${JSON.stringify(entry[0])} stands twice`);
    seen.add(entry[0]);
    found.push(entry);
  }
  if (!lines.done) throw malformed('it has more lines than its header says');
  return found;
}

/** Gives things numbers in the order in which they are first seen. */
class Numbering<T> {
  readonly items: T[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #keyOf: (item: T) => string;

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  of(item: T): number {
    const key = this.#keyOf(item);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.items.push(item) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

class Lines {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at === this.#text.length;
  }

  next(): unknown {
    const end = this.#text.indexOf('\n', this.#at);
    if (end === -1) throw malformed('it ends too early');
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw malformed('a line is not JSON', cause);
    }
  }
}

function decompress(bytes: Uint8Array): string {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_SEGMENT_BYTES }).toString('utf8');
  } catch (cause) {
    throw malformed('it cannot be decompressed', cause);
  }
}

function parseHeader(line: unknown): { packs: number; frames: number; entries: number } {
  if (typeof line !== 'object' || line === null) throw malformed('its header is no object');
  const { format, packs, frames, entries } = line as Record<string, unknown>;
  if (format !== SEGMENT_FORMAT) {
    throw new CafsError(
      'UNSUPPORTED_VERSION',
      `An index segment has format ${JSON.stringify(format)}; this version reads format ${String(SEGMENT_FORMAT)}.`,
      { hint: 'Use a newer version of cafs.' },
    );
  }
  return { packs: toSize(packs), frames: toSize(frames), entries: toSize(entries) };
}

function parsePack(line: unknown): PackRef {
  const [digest, size] = toArray(line, 2);
  return { digest: toDigest(digest), size: toSize(size) };
}

function parseFrame(line: unknown, packs: readonly PackRef[]): FrameRef {
  const [packNumber, offset, storedSize, rawSize, digest, codecNumber] = toArray(line, 6);
  const pack = packs[toSize(packNumber)];
  const codec = CODECS[toSize(codecNumber)];
  if (pack === undefined) throw malformed('a frame names a pack that is not there');
  if (codec === undefined) throw malformed('a frame has an unknown codec');
  const frame = {
    pack,
    offset: toSize(offset),
    storedSize: toSize(storedSize),
    rawSize: toSize(rawSize),
    digest: toDigest(digest),
    codec,
  };
  if (frame.storedSize === 0 || frame.offset + frame.storedSize > pack.size) {
    throw malformed('a frame does not lie inside its pack');
  }
  if (frame.storedSize > MAX_FRAME_BYTES || frame.rawSize > MAX_FRAME_BYTES) {
    throw malformed(`a frame claims more than ${String(MAX_FRAME_BYTES)} bytes`);
  }
  return frame;
}

function parseEntry(line: unknown, frames: readonly FrameRef[]): [string, Entry] {
  const [key, digest, size, meta, first, count, offset] = toArray(line, 7);
  if (typeof key !== 'string') throw malformed('a key is no string');
  assertKey(key);
  const info = {
    digest: toDigest(digest),
    size: toSize(size),
    ...(meta === null ? {} : { meta: meta as Json }),
  };
  if (count === -1) return [key, info];
  const start = toSize(first);
  const location = { frames: frames.slice(start, start + toSize(count)), offset: toSize(offset) };
  if (location.frames.length !== count)
    throw malformed(`the entry ${JSON.stringify(key)} names a frame that is not there`);
  assertFits(key, info.size, location);
  return [key, { ...info, location }];
}

function assertFits(key: string, size: number, { frames, offset }: Location): void {
  const raw = frames.reduce((sum, frame) => sum + frame.rawSize, 0);
  const fits = frames.length > 1 ? offset === 0 && raw === size : offset + size <= raw;
  if (!fits) throw malformed(`the entry ${JSON.stringify(key)} does not fit its frames`);
}

function toArray(value: unknown, length: number): readonly unknown[] {
  if (Array.isArray(value) && value.length === length) return value;
  throw malformed(`a line is no array of ${String(length)}`);
}

function toSize(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed(`${JSON.stringify(value)} is no size`);
}

function toDigest(value: unknown): Digest {
  const digest = `sha256:${String(value)}`;
  if (isDigest(digest)) return digest;
  throw malformed(`${JSON.stringify(value)} is no digest`);
}

function malformed(why: string, cause?: unknown): CafsError {
  return new CafsError('MALFORMED', `An index segment is malformed: ${why}.`, { cause });
}
