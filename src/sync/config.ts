import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { plainText } from '../oci/plain-text.ts';
import { MAX_ANCESTORS } from '../store/lineage.ts';

/** The version that this code writes, and the only one that it reads. */
export const SNAPSHOT_FORMAT = 1;

/** Bytes of a config: more is neither read nor written. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

const digest = v.custom<Digest>(isDigest, 'no digest');
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const Subtree = v.object({
  /** What a workflow calls it. */
  name: v.string(),
  /** The first part of its keys: what its folder is relative to. */
  root: v.picklist(['ws', 'home', 'root']),
  /** A POSIX path; empty: the root itself. */
  folder: v.string(),
  /** Globs relative to the folder; its entries are those that they match. */
  outputs: v.array(v.string()),
  /** Digest of its inputs; null for one that has none (a path). */
  fingerprint: v.nullable(digest),
  /** Digest of its entries, as the store's root digest is made; empty for no entries. */
  digest: v.union([digest, v.literal('')]),
});

const Config = v.object({
  format: v.literal(SNAPSHOT_FORMAT),
  /** The digest of the whole index, as `store.root()` gives it; empty for no entries. */
  root: v.union([digest, v.literal('')]),
  entries: size,
  /** Bytes of all contents, each entry counted. */
  bytes: size,
  /** Digests of prefixes that a reader may want to compare before it fetches the index. */
  prefixes: v.record(v.string(), v.union([digest, v.literal('')])),
  subtrees: v.array(Subtree),
  /**
   * Digests of the manifests of snapshots that this one goes on from, the newest first: what they held,
   * it holds, unless somebody has changed it since.
   */
  merged: v.pipe(v.array(digest), v.maxLength(MAX_ANCESTORS)),
  /**
   * Digest of the manifest with which its tag began: from there on, each snapshot at that tag went on from the one
   * before. Absent: it is this one.
   */
  first: v.optional(digest),
});

/** What a snapshot says of a subtree. */
export type SnapshotSubtree = Readonly<v.InferOutput<typeof Subtree>>;

/** The small JSON that a snapshot's manifest names as its config. */
export type SnapshotConfig = Readonly<v.InferOutput<typeof Config>>;

/**
 * Equal configs have equal bytes: fields come in the order of the schema, names and prefixes are
 * sorted by the caller.
 *
 * @param extra fields for others, which readers of ours pass over
 */
export function encodeConfig(config: SnapshotConfig, extra: object = {}): Uint8Array {
  const encoded = Buffer.from(JSON.stringify({ ...extra, ...v.parse(Config, config) }));
  if (encoded.byteLength > MAX_CONFIG_BYTES) {
    throw new CafsError(
      'INVALID_INPUT',
      `A snapshot's config would have ${String(encoded.byteLength)} bytes; the limit is ${String(MAX_CONFIG_BYTES)}.`,
    );
  }
  return encoded;
}

/**
 * Reads a config that came from a remote.
 *
 * @throws CafsError `UNSUPPORTED_VERSION` for a newer format, else `MALFORMED`
 */
export function decodeConfig(bytes: Uint8Array): SnapshotConfig {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new CafsError('MALFORMED', "A snapshot's config is not JSON.", { cause });
  }
  const header = v.safeParse(v.object({ format: v.number() }), json);
  if (header.success && header.output.format > SNAPSHOT_FORMAT) {
    throw new CafsError(
      'UNSUPPORTED_VERSION',
      `A snapshot has format ${String(header.output.format)}; this version reads format ${String(SNAPSHOT_FORMAT)}.`,
      { hint: 'Use a newer version of cafs.' },
    );
  }
  // Not a list of all that is wrong: there may be millions of it.
  const parsed = v.safeParse(Config, json, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new CafsError(
    'MALFORMED',
    `A snapshot's config is malformed: ${plainText(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`)}.`,
  );
}
