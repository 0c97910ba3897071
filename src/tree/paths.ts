import { digestOf, hexOf } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { bytesOf, escapeByte, hexOfByte, replaceEscaped, showPath } from '../names.ts';
import { MAX_KEY_BYTES } from '../store/keys.ts';
import { requireContained } from './contain.ts';
import type { FileMeta } from './meta.ts';

/** Where a path starts: the workspace, the home folder, or the file system. */
export type RootName = 'ws' | 'home' | 'root';

/** A file's place, free of the machine it is on. */
export interface Place {
  readonly root: RootName;
  /** POSIX path relative to the root: `packages/a/dist/index.js`. */
  readonly path: string;
}

/** A file's key, and its path where the key had no room for it. */
export interface KeyAndPath {
  readonly key: string;
  /** Belongs into {@link FileMeta.path}. Escaped as in keys, so that it is valid Unicode, too. */
  readonly path?: string;
}

/** `%~` and 64 hexadecimal digits. */
const HASH_BYTES = 66;
const HASHED = /(?:^|\/)%~[0-9a-f]{64}$/;

/**
 * The key of a path. Two paths never share a key, and {@link pathOf} gives the path back.
 *
 * A key is the root's name, `/` and the path, with `%` written as `%25`, runs of two or more dots
 * as `%2E%2E...`, as keys may not hold `..`, and bytes that are not UTF-8 as `%FF`. A path that is
 * too long gets as many of its leading folders as there is room for, `%~`, and the SHA-256 of the
 * whole path's bytes.
 *
 * @throws CafsError `CONTAINMENT` for a path that is not relative, or not normal
 *
 * @example
 * keyOf('ws', 'app/[...slug].tsx') // { key: 'ws/app/[%2E%2E%2Eslug].tsx' }
 * keyOf('ws', decodeName(Buffer.from([0xff]))) // { key: 'ws/%FF' }
 */
export function keyOf(root: RootName, path: string): KeyAndPath {
  requireContained(path, 'linux');
  const escaped = escape(path);
  const key = `${root}/${escaped}`;
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return { key };
  return { key: hashedKey(root, path), path: escaped };
}

/**
 * The place that a key stands for. Keys come from outside: only what {@link keyOf} makes is taken.
 *
 * @throws CafsError `MALFORMED` for a key, or a path in the metadata, that {@link keyOf} would
 *   not make; `CONTAINMENT` for a path that would leave its root
 */
export function pathOf(key: string, meta: Pick<FileMeta, 'path'> = {}): Place {
  const slash = key.indexOf('/');
  const root = key.slice(0, Math.max(slash, 0));
  if (!isRootName(root)) throw malformed(key, 'it does not begin with "ws/", "home/" or "root/"');
  const rest = key.slice(slash + 1);
  const escaped = HASHED.test(rest) ? meta.path : rest;
  if (escaped === undefined) throw malformed(key, 'its metadata holds no path');
  const path = unescape(escaped);
  const made = keyOf(root, path);
  if (made.key !== key) throw malformed(key, `it is not the key of ${showPath(path)}`);
  if (made.path !== meta.path) throw malformed(key, 'its metadata holds a path, and must not');
  return { root, path };
}

/**
 * What the keys of everything below a folder begin with, hashed keys included.
 *
 * @param folder relative to the root; empty: the root itself
 * @returns text that ends in `/`
 * @throws CafsError `INVALID_INPUT` for a folder so deep (over 957 bytes of key) that hashed keys
 *   would not lie under its prefix
 */
export function keyPrefixOf(root: RootName, folder: string): string {
  if (folder === '') return `${root}/`;
  requireContained(folder, 'linux');
  const prefix = `${root}/${escape(folder)}/`;
  if (Buffer.byteLength(prefix) + HASH_BYTES <= MAX_KEY_BYTES) return prefix;
  throw new CafsError('INVALID_INPUT', `The path of the folder ${showPath(folder)} is too long.`, {
    hint: 'Name one of its parents instead.',
  });
}

function hashedKey(root: RootName, path: string): string {
  let prefix = `${root}/`;
  for (const folder of path.split('/').slice(0, -1)) {
    const longer = `${prefix}${escape(folder)}/`;
    if (Buffer.byteLength(longer) + HASH_BYTES > MAX_KEY_BYTES) break;
    prefix = longer;
  }
  return `${prefix}%~${hexOf(digestOf(bytesOf(path)))}`;
}

function escape(path: string): string {
  const escaped = path
    .replaceAll('%', '%25')
    .replace(/\.{2,}/g, (dots) => '%2E'.repeat(dots.length));
  return replaceEscaped(escaped, (byte) => `%${hexOfByte(byte)}`);
}

/** Leaves wrong escapes as they are: escaping again does not give the same key then. */
function unescape(text: string): string {
  return text.replace(/%(25|2E|[89A-F][0-9A-F])/g, (_, hex: string) => {
    const byte = Number.parseInt(hex, 16);
    return byte < 0x80 ? String.fromCharCode(byte) : escapeByte(byte);
  });
}

function isRootName(name: string): name is RootName {
  return name === 'ws' || name === 'home' || name === 'root';
}

function malformed(key: string, reason: string): CafsError {
  return new CafsError('MALFORMED', `The key ${JSON.stringify(key)} is malformed: ${reason}.`);
}
