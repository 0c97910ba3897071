import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { Journal, type JournalEntry } from '../support/fault-proxy/journal.ts';
import type { FaultProxy } from '../support/fault-proxy/proxy.ts';

/** The requests that came through a proxy while work was done. */
export async function requestsOf(
  { journal }: Pick<FaultProxy, 'journal'>,
  work: () => Promise<unknown>,
): Promise<Journal> {
  const before = journal.entries.length;
  await work();
  const made = new Journal();
  made.entries.push(...journal.entries.slice(before));
  return made;
}

/** Requests in short, to be shown: `manifest-head 200`. */
export function shortly({ entries }: Journal): string[] {
  return entries.map(({ phase, status }) => `${phase} ${status}`);
}

/** The digest of a blob that a request has stored; undefined: it has stored none. */
export function storedBy({
  phase,
  status,
  path,
}: Pick<JournalEntry, 'phase' | 'status' | 'path'>): string | undefined {
  if (phase !== 'upload-finish' || status !== 201) return undefined;
  return new URL(path, 'http://any').searchParams.get('digest') ?? undefined;
}

/** The digests of blobs that were stored, as often as they were. */
export function storedBlobs({ entries }: Journal): string[] {
  return entries.map(storedBy).filter((digest) => digest !== undefined);
}

/** Files below a folder, with their sizes in bytes. */
function sizesIn(folder: string): Map<string, number> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((file) => file.isFile())
      .map((file) => {
        const path = join(file.parentPath, file.name);
        return [path, statSync(path).size];
      }),
  );
}

/** Bytes of all files that are new in a folder after work was done: what was sent to a layout. */
export async function bytesAddedTo(folder: string, work: () => Promise<unknown>): Promise<number> {
  const before = sizesIn(folder);
  await work();
  let bytes = 0;
  for (const [path, size] of sizesIn(folder)) if (!before.has(path)) bytes += size;
  return bytes;
}
