import { CafsError, InvalidKeyError, ReservedKeyError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/** The longest key, in UTF-8 bytes. */
export const MAX_KEY_BYTES = 1024;

/** Why a string cannot be a key: the rule that it breaks, or undefined where it can. */
function brokenRule(key: string): string | undefined {
  if (key === '') return 'a key is not empty';
  if (key.includes('\0')) return 'a key holds no NUL';
  if (key.includes('..')) return 'a key does not contain ".."';
  if (isTooLong(key)) return `a key has at most ${String(MAX_KEY_BYTES)} bytes`;
  if (!key.isWellFormed()) return 'a key is valid Unicode';
  return undefined;
}

function isTooLong(key: string): boolean {
  // A UTF-16 unit takes at least one byte and at most three.
  if (key.length > MAX_KEY_BYTES) return true;
  return key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES;
}

/**
 * Checks a key: not empty, at most 1,024 bytes in UTF-8, no `_` at the start, no `..`, no NUL.
 *
 * @throws CafsError `RESERVED_KEY` for a leading `_`, `INVALID_KEY` for any other rule
 */
export function assertKey(key: string): void {
  if (typeof (key as unknown) !== 'string') {
    throw new InvalidKeyError(`A key is text, not ${typeof key}.`);
  }
  // Of a key that breaks both rules, the Go package names the length.
  if (key.startsWith('_') && !isTooLong(key)) {
    throw new ReservedKeyError(`The key ${shown(key)} is reserved: it starts with "_".`);
  }
  const rule = brokenRule(key);
  if (rule !== undefined) throw new InvalidKeyError(`${shown(key)} is no valid key: ${rule}.`);
}

function shown(key: string): string {
  return quoted(key.length > 120 ? `${key.slice(0, 120)}...` : key);
}

/** A prefix as the store compares it: empty, or ending in `/`. */
export function normalisePrefix(prefix: string): string {
  if (typeof (prefix as unknown) !== 'string') {
    throw new CafsError('INVALID_INPUT', `A prefix is text, not ${typeof prefix}.`);
  }
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}
