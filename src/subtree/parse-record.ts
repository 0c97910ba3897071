import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import { compareBytes } from '../order.ts';
import {
  encodeRecord,
  type FingerprintRecord,
  MAX_RECORD_BYTES,
  RECORD_VERSION,
} from './record.ts';

const digest = v.custom<Digest>(isDigest, 'no digest');
const texts = v.array(v.string());

function isSorted(list: readonly (readonly [string, ...unknown[]])[]): boolean {
  return list.every((item, i) => {
    const previous = list[i - 1];
    return previous === undefined || compareBytes(previous[0], item[0]) < 0;
  });
}
const ORDER = 'not sorted, or a name twice';

const files = v.pipe(
  v.array(v.strictTuple([v.string(), v.picklist(['file', 'executable', 'symlink']), digest])),
  v.check((list) => isSorted(list), ORDER),
);

const Parsed = v.strictObject({
  version: v.literal(RECORD_VERSION),
  name: v.string(),
  platform: v.string(),
  salt: v.string(),
  env: v.pipe(
    v.array(v.strictTuple([v.string(), v.nullable(digest)])),
    v.check((list) => isSorted(list), ORDER),
  ),
  globs: v.strictObject({ inputs: texts, outputs: texts, sharedInputs: texts }),
  files,
  shared: files,
  dependencies: v.pipe(
    v.array(v.strictTuple([v.string(), digest])),
    v.check((list) => isSorted(list), ORDER),
  ),
});

/**
 * Reads a record that came from outside. Only the very bytes that {@link encodeRecord} makes are
 * taken: then the bytes' digest is the record's fingerprint.
 *
 * @throws CafsError `UNSUPPORTED_VERSION` for a newer version, else `MALFORMED`
 */
export function parseRecord(bytes: Uint8Array): FingerprintRecord {
  if (bytes.byteLength > MAX_RECORD_BYTES) {
    throw malformed(`it has ${String(bytes.byteLength)} bytes`);
  }
  const json = parseJson(bytes);
  const header = v.safeParse(v.object({ version: v.number() }), json);
  if (header.success && header.output.version > RECORD_VERSION) {
    throw new CafsError(
      'UNSUPPORTED_VERSION',
      `A record of inputs has version ${String(header.output.version)}; this version reads version ${String(RECORD_VERSION)}.`,
      { hint: 'Use a newer version of cafs.' },
    );
  }
  const parsed = v.safeParse(Parsed, json, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw malformed(`${v.getDotPath(issue) ?? 'it'}: ${quoted(issue.message.slice(0, 200))}`);
  }
  if (Buffer.compare(encodeRecord(parsed.output), bytes) !== 0) {
    throw malformed('it is not in the canonical form');
  }
  return parsed.output;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw malformed('it is not JSON in UTF-8', cause);
  }
}

function malformed(reason: string, cause?: unknown): CafsError {
  return new CafsError('MALFORMED', `A record of inputs is malformed: ${reason}.`, { cause });
}
