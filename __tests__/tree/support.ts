import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { afterAll } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { describeFile } from '../../src/tree/describe.ts';
import { differences, staleFiles } from '../../src/tree/difference.ts';
import type { FileInfo, FileMetaJson } from '../../src/tree/meta.ts';
import { readFileChunks, readTarget } from '../../src/tree/read.ts';
import { type Selection, walk } from '../../src/tree/walk.ts';
import { TreeWriter, type WriterOptions } from '../../src/tree/writer.ts';
import { useTempDirs } from '../support/temp.ts';

/** A moment with microseconds that no double holds exactly. */
export const MOMENT = 1_700_000_000_123.457;

export const EVERYTHING: Selection = { enter: () => true, select: () => true };

/** Info of a regular file with these bytes. */
export function infoOf(bytes: Uint8Array | string, meta: Partial<FileMetaJson> = {}): FileInfo {
  const content = Buffer.from(bytes);
  return {
    digest: digestOf(content),
    size: content.byteLength,
    meta: { mode: 0o644, mtimeMs: MOMENT, ...meta },
  };
}

/** What a save would keep of a folder. */
export function describeTree(
  base: string,
  selection: Selection = EVERYTHING,
): Map<string, FileInfo> {
  return new Map(
    [...walk(base, selection)].map((found) => [found.path, describeFile(base, found)]),
  );
}

/** Brings `target` to what `wanted` says, with contents out of `source`. */
export function restore(
  source: string,
  target: string,
  wanted: ReadonlyMap<string, FileInfo>,
  selection: Selection = EVERYTHING,
  options: Partial<WriterOptions> = {},
): string[] {
  const writer = new TreeWriter(target, {
    allowed: () => true,
    wanted: (path) => wanted.get(path)?.meta,
    ...options,
  });
  const written: string[] = [];
  for (const { path } of [...staleFiles(target, selection, wanted)]) writer.remove(path);
  for (const [path, difference] of [...differences(target, wanted)]) {
    const info = wanted.get(path)!;
    if (difference === 'same') continue;
    if (difference === 'attributes') writer.setAttributes(path, info.meta);
    else writeEntry(writer, `${source}/${path}`, path, info);
    written.push(path);
  }
  writer.finish();
  return written;
}

function writeEntry(writer: TreeWriter, from: string, path: string, info: FileInfo): void {
  const { meta } = info;
  if (meta.kind === 'folder') writer.makeFolder(path, meta);
  else if (meta.kind === 'symlink') writer.writeSymlink(path, readTarget(from), meta);
  else if (info.size % 2 === 0) writer.writeFile(path, readFileSync(from), info);
  else writer.writeFile(path, readFileChunks(from), info);
}

/**
 * Does something without root's right to pass over modes. Root lends its process to `nobody` for
 * that long, who is given the folder with all that it holds; anybody else just does it.
 */
export function asOrdinaryUser<T>(dir: string, action: () => T): T {
  if (process.geteuid?.() !== 0) return action();
  const nobody = 65534;
  execFileSync('chown', ['-Rh', String(nobody), dir]);
  process.seteuid!(nobody);
  try {
    return action();
  } finally {
    process.seteuid!(0);
  }
}

/** Temporary folders that go away at the end even when there are read-only folders in them. */
export function useTreeDirs(): () => string {
  const made: string[] = [];
  // Hooks run in the order of their definition: this one before the one that removes.
  afterAll(() => {
    if (process.platform === 'win32' || made.length === 0) return;
    execFileSync('chmod', ['-R', 'u+rwX', ...made]);
  });
  const tempDir = useTempDirs();
  return () => {
    const dir = tempDir();
    made.push(dir);
    return dir;
  };
}

/** The error that something throws. */
export function errorOf(action: () => unknown): Error & { code?: unknown } {
  try {
    action();
  } catch (error) {
    // An error of Node's own is of another realm than the test: `instanceof` does not know it.
    if (typeof error === 'object' && error !== null && 'message' in error) return error as Error;
  }
  throw new Error('It did not throw an error.');
}
