import { type FileHandle, constants, lstat, open } from 'node:fs/promises';

import { CafsError, systemCode } from '../errors.ts';
import { isRefused } from '../file-access.ts';
import { BrokenLayoutError } from './broken-layout.ts';

// Windows has neither of the two, and gets 0. A pipe in a file's place must not keep us waiting.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
const READ_FLAGS = (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK;

/** A file that is open for reading, and its size in bytes when it was opened. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * Opens a file of an image layout, which may come from anywhere: what is a symlink, a pipe or a folder
 * is neither followed nor waited for.
 *
 * @param noFile the error to throw where something else than a file lies there
 * @returns undefined where nothing lies there
 * @throws CafsError `DENIED` where this user may not read it; what `noFile` gives
 */
export async function openRegularFile(
  path: string,
  noFile: () => CafsError,
): Promise<OpenFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, READ_FLAGS);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    const found = await lstat(path).catch(() => undefined);
    throw found === undefined || found.isFile() ? explainRead(error, path) : noFile();
  }
  try {
    const stats = await handle.stat();
    if (stats.isFile()) return { handle, size: stats.size };
    throw noFile();
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads a small file that makes a folder an image layout, as text. Not more than the limit is ever held in
 * memory.
 *
 * @param limit bytes
 * @param hint what is to be done about a file that is none of these
 * @returns undefined where nothing lies there
 * @throws CafsError `MALFORMED` where it is larger, or no file; `DENIED`
 */
export async function readSmallFile(
  path: string,
  limit: number,
  hint: string,
): Promise<string | undefined> {
  const file = await openRegularFile(
    path,
    () => new BrokenLayoutError(`What lies at ${path} is no file.`, { hint }),
  );
  if (file === undefined) return undefined;
  try {
    if (file.size > limit) throw tooLarge(path, file.size, limit, hint);
    // It may have grown since, which one byte more tells.
    const buffer = Buffer.allocUnsafe(file.size + 1);
    const filled = await fill(file.handle, buffer, 0);
    if (filled > limit) throw tooLarge(path, filled, limit, hint);
    return buffer.toString('utf8', 0, filled);
  } finally {
    await file.handle.close();
  }
}

/**
 * Reads a run of bytes into a buffer.
 *
 * @param position where the run begins in the file
 * @returns how many bytes there were: fewer than the buffer takes where the file ends before
 */
export async function fill(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.byteLength) {
    const rest = buffer.byteLength - filled;
    const { bytesRead } = await handle.read(buffer, filled, rest, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Turns a refusal to read an image layout into an error that says what to do; others stay as they are. */
export function explainRead(error: unknown, path: string): unknown {
  if (!isRefused(error)) return error;
  return new CafsError('DENIED', `No permission to read ${path}.`, {
    hint: 'Make the image layout readable for this user, or name another one.',
    cause: error,
  });
}

function tooLarge(path: string, size: number, limit: number, hint: string): CafsError {
  return new BrokenLayoutError(
    `The file ${path} has ${String(size)} bytes; not more than ${String(limit)} are read.`,
    { hint },
  );
}
