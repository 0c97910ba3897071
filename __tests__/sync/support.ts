import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { afterAll } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { Location } from '../../src/location.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { Blobs } from '../../src/store/blobs.ts';
import type { Entry } from '../../src/store/entry.ts';
import { publish } from '../../src/sync/publish.ts';
import { type RestoreRequest, type Restored, restoreAreas } from '../../src/sync/restore-areas.ts';
import { type Known, type SavedAreas, saveAreas } from '../../src/sync/save-areas.ts';
import { type Snapshot, readIndex, readSnapshot } from '../../src/sync/snapshot.ts';
import type { Area } from '../../src/tree/area.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';

/** A moment that doubles, file systems and JSON all hold exactly. */
export const MOMENT = 1_700_000_000_500;

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

/** A file's text, or what else lies at a path. */
export type Content =
  string | Uint8Array | { readonly link: string } | { readonly script: string } | typeof FOLDER;

/** An empty folder. */
export const FOLDER = { isFolder: true } as const;

/** Writes a tree, each of its parts with the same modification time. */
export function writeTree(base: string, tree: Readonly<Record<string, Content>>): void {
  mkdirSync(base, { recursive: true });
  for (const [path, content] of Object.entries(tree)) {
    const file = join(base, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) {
      writeFileSync(file, content);
      chmodSync(file, 0o644);
    } else if ('link' in content) symlinkSync(content.link, file);
    else if ('isFolder' in content) mkdirSync(file, { recursive: true });
    else {
      writeFileSync(file, content.script);
      chmodSync(file, 0o755);
    }
  }
  for (const path of Object.keys(tree)) lutimesSync(join(base, path), MOMENT / 1000, MOMENT / 1000);
}

/** What lies below a folder: kind, mode, modification time and digest of each, by path. */
export function readTree(base: string): Record<string, string> {
  return Object.fromEntries(
    pathsBelow(base).map((path) => {
      const file = join(base, path);
      const stats = lstatSync(file);
      const mode = (stats.mode & 0o777).toString(8);
      // Entries hold microseconds, which is what Node can set.
      const time = Math.round(stats.mtimeMs * 1000) / 1000;
      // Folders that are no entries of their own have the time of their making.
      if (stats.isDirectory()) return [path, `folder ${mode}`];
      if (stats.isSymbolicLink()) return [path, `link ${readlinkSync(file)} ${time}`];
      return [path, `file ${mode} ${time} ${digestOf(readFileSync(file))}`];
    }),
  );
}

/** What makes a file on disk this very file, untouched since. */
export function identities(base: string): Record<string, string> {
  return Object.fromEntries(
    pathsBelow(base)
      .map((path) => [path, lstatSync(join(base, path), { bigint: true })] as const)
      .filter(([, stats]) => !stats.isDirectory())
      .map(([path, { ino, ctimeNs }]) => [path, `${ino} ${ctimeNs}`]),
  );
}

/** All paths below a folder, sorted. Node's own recursion follows symlinks; this one does not. */
function pathsBelow(base: string, folder = ''): string[] {
  return readdirSync(join(base, folder), { withFileTypes: true })
    .flatMap((child) => {
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      return child.isDirectory() ? [path, ...pathsBelow(base, path)] : [path];
    })
    .sort();
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
  const descriptor = await publish(
    remote,
    { entries: saved.entries.flat(), subtrees: [], prefixes: [], annotations: {} },
    { tags: [tag] },
  );
  return { saved, descriptor: descriptor! };
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
  return readIndex(remote, await readAt(remote, tag, dir));
}

/** Restores one area; gives what became of it. */
export async function restoreOne(
  remote: Remote,
  request: Omit<RestoreRequest, 'removes'> & Partial<RestoreRequest>,
): Promise<Restored> {
  const [restored] = await restoreAreas(remote, [{ removes: () => true, ...request }]);
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

  resolve: Remote['resolve'] = (...args) => this.#inner.resolve(...args);
  getManifest: Remote['getManifest'] = (...args) => this.#inner.getManifest(...args);
  putManifest: Remote['putManifest'] = (...args) => this.#inner.putManifest(...args);
  hasBlob: Remote['hasBlob'] = (...args) => this.#inner.hasBlob(...args);
  listTags: Remote['listTags'] = (...args) => this.#inner.listTags(...args);

  getBlob: Remote['getBlob'] = async (blob, options) => {
    this.gets.push(blob.digest);
    return this.alter(blob.digest, await this.#inner.getBlob(blob, options));
  };

  getBlobRange: Remote['getBlobRange'] = async (blob, range, options) => {
    this.gets.push(blob.digest);
    return this.alter(blob.digest, await this.#inner.getBlobRange(blob, range, options));
  };

  putBlob: Remote['putBlob'] = async (digest, bytes, options) => {
    this.puts.push([digest, bytes.byteLength]);
    await this.#inner.putBlob(digest, bytes, options);
  };

  async close(): Promise<void> {
    // Whoever opened the remote closes it.
  }
}
