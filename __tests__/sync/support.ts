import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { afterAll } from '@jest/globals';

import type { Digest } from '../../src/digest.ts';
import type { Location } from '../../src/location.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { Index } from '../../src/store/entry-index.ts';
import { Blobs } from '../../src/store/blobs.ts';
import type { DeliverOptions } from '../../src/store/deliver.ts';
import type { Entry } from '../../src/store/entry.ts';
import { downloadsFrom } from '../../src/sync/download.ts';
import { type Draft, prepare } from '../../src/sync/publish.ts';
import { type RestoreRequest, type Restored, restoreAreas } from '../../src/sync/restore-areas.ts';
import { type Known, type SavedAreas, saveAreas } from '../../src/sync/save-areas.ts';
import { type Snapshot, readIndex, readSnapshot } from '../../src/sync/snapshot.ts';
import { type Area, entriesByPath } from '../../src/tree/area.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';

/** Both kinds of remote, for `describe.each`. */
export const KINDS = ['layout', 'registry'] as const;

/** Remotes and folders that are gone when the test file ends. Call it once, outside of tests. */
export function useSync(): {
  tempDir: () => string;
  remote: (kind: (typeof KINDS)[number]) => Remote;
} {
  const opened: Remote[] = [];
  afterAll(() => Promise.all(opened.map((remote) => remote.close())));
  const tempDir = useTempDirs();
  const remote = (kind: (typeof KINDS)[number]): Remote => {
    const name = kind === 'layout' ? `oci:${join(tempDir(), 'remote')}` : freshRepository();
    const one = openRemote(name, { cwd: tempDir() });
    opened.push(one);
    return one;
  };
  return { tempDir, remote };
}

/** All of a folder, or of one of its folders. */
export function areaOf(base: string, folder = ''): Area {
  const prefix = folder === '' ? '' : `${folder}/`;
  return {
    root: 'ws',
    base,
    select: (path) => path.startsWith(prefix),
    enter: (path) => prefix.startsWith(`${path}/`) || path.startsWith(prefix),
  };
}

/** Bytes that no compressor makes smaller. */
export function noise(length: number): Buffer {
  return randomBytes(length);
}

/** Nothing is known of the remote. */
export const NOTHING: Known = { entry: () => undefined, location: () => undefined };

/** What a snapshot holds already. */
export function knownFrom(entries: Iterable<readonly [string, Entry]>): Known {
  const byKey = new Map(entries);
  const locations = new Map<Digest, Location | undefined>(
    [...byKey.values()].map(({ digest, location }) => [digest, location]),
  );
  return { entry: (key) => byKey.get(key), location: (digest) => locations.get(digest) };
}

/** Saves areas and points a tag at what they hold. */
export async function saveAs(
  remote: Remote,
  tag: string,
  areas: readonly Area[],
  known: Known = NOTHING,
): Promise<{ readonly saved: SavedAreas; readonly descriptor: Descriptor }> {
  const saved = await saveAreas(remote, areas, known);
  const entries = new Index(saved.entries.flat());
  const draft = { entries, subtrees: [], prefixes: [], annotations: {} };
  return { saved, descriptor: await publish(remote, draft, [tag]) };
}

/** Points tags at a snapshot, whatever they point to. */
export async function publish(
  remote: Remote,
  draft: Draft,
  tags: readonly string[],
): Promise<Descriptor> {
  const prepared = await prepare(remote, draft);
  return (await prepared.tag(tags)).descriptor;
}

/** Reads a tag's snapshot, with nothing kept from before. */
export async function readAt(remote: Remote, tag: string, dir: string): Promise<Snapshot> {
  const snapshot = await readSnapshot(remote, tag, { blobs: Blobs.open(dir) });
  if (snapshot === undefined) throw new Error(`There is no tag ${tag}.`);
  return snapshot;
}

/** All entries of a tag's snapshot. */
export async function entriesAt(
  remote: Remote,
  tag: string,
  dir: string,
): Promise<[string, Entry][]> {
  const options = { blobs: Blobs.open(dir) };
  const { entries } = await readIndex(remote, await readAt(remote, tag, dir), options);
  return [...entries.range('')];
}

/** An area that is to hold entries of a snapshot. */
export interface AreaRequest {
  readonly area: Area;
  readonly entries: readonly (readonly [string, Entry])[];
  /** Default: stale files are removed. */
  readonly removes?: (path: string) => boolean;
}

/** Restores areas from a remote; gives what became of each. */
export function restoreFrom(
  remote: Remote,
  requests: readonly AreaRequest[],
  options: DeliverOptions = {},
): Promise<Restored[]> {
  const asked = requests.map(({ area, entries, removes = () => true }): RestoreRequest => ({
    area,
    wanted: () => entriesByPath(area, entries),
    removes,
  }));
  return restoreAreas(downloadsFrom(remote), asked, options);
}

/** Restores one area; gives what became of it. */
export async function restoreOne(remote: Remote, request: AreaRequest): Promise<Restored> {
  const [restored] = await restoreFrom(remote, [request]);
  return restored!;
}

/** Counts and, where asked to, changes what a remote does. */
export class SpyRemote implements Remote {
  /** Blobs that were stored, with their sizes. */
  readonly puts: [Digest, number][] = [];
  /** Blobs that were asked for, whole or in part. */
  readonly gets: Digest[] = [];
  /** Changes what a read of a blob gives; may throw. */
  alter: (digest: Digest, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes;
  readonly #inner: Remote;

  constructor(inner: Remote) {
    this.#inner = inner;
  }

  get name(): string {
    return this.#inner.name;
  }

  get stats(): Remote['stats'] {
    return this.#inner.stats;
  }

  get traits(): Remote['traits'] {
    return this.#inner.traits;
  }

  resolve: Remote['resolve'] = (...args) => this.#inner.resolve(...args);
  getManifest: Remote['getManifest'] = (...args) => this.#inner.getManifest(...args);
  putManifest: Remote['putManifest'] = (...args) => this.#inner.putManifest(...args);
  hasBlob: Remote['hasBlob'] = (...args) => this.#inner.hasBlob(...args);
  delete: Remote['delete'] = (...args) => this.#inner.delete(...args);
  listTags: Remote['listTags'] = (...args) => this.#inner.listTags(...args);

  getBlobStream: Remote['getBlobStream'] = (blob, options) => {
    this.gets.push(blob.digest);
    return this.#inner.getBlobStream(blob, options);
  };

  getBlob: Remote['getBlob'] = async (blob, options) => {
    this.gets.push(blob.digest);
    return this.alter(blob.digest, await this.#inner.getBlob(blob, options));
  };

  getBlobRange: Remote['getBlobRange'] = async (blob, range, options) => {
    this.gets.push(blob.digest);
    return this.alter(blob.digest, await this.#inner.getBlobRange(blob, range, options));
  };

  putBlob: Remote['putBlob'] = async (digest, content, options) => {
    this.puts.push([digest, content instanceof Uint8Array ? content.byteLength : content.size]);
    await this.#inner.putBlob(digest, content, options);
  };

  async close(): Promise<void> {
    // Whoever opened the remote closes it.
  }
}
