import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';
import type { Remote } from '../oci/remote.ts';
import type { Content } from '../pack/content.ts';
import type { Index, PackUse } from '../store/entry-index.ts';
import type { Entry } from '../store/entry.ts';
import type { Source } from '../store/upstream.ts';
import { planCompaction } from './compaction.ts';
import { spansOf } from './spans.ts';
import { type UploadOptions, uploadContents } from './upload.ts';

/** How contents are placed. */
export interface PlaceOptions extends UploadOptions {
  /** Whether packs with much that no entry needs are written anew along with it. */
  readonly compacts: boolean;
}

/** Where contents lie by now. */
export interface Placed {
  /** Of what was uploaded. */
  readonly places: ReadonlyMap<Digest, Location>;
  /** Packs whose contents lie in others now, as far as they could be had. */
  readonly replaced: ReadonlySet<Digest>;
}

const NONE: ReadonlySet<Digest> = new Set();

/** Uploads the contents of entries that have no location. Nothing names the new packs yet. */
export async function placeContents(
  remote: Remote,
  entries: Index,
  source: Source,
  { compacts, ...options }: PlaceOptions,
): Promise<Placed> {
  const replaced = compacts ? await chooseReplaced(entries, source) : NONE;
  const isMoving = (entry: Entry): boolean => liesIn(entry, replaced) && source.has(entry);
  // Where nothing moves, most entries need no look.
  const candidates = replaced.size === 0 ? entries.unlocated() : entries.range('');
  const contents = contentsOf(candidates, source, isMoving);
  const places = await uploadContents(remote, contents, options);
  return { places, replaced };
}

/** The entries, with those of placed contents where they lie now. */
export function relocate(entries: Index, { places, replaced }: Placed): Index {
  if (places.size === 0) return entries;
  return entries
    .withoutLocations(({ digest }) => replaced.has(digest))
    .located((key, { digest }) => places.get(digest) ?? entries.get(key)?.location);
}

/** Chooses packs, and brings what entries need of them to this disk. */
async function chooseReplaced(entries: Index, source: Source): Promise<ReadonlySet<Digest>> {
  const packs = entries.packs();
  const incoming = storedBytes(entries, packs);
  const replaced = planCompaction(packs, { incoming, spans: spansOf(entries) });
  if (replaced.size === 0) return replaced;
  const absent: Entry[] = [];
  for (const [, entry] of entries.range('')) {
    if (liesIn(entry, replaced) && !source.has(entry)) absent.push(entry);
  }
  if (absent.length > 0) await source.fetch(absent);
  return replaced;
}

/** What the contents that lie nowhere will take, if they are compressed as much as the others are. */
function storedBytes(entries: Index, packs: readonly PackUse[]): number {
  const { bytes, unlocatedBytes } = entries.totals();
  const there = bytes - unlocatedBytes;
  const stored = packs.reduce((sum, { live }) => sum + live, 0);
  return there === 0 ? unlocatedBytes : unlocatedBytes * Math.min(1, stored / there);
}

function liesIn({ location }: Entry, packs: ReadonlySet<Digest>): boolean {
  return packs.size > 0 && location?.frames.some(({ pack }) => packs.has(pack.digest)) === true;
}

/** Each content that is to be uploaded, once, in the order of the keys. */
function* contentsOf(
  entries: Iterable<readonly [string, Entry]>,
  source: Source,
  isMoving: (entry: Entry) => boolean,
): Generator<Content, void, undefined> {
  const queued = new Set<Digest>();
  for (const [, entry] of entries) {
    const { digest, size } = entry;
    if (queued.has(digest) || (entry.location !== undefined && !isMoving(entry))) continue;
    queued.add(digest);
    yield { digest, size, read: () => source.read(entry) };
  }
}
