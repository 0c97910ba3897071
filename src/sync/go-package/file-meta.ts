import type { Json } from '../../store/entry.ts';

/** Go's `os.ModeDir`. */
const MODE_DIR = 2 ** 31;
const MAX_MODE = 2 ** 32 - 1;
const PERMISSIONS = 0o777;

/** What Go makes of a `time.Time` that was not set. */
const NO_TIME = '0001-01-01T00:00:00Z';
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * The metadata of an entry as it is here. Go's `FileMeta`, which is known by its form, becomes
 * {@link FileMeta}; anything else stays as it is.
 *
 * Only permissions travel here. Where Go's mode says more, the member `goMode` keeps it; a folder
 * that has no content becomes one, a symlink does not: its content may be the target's.
 *
 * @param size of the content, in bytes
 * @returns undefined where there is none, or Go's says nothing
 * @see https://pkg.go.dev/io/fs#FileMode
 */
export function readGoMeta(meta: Json | undefined, size: number): Json | undefined {
  if (meta === undefined || meta === null) return undefined;
  const file = asFileMeta(meta);
  if (file === undefined) return meta;
  const { mode, mtimeMs } = file;
  const isFolder = mode !== undefined && mode >= MODE_DIR && size === 0;
  const read = {
    ...(isFolder ? { kind: 'folder' } : {}),
    // Without setuid and the like. JavaScript's `&` makes a signed number of both sides.
    ...(mode === undefined ? {} : { mode: mode & PERMISSIONS }),
    ...(mtimeMs === undefined ? {} : { mtimeMs }),
    ...(mode === undefined || mode <= PERMISSIONS ? {} : { goMode: mode }),
  };
  return Object.keys(read).length === 0 ? undefined : read;
}

/** Go leaves out a mode of 0, which no file is likely to have, and writes a time that was not set. */
function asFileMeta(
  meta: Json,
): { readonly mode: number | undefined; readonly mtimeMs: number | undefined } | undefined {
  if (meta === null || typeof meta !== 'object' || Array.isArray(meta)) return undefined;
  const { mode, mtime, ...others } = meta as { readonly [key: string]: Json };
  if (Object.keys(others).length > 0 || typeof mtime !== 'string') return undefined;
  if (mode !== undefined && !isMode(mode)) return undefined;
  if (mtime === NO_TIME) return { mode, mtimeMs: undefined };
  const mtimeMs = readTime(mtime);
  return mtimeMs === undefined ? undefined : { mode, mtimeMs };
}

function isMode(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_MODE;
}

/** Milliseconds since 1970 to the nearest microsecond, as `fileMetaFrom` has them. */
function readTime(text: string): number | undefined {
  const [, seconds, fraction = '', zone] = TIME.exec(text) ?? [];
  if (seconds === undefined || zone === undefined) return undefined;
  const ms = Date.parse(seconds + zone);
  const microseconds = Math.round(Number(fraction.padEnd(9, '0')) / 1000);
  return Number.isNaN(ms) ? undefined : (ms * 1000 + microseconds) / 1000;
}
