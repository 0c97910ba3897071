import { type Digest, digestOf } from '../digest.ts';
import { CafsError } from '../errors.ts';

/** The version of records that this code writes, and the only one that it reads. */
export const RECORD_VERSION = 1;

/** Bytes of a record, for about a million files: more is neither written nor read. */
export const MAX_RECORD_BYTES = 128 * 1024 * 1024;

/** What an input file is. Executable: its owner may execute it. */
export type InputKind = 'file' | 'executable' | 'symlink';

/** An input file, with the digest of its bytes; of a symlink, of its target's bytes. */
export type InputFile = readonly [path: string, kind: InputKind, digest: Digest];

/** An environment variable, with the digest of its value; null: unset, which is not empty. */
export type InputVariable = readonly [name: string, digest: Digest | null];

/** Another subtree that this one depends on, with the digest of its {@link OwnRecord}. */
type InputDependency = readonly [name: string, digest: Digest];

/** The lists of patterns, as the user wrote them. */
export interface RecordGlobs {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly sharedInputs: readonly string[];
}

/** All that a subtree's fingerprint covers but its dependencies. */
export interface OwnRecord {
  readonly version: typeof RECORD_VERSION;
  /** The subtree's name: its folder. */
  readonly name: string;
  /** Operating system and architecture, such as `linux-x64`; or `any`. */
  readonly platform: string;
  readonly salt: string;
  /** Sorted by name. */
  readonly env: readonly InputVariable[];
  readonly globs: RecordGlobs;
  /** Paths relative to the subtree, sorted. */
  readonly files: readonly InputFile[];
  /** Paths relative to the workspace, sorted. */
  readonly shared: readonly InputFile[];
}

/**
 * All that a subtree's fingerprint covers. Kept in the snapshot, to tell later what changed.
 *
 * Lists are sorted by the UTF-8 bytes of their first member, and hold no name twice.
 */
export interface FingerprintRecord extends OwnRecord {
  /**
   * The subtrees that this one depends on, directly or not, sorted by name. All of them, with
   * digests that cover their own part only: so a cycle is nothing special.
   */
  readonly dependencies: readonly InputDependency[];
}

/**
 * The bytes of a record's own part: JSON without spaces, its members in the order of
 * {@link OwnRecord}. As JSON gives every list and text its bounds, two records never share bytes.
 */
export function encodeOwnRecord(record: OwnRecord): Uint8Array {
  return encode(ownMembers(record));
}

/** The bytes of a whole record: its own part's members, then `dependencies`. */
export function encodeRecord(record: FingerprintRecord): Uint8Array {
  return encode({ ...ownMembers(record), dependencies: record.dependencies });
}

/** The digest that dependents cover. */
export function ownDigestOf(record: OwnRecord): Digest {
  return digestOf(encodeOwnRecord(record));
}

/** The fingerprint: the digest of the whole record's bytes. */
export function fingerprintOf(record: FingerprintRecord): Digest {
  return digestOf(encodeRecord(record));
}

/** The order of members is part of the format. */
function ownMembers(record: OwnRecord): OwnRecord {
  const { version, name, platform, salt, env, globs, files, shared } = record;
  const { inputs, outputs, sharedInputs } = globs;
  return {
    version,
    name,
    platform,
    salt,
    env,
    globs: { inputs, outputs, sharedInputs },
    files,
    shared,
  };
}

function encode(members: OwnRecord | FingerprintRecord): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(members));
  if (bytes.byteLength <= MAX_RECORD_BYTES) return bytes;
  throw new CafsError(
    'INVALID_INPUT',
    `The record of the inputs of ${JSON.stringify(members.name)} would have ${String(bytes.byteLength)} bytes; the limit is ${String(MAX_RECORD_BYTES)}.`,
    { hint: 'Leave folders out of its inputs: "!node_modules/**".' },
  );
}
