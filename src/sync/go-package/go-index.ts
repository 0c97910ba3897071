import { createHash } from 'node:crypto';

import { type Digest, isDigest } from '../../digest.ts';
import { describeError } from '../../errors.ts';
import { compareBytes } from '../../order.ts';
import { quoted } from '../../quoted.ts';
import type { Info, Json } from '../../store/entry.ts';
import { isTooDeep, toMetaText } from '../../store/json.ts';
import { assertKey } from '../../store/keys.ts';
import { readGoMeta } from './file-meta.ts';
import { malformed } from './malformed.ts';

/** What the Go package keeps of its own among the entries of its users. */
const OWN = '_prefix/';

/** Why an entry cannot be kept here, though its content may be there. */
export type Refusal = 'invalid-key' | 'invalid-meta';

/** An entry of the Go package's index. */
export interface GoEntry extends Info {
  readonly key: string;
  /** Absent: it can be kept. */
  readonly refused?: { readonly reason: Refusal; readonly message: string };
}

/**
 * Reads the index of the Go package: a JSON object of its entries by their keys, each with its digest
 * `d`, its size `s` where it is not 0, and its metadata `m` where it has some.
 *
 * Of a key that is there twice, the last counts, as in Go: keys that are not UTF-8 become equal when
 * they are written as JSON.
 *
 * @throws CafsError `MALFORMED`
 */
export function readGoIndex(bytes: Buffer): GoEntry[] {
  const text = bytes.toString('utf8');
  if (isTooDeep(text)) throw malformed('its index has too many objects one in another');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed('its index is not JSON', cause);
  }
  if (!isObject(json)) throw malformed('its index is no JSON object');
  const sizes = new Map<Digest, number>();
  const entries: GoEntry[] = [];
  for (const key of Object.keys(json)) {
    if (key.startsWith(OWN)) continue;
    const entry = readEntry(key, json[key]);
    if ((sizes.get(entry.digest) ?? entry.size) !== entry.size) {
      throw malformed(`its index has two sizes for ${entry.digest}`);
    }
    sizes.set(entry.digest, entry.size);
    entries.push(entry);
  }
  return entries;
}

/** What Go's `Root()` gives for these entries; empty for none. */
export function goRoot(entries: readonly Pick<GoEntry, 'key' | 'digest' | 'size'>[]): Digest | '' {
  if (entries.length === 0) return '';
  const hash = createHash('sha256');
  const sorted = [...entries].sort((a, b) => compareBytes(a.key, b.key));
  for (const [at, { key, digest, size }] of sorted.entries()) {
    hash.update(`${at === 0 ? '' : '\n'}${key}\0${digest}\0${String(size)}`);
  }
  return `sha256:${hash.digest('hex')}`;
}

function readEntry(key: string, value: unknown): GoEntry {
  const fail = (why: string): Error => malformed(`the entry ${quoted(key.slice(0, 100))} ${why}`);
  if (isDigest(value)) {
    throw fail('is written as versions before 30 November 2025 did, without a size');
  }
  if (!isObject(value)) throw fail('is no object');
  const { d: digest, s: size = 0, m } = value;
  if (!isDigest(digest)) throw fail('has no digest');
  if (!isSize(size)) throw fail('has no size');
  const meta = readGoMeta(m as Json | undefined, size);
  const info = { key, digest, size, ...(meta === undefined ? {} : { meta }) };
  const refused =
    whyNot('invalid-key', () => {
      assertKey(key);
    }) ?? whyNot('invalid-meta', () => meta === undefined || toMetaText(meta));
  return refused === undefined ? info : { ...info, refused };
}

function whyNot(reason: Refusal, check: () => unknown): GoEntry['refused'] {
  try {
    check();
    return undefined;
  } catch (error) {
    return { reason, message: describeError(error) };
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
