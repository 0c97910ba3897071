import { digestOf, hexOf } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { bytesOf, escapeByte, hexOfByte, replaceEscaped, showPath } from '../names.ts';
import { quoted } from '../quoted.ts';
import { MAX_KEY_BYTES, assertKey, normalisePrefix } from '../store/keys.ts';
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
 * The key of a path under a prefix. Two paths never share a key, and {@link pathBelow} gives the path
 * back.
 *
 * A key is the prefix and the path, with `%` written as `%25`, runs of two or more dots as
 * `%2E%2E...`, as keys may not hold `..`, and bytes that are not UTF-8 as `%FF`. Where the prefix is
 * empty, `_` at the start is `%5F`, as keys may not begin with it. A path that is too long gets as
 * many of its leading folders as there is room for, `%~`, and the SHA-256 of the whole path's bytes.
 *
 * @param prefix empty, or as {@link treePrefix} gives it
 * @throws CafsError `CONTAINMENT` for a path that is not relative, or not normal
 *
 * @example
 * keyBelow('ws/', 'app/[...slug].tsx') // { key: 'ws/app/[%2E%2E%2Eslug].tsx' }
 * keyBelow('ws/', decodeName(Buffer.from([0xff]))) // { key: 'ws/%FF' }
 * keyBelow('', '_private') // { key: '%5Fprivate' }
 */
export function keyBelow(prefix: string, path: string): KeyAndPath {
  requireContained(path, 'linux');
  const escaped = escape(path);
  const key = unreserve(prefix + escaped);
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return { key };
  return { key: unreserve(hashedKey(prefix, path)), path: escaped };
}

/**
 * The path that a key under a prefix stands for. Keys come from outside: only what {@link keyBelow}
 * makes is taken.
 *
 * @param meta the metadata of the key's entry
 * @throws CafsError `MALFORMED` for a key, or a path in the metadata, that {@link keyBelow} would
 *   not make; `CONTAINMENT` for a path that would leave what it is relative to
 */
export function pathBelow(prefix: string, key: string, meta: Pick<FileMeta, 'path'> = {}): string {
  if (!key.startsWith(prefix)) throw malformed(key, `it does not begin with "${prefix}"`);
  const rest = key.slice(prefix.length);
  const escaped = HASHED.test(rest) ? meta.path : rest;
  if (escaped === undefined) throw malformed(key, 'its metadata holds no path');
  const path = unescape(prefix === '' ? escaped.replace(/^%5F/, '_') : escaped);
  const made = keyBelow(prefix, path);
  if (made.key !== key) {
    throw malformed(key, `the file ${showPath(path)} has the key ${quoted(made.key)}`);
  }
  if (made.path !== meta.path) throw malformed(key, 'its metadata holds a path, and must not');
  return path;
}

/**
 * The prefix of a tree in a store: empty, or ending in `/`.
 *
 * @throws InvalidKeyError, ReservedKeyError where no key may begin with it; CafsError `INVALID_INPUT`
 *   where it leaves too little room
 */
export function treePrefix(prefix: string): string {
  const normal = normalisePrefix(prefix);
  if (normal !== '') assertKey(normal);
  if (hasRoom(normal)) return normal;
  throw new CafsError('INVALID_INPUT', `The prefix ${JSON.stringify(prefix)} is too long.`, {
    hint: `Take one of at most ${String(MAX_KEY_BYTES - HASH_BYTES)} bytes.`,
  });
}

/** The key of a path below one of the roots: {@link keyBelow}. */
export function keyOf(root: RootName, path: string): KeyAndPath {
  return keyBelow(`${root}/`, path);
}

/**
 * The place that a key below one of the roots stands for.
 *
 * @throws as {@link pathBelow}
 */
export function pathOf(key: string, meta: Pick<FileMeta, 'path'> = {}): Place {
  const root = key.slice(0, Math.max(key.indexOf('/'), 0));
  if (!isRootName(root)) throw malformed(key, 'it does not begin with "ws/", "home/" or "root/"');
  return { root, path: pathBelow(`${root}/`, key, meta) };
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
  if (hasRoom(prefix)) return prefix;
  throw new CafsError('INVALID_INPUT', `The path of the folder ${showPath(folder)} is too long.`, {
    hint: 'Name one of its parents instead.',
  });
}

function hashedKey(prefix: string, path: string): string {
  let folders = prefix;
  for (const folder of path.split('/').slice(0, -1)) {
    const longer = `${folders}${escape(folder)}/`;
    if (!hasRoom(longer)) break;
    folders = longer;
  }
  return `${folders}%~${hexOf(digestOf(bytesOf(path)))}`;
}

/** Whether a hashed key may begin with this. */
function hasRoom(prefix: string): boolean {
  return Buffer.byteLength(prefix) + HASH_BYTES <= MAX_KEY_BYTES;
}

/** The store keeps keys that begin with `_` for itself. */
function unreserve(key: string): string {
  return key.startsWith('_') ? `%5F${key.slice(1)}` : key;
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

/** Whether a name is that of a root: what the keys of files begin with. */
export function isRootName(name: string): name is RootName {
  return name === 'ws' || name === 'home' || name === 'root';
}

function malformed(key: string, reason: string): CafsError {
  return new CafsError('MALFORMED', `The key ${quoted(key)} is malformed: ${reason}.`);
}
