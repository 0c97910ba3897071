import { CafsError } from '../errors.ts';
import type { Json } from './entry.ts';
import { MAX_META_BYTES, MAX_META_DEPTH } from './index/limits.ts';

/**
 * A copy of a value, as JSON brings it back: later changes of the original do not reach it.
 *
 * @throws as {@link toMetaText}
 */
export function copyJson(value: unknown): Json {
  return JSON.parse(toMetaText(value)) as Json;
}

/**
 * Metadata as JSON text that a segment can hold.
 *
 * @param key whose metadata it is, for the message of an error
 * @throws CafsError `INVALID_INPUT` for what JSON cannot hold, for more than 1 MiB of it, and for
 *   more than 64 lists and objects one in another
 */
export function toMetaText(value: unknown, key?: string): string {
  const text = toText(value, key);
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 > MAX_META_BYTES && Buffer.byteLength(text) > MAX_META_BYTES) {
    throw new CafsError(
      'INVALID_INPUT',
      `${named(key)} takes more than ${String(MAX_META_BYTES)} bytes as JSON.`,
      { hint: 'Keep it as the content of an entry.' },
    );
  }
  if (isTooDeep(text)) throw tooDeep(key);
  return text;
}

/** Whether JSON text has more lists and objects one in another than metadata may have. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === BACKSLASH) i += 1;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) {
      inString = true;
    } else if (unit === OPEN_LIST || unit === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_META_DEPTH) return true;
    } else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
  return false;
}

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const OPEN_LIST = '['.charCodeAt(0);
const CLOSE_LIST = ']'.charCodeAt(0);
const OPEN_OBJECT = '{'.charCodeAt(0);
const CLOSE_OBJECT = '}'.charCodeAt(0);

function toText(value: unknown, key: string | undefined): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    // What is nested so deeply that it takes all of the stack.
    if (cause instanceof RangeError) throw tooDeep(key);
    throw new CafsError('INVALID_INPUT', `${named(key)} must be JSON: this value is not.`, {
      cause,
    });
  }
  if (typeof text === 'string') return text;
  throw new CafsError('INVALID_INPUT', `${named(key)} must be JSON: a ${typeof value} is not.`);
}

function tooDeep(key: string | undefined): CafsError {
  return new CafsError(
    'INVALID_INPUT',
    `${named(key)} has more than ${String(MAX_META_DEPTH)} lists and objects one in another.`,
    { hint: 'Keep it as the content of an entry.' },
  );
}

function named(key: string | undefined): string {
  return key === undefined ? 'Metadata' : `The metadata of ${JSON.stringify(key)}`;
}
