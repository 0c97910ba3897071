import { isUtf8 } from 'node:buffer';

import { messageOf } from '../../errors.ts';
import type { CafsError } from '../../errors.ts';
import type { Columns } from '../index/columns.ts';
import { type Keys, keyAt } from '../index/keys.ts';
import { MAX_SEGMENT_BYTES } from '../index/limits.ts';
import { MAX_KEY_BYTES, assertKey } from '../keys.ts';
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './format.ts';

const DOT = '.'.charCodeAt(0);
const UNDERSCORE = '_'.charCodeAt(0);

/**
 * The keys, sorted by their bytes, each as `assertKey` wants it.
 *
 * @param most bytes that they may have together
 */
export function readKeys(reader: ByteReader, size: number, most: number): Keys {
  const shared = readLengths(reader, size);
  const rests = readLengths(reader, size);
  const { keyEnds, restBytes } = measure(shared, rests, most);
  const rest = reader.take(restBytes);
  const keys = Buffer.allocUnsafe(keyEnds.at(-1) ?? 0);
  let at = 0;
  for (let row = 0, start = 0, before = 0; row < size; row += 1) {
    const length = shared[row] ?? 0;
    const from = at;
    at += rests[row] ?? 0;
    assertSorted(keys, before, start, length, rest[from]);
    keys.copyWithin(start, before, before + length);
    rest.copy(keys, start + length, from, at);
    const end = keyEnds[row] ?? 0;
    // What is shared with the key before was checked there, but for its last byte with the next one.
    assertAllowed(keys, start, Math.max(length - 1, 0), end);
    before = start;
    start = end;
  }
  // Every key starts with the first byte of a character, so none of these goes over its end.
  if (!isUtf8(keys)) throw malformed('a key is no valid UTF-8');
  return { keys, keyEnds };
}

/** That no key is set and deleted at once. */
export function assertApart(columns: Columns, tombstones: Keys): void {
  let row = 0;
  for (let i = 0; i < tombstones.keyEnds.length; i += 1) {
    const key = keyAt(tombstones, i);
    row = columns.lowerBound(key, row);
    if (columns.hasKey(row, key)) throw malformed('it sets and deletes the same key');
  }
}

function readLengths(reader: ByteReader, size: number): Uint16Array {
  const lengths = new Uint16Array(size);
  for (let row = 0; row < size; row += 1) {
    const length = reader.varint();
    if (length > MAX_KEY_BYTES) throw malformed(`a key has at most ${String(MAX_KEY_BYTES)} bytes`);
    lengths[row] = length;
  }
  return lengths;
}

/** Where keys end, before anything is allocated for them. */
function measure(
  shared: Uint16Array,
  rests: Uint16Array,
  most: number,
): { readonly keyEnds: Uint32Array; readonly restBytes: number } {
  const keyEnds = new Uint32Array(shared.length);
  let restBytes = 0;
  let end = 0;
  let before = 0;
  for (const [row, length] of shared.entries()) {
    const rest = rests[row] ?? 0;
    if (length > before) throw malformed('a key shares more than the key before it has');
    before = length + rest;
    if (before > MAX_KEY_BYTES) throw malformed(`a key has at most ${String(MAX_KEY_BYTES)} bytes`);
    if (before === 0) throw malformed('a key is not empty');
    if (rest === 0) throw malformed('a key stands twice, or before a shorter one');
    restBytes += rest;
    end += before;
    if (end > most) throw malformed(`its keys have more than ${String(MAX_SEGMENT_BYTES)} bytes`);
    keyEnds[row] = end;
  }
  return { keyEnds, restBytes };
}

/** Of two keys the first byte that they do not share decides, and no more than that is shared. */
function assertSorted(
  keys: Buffer,
  before: number,
  start: number,
  shared: number,
  next: number | undefined,
): void {
  if (before + shared === start) return;
  const other = keys[before + shared] ?? 0;
  if (next === other) throw malformed('a key shares more with the key before it than it says');
  if ((next ?? 0) < other) throw malformed('its keys are not sorted');
}

function assertAllowed(keys: Buffer, start: number, from: number, end: number): void {
  const first = keys[start] ?? 0;
  let isAllowed = first !== UNDERSCORE && (first & 0xc0) !== 0x80;
  let before = 0;
  for (let i = start + from; i < end; i += 1) {
    const byte = keys[i] ?? 0;
    if (byte === 0 || (byte === DOT && before === DOT)) isAllowed = false;
    before = byte;
  }
  if (!isAllowed) throw forbidden(keys.toString('utf8', start, end));
}

function forbidden(key: string): CafsError {
  try {
    assertKey(key);
  } catch (error) {
    return malformed(messageOf(error), error);
  }
  return malformed('a key is no valid UTF-8');
}
