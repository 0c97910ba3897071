import type { BigIntStats, Stats } from 'node:fs';
import { inspect } from 'node:util';

import { CafsError } from '../errors.ts';
import type { Info, Json } from '../store/entry.ts';

/** What an entry of a tree is. Content: a file's bytes, a symlink's target, nothing for a folder. */
export type Kind = 'file' | 'symlink' | 'folder';

/** What something on disk is to be like. */
export interface WantedMeta {
  /** Absent: a regular file. */
  readonly kind?: Exclude<Kind, 'file'>;
  /** Permission bits, at most 0o777: setuid, setgid and sticky never travel. */
  readonly mode: number;
  /** Absent: it has whatever time it has, which is that of writing for what is written. */
  readonly mtimeMs?: number;
}

/** What an entry's metadata holds for something that came from a folder on disk. */
export interface FileMeta extends WantedMeta {
  /** Modification time: milliseconds since 1970, with up to three decimals. */
  readonly mtimeMs: number;
  /** The path, escaped as in keys, where the key holds only its hash because it was too long. */
  readonly path?: string;
}

export type FileMetaJson = FileMeta & { readonly [key: string]: Json };

/** An entry that is to lie on disk. */
export interface WantedInfo extends Info {
  readonly meta: WantedMeta & { readonly [key: string]: Json };
}

/** What is known about an entry that came from a folder on disk. */
export interface FileInfo extends WantedInfo {
  readonly meta: FileMetaJson;
}

/** The mode of a folder that needs no entry of its own, as long as something lies in it. */
export const USUAL_FOLDER_MODE = 0o755;

/** The furthest from 1970 that a `Date` reaches, in milliseconds. */
const MAX_TIME_MS = 8.64e15;

/** What a file system object is, or undefined for sockets, pipes and devices. */
export function kindOf(
  stats: Pick<Stats, 'isFile' | 'isSymbolicLink' | 'isDirectory'>,
): Kind | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isSymbolicLink()) return 'symlink';
  return stats.isDirectory() ? 'folder' : undefined;
}

/**
 * Metadata from what `lstat` gave.
 *
 * Modes are made equal where they mean nothing, so that the same tree gives the same metadata
 * everywhere: a symlink's is 0o777, and Windows knows no more than read-only files.
 *
 * @example
 * await store.put(key, { file }, { meta: fileMetaFrom(lstatSync(file)) });
 */
export function fileMetaFrom(
  stats: Stats | BigIntStats,
  platform: NodeJS.Platform = process.platform,
): FileMetaJson {
  const kind = kindOf(stats) ?? 'file';
  const mtimeMs = microsecondsOf(stats) / 1000;
  if (kind === 'symlink') return { kind, mode: 0o777, mtimeMs };
  const mode = platform === 'win32' ? windowsMode(stats, kind) : Number(stats.mode) & 0o777;
  return kind === 'file' ? { mode, mtimeMs } : { kind, mode, mtimeMs };
}

/** Whether an entry's metadata has this kind and mode: all but the time, which no content depends on. */
export function hasSameAttributes(meta: unknown, { kind, mode }: FileMeta): boolean {
  if (typeof meta !== 'object' || meta === null) return false;
  const other = meta as { readonly [key: string]: unknown };
  return other['kind'] === kind && other['mode'] === mode;
}

/** The modification time in whole microseconds since 1970. */
function microsecondsOf(stats: Stats | BigIntStats): number {
  if ('mtimeNs' in stats) {
    const nanoseconds = stats.mtimeNs + 500n;
    const microseconds = Number(nanoseconds / 1000n);
    // Division of a time before 1970 rounds up.
    return nanoseconds % 1000n < 0n ? microseconds - 1 : microseconds;
  }
  // The fraction is rounded alone: the product of all of it is not exact.
  const whole = Math.floor(stats.mtimeMs);
  return whole * 1000 + Math.round((stats.mtimeMs - whole) * 1000);
}

function windowsMode(stats: Stats | BigIntStats, kind: Kind): number {
  if (kind === 'folder') return USUAL_FOLDER_MODE;
  return (Number(stats.mode) & 0o200) === 0 ? 0o444 : 0o644;
}

/**
 * Checks metadata that came from outside. Members that are not known here are left out.
 *
 * @throws CafsError `MALFORMED`
 */
export function parseFileMeta(value: unknown): FileMetaJson {
  if (typeof value !== 'object' || value === null) throw malformed('it is no object', value);
  const { kind, mode, mtimeMs, path } = value as { readonly [key: string]: unknown };
  if (kind !== undefined && kind !== 'symlink' && kind !== 'folder') {
    throw malformed('"kind" must be "symlink", "folder" or absent', kind);
  }
  if (typeof mode !== 'number' || !Number.isInteger(mode) || mode < 0 || mode > 0o777) {
    throw malformed('"mode" must be a whole number from 0 to 511', mode);
  }
  if (typeof mtimeMs !== 'number' || !(Math.abs(mtimeMs) <= MAX_TIME_MS)) {
    throw malformed('"mtimeMs" must be milliseconds since 1970', mtimeMs);
  }
  if (path !== undefined && typeof path !== 'string') {
    throw malformed('"path" must be text or absent', path);
  }
  // In the order of `fileMetaFrom`: equal metadata must be equal JSON, wherever it came from.
  return {
    ...(kind === undefined ? {} : { kind }),
    mode,
    mtimeMs,
    ...(path === undefined ? {} : { path }),
  };
}

/** The mode of an entry that says nothing of one. */
const PLAIN_MODE = 0o644;

/**
 * What an entry is to be on disk that may have been put by hand: a regular file with mode 0644 and
 * the time of writing, where its metadata says nothing else. Metadata of another kind is let be.
 *
 * @throws CafsError `MALFORMED` for a mode, or a time, that is none
 */
export function readWantedMeta(value: unknown): WantedInfo['meta'] & Pick<FileMeta, 'path'> {
  const given = typeof value === 'object' && value !== null ? value : {};
  const hasTime = 'mtimeMs' in given;
  if (!hasTime && !('mode' in given)) return { mode: PLAIN_MODE };
  const { mtimeMs, ...meta } = parseFileMeta({ mode: PLAIN_MODE, mtimeMs: 0, ...given });
  return hasTime ? { ...meta, mtimeMs } : meta;
}

function malformed(rule: string, value: unknown): CafsError {
  const shown = inspect(value).slice(0, 100);
  return new CafsError('MALFORMED', `Metadata of a file is malformed: ${rule}, not ${shown}.`);
}
