import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';
import type { Remote } from '../oci/remote.ts';
import type { Content } from '../pack/content.ts';
import type { Entry } from '../store/entry.ts';
import type { Area } from '../tree/area.ts';
import { readContent } from '../tree/content.ts';
import { describeFile } from '../tree/describe.ts';
import type { HashFile } from '../tree/hash-file.ts';
import { type FileInfo, hasSameAttributes, parseFileMeta } from '../tree/meta.ts';
import { keyOf } from '../tree/paths.ts';
import { type Found, walk } from '../tree/walk.ts';
import { type UploadOptions, uploadContents } from './upload.ts';

/** What is known of the remote before a save: spares uploads, and keeps entries as they were. */
export interface Known {
  /** The entry that a snapshot holds for a key. */
  entry(key: string): Entry | undefined;
  /** Where a content lies already. */
  location(digest: Digest): Location | undefined;
}

/** How areas are saved. */
export interface SaveOptions extends UploadOptions {
  /** Hears of what cannot be kept (a socket, say). */
  readonly onSkip?: (path: string, why: string) => void;
  /**
   * Hears of an area that cannot be read: what was found of it is not all of it. Absent: the first
   * such area ends the save.
   */
  readonly onFailure?: (area: Area, error: unknown) => void;
  /** Gives what hashes the files below a folder. Default: by reading them. */
  readonly hashIn?: (base: string) => HashFile;
  /** Further contents to upload along. */
  readonly also?: Iterable<Content>;
}

/** What a save came to. */
export interface SavedAreas {
  /** The entries of each area, in the order of the areas. */
  readonly entries: readonly (readonly [string, Entry][])[];
  /** Time spent on reading and hashing the files of each area, in milliseconds, in the same order. */
  readonly milliseconds: readonly number[];
  /** Where the contents lie that were uploaded. */
  readonly uploaded: ReadonlyMap<Digest, Location>;
}

/** Content of no bytes lies nowhere. */
const NOWHERE: Location = { frames: [], offset: 0 };

/**
 * Hashes what lies in areas and uploads the contents that the remote does not have.
 *
 * A path in several areas belongs to the first. A file whose content, mode and kind are as in its
 * known entry keeps that entry, old modification time included: a rebuild that wrote the same
 * bytes is no change.
 *
 * @throws CafsError `CHANGED` where a file is being written to at the same time
 */
export async function saveAreas(
  remote: Remote,
  areas: readonly Area[],
  known: Known,
  options: SaveOptions = {},
): Promise<SavedAreas> {
  const saved = areas.map((): SavedArea => ({ entries: [], milliseconds: 0 }));
  const uploaded = await uploadContents(remote, newContents(areas, known, saved, options), options);
  const entries = saved.map((area) =>
    area.entries.map(([key, entry]): [string, Entry] => {
      const location = entry.location ?? uploaded.get(entry.digest);
      return [key, location === undefined ? entry : { ...entry, location }];
    }),
  );
  return { entries, milliseconds: saved.map(({ milliseconds }) => milliseconds), uploaded };
}

/** Hashes what lies in areas and uploads nothing: entries whose contents the remote lacks have no location. */
export function hashAreas(
  areas: readonly Area[],
  known: Known,
  options: SaveOptions = {},
): SavedAreas['entries'] {
  const saved = areas.map((): SavedArea => ({ entries: [], milliseconds: 0 }));
  const contents = newContents(areas, known, saved, options);
  // The entries are filled in on the way.
  while (contents.next().done !== true);
  return saved.map(({ entries }) => entries);
}

/** What was found of an area so far. */
interface SavedArea {
  readonly entries: [string, Entry][];
  milliseconds: number;
}

/** Gives each content that has to be uploaded once; fills in the entries on the way. */
function* newContents(
  areas: readonly Area[],
  known: Known,
  saved: readonly SavedArea[],
  options: SaveOptions,
): Generator<Content> {
  const run = {
    known,
    options,
    claimed: new Set<string>(),
    queued: new Set<Digest>(),
    done: 0,
    bytes: 0,
  };
  yield* options.also ?? [];
  for (const [number, area] of areas.entries()) {
    const own = saved[number];
    if (own === undefined) continue;
    try {
      yield* timed(contentsOf(area, own, run), own);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (options.onFailure === undefined) throw error;
      options.onFailure(area, error);
    }
  }
}

/** What the areas of one save have in common. */
interface Run {
  readonly known: Known;
  readonly options: SaveOptions;
  /** Keys that an area before has. */
  readonly claimed: Set<string>;
  readonly queued: Set<Digest>;
  done: number;
  bytes: number;
}

function* contentsOf(area: Area, saved: SavedArea, run: Run): Generator<Content, void, undefined> {
  const { options, claimed, queued } = run;
  const hash = options.hashIn?.(area.base);
  for (const found of walk(area.base, withSkips(area, options))) {
    options.signal?.throwIfAborted();
    const { key, path } = keyOf(area.root, found.path);
    if (claimed.has(key)) continue;
    claimed.add(key);
    const entry = locate(describe(area, found, { path, hash }), key, run.known);
    saved.entries.push([key, entry]);
    run.done += 1;
    run.bytes += entry.size;
    options.observer?.({ kind: 'hash', done: run.done, bytes: run.bytes });
    if (entry.location !== undefined || queued.has(entry.digest)) continue;
    queued.add(entry.digest);
    const file = `${area.base}/${found.path}`;
    yield {
      digest: entry.digest,
      size: entry.size,
      read: () => timed(readContent(file, entry), saved),
    };
  }
}

/** The same items; the time that each takes to come counts for an area. */
function* timed<T>(
  items: Generator<T, void, undefined>,
  area: SavedArea,
): Generator<T, void, undefined> {
  const next = (): IteratorResult<T, void> => {
    const started = performance.now();
    try {
      return items.next();
    } finally {
      area.milliseconds += performance.now() - started;
    }
  };
  try {
    for (let step = next(); step.done !== true; step = next()) yield step.value;
  } finally {
    // Whoever stops early has files closed.
    items.return();
  }
}

function withSkips(area: Area, { onSkip }: SaveOptions): Parameters<typeof walk>[1] {
  return {
    ...(area.within === undefined ? {} : { within: area.within }),
    enter: (path) => area.enter(path),
    select: (path, kind) => area.select(path, kind),
    ...(onSkip === undefined ? {} : { onSkip }),
  };
}

function describe(
  area: Area,
  found: Found,
  { path, hash }: { readonly path: string | undefined; readonly hash: HashFile | undefined },
): FileInfo {
  const info = describeFile(area.base, found, hash);
  return path === undefined ? info : { ...info, meta: { ...info.meta, path } };
}

function locate(info: FileInfo, key: string, known: Known): FileInfo & Entry {
  const before = known.entry(key);
  if (before?.location !== undefined && before.digest === info.digest) {
    const meta = parseFileMeta(before.meta);
    if (hasSameAttributes(meta, info.meta)) return { ...before, meta };
  }
  const location = info.size === 0 ? NOWHERE : known.location(info.digest);
  return location === undefined ? info : { ...info, location };
}
