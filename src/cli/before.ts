import type { Digest } from '../digest.ts';
import { describeError, hasCode } from '../errors.ts';
import type { Location } from '../location.ts';
import type { Remote } from '../oci/remote.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Index } from '../store/entry-index.ts';
import type { Known } from '../sync/save-areas.ts';
import type { Carrier } from '../sync/segments.ts';
import { findLostBlobs } from '../sync/lost-blobs.ts';
import { type LookOptions, lookAtTag, twice } from '../sync/look.ts';
import { readIndex } from '../sync/snapshot.ts';
import { verifySnapshot } from '../sync/verify-snapshot.ts';
import { isDamaged, isNoRegistry, isUnusable, unreadable } from '../sync/unusable.ts';
import { remedyFor } from './remedy.ts';

/** Where a folder is pushed to. */
export interface Target {
  readonly remote: Remote;
  readonly tag: string;
  readonly blobs: Blobs;
  /** zstd's. */
  readonly level: number;
  /** Whether it is looked for what the remote has lost, and a snapshot replaced that cannot be read. */
  readonly repairs: boolean;
}

/** What a repository held before a push. */
export interface Before {
  /** Where the tag pointed. */
  readonly at: Digest | undefined;
  /** What it pointed to; undefined: nothing is there, or nothing that can be read. */
  readonly held: Carrier | undefined;
  /** What further tags point to, whose contents are not uploaded again either. */
  readonly others: readonly Carrier[];
}

/**
 * Looks what a tag points to.
 *
 * @param others further tags of the repository; the first that are missing or damaged are told of
 * @param warn hears of those that cannot be used: that costs an upload, and nothing else
 */
export async function look(
  target: Target,
  others: readonly string[],
  warn: (message: string) => void,
): Promise<Before> {
  const own = await lookAtOwn(target);
  const found: Carrier[] = [];
  for (const tag of others) {
    if (tag === target.tag) continue;
    const carrier = await lookAtOther(target, tag, warn);
    if (carrier !== undefined) found.push(carrier);
  }
  return { ...own, others: found };
}

async function lookAtOwn({
  remote,
  tag,
  blobs,
  repairs,
}: Target): Promise<Pick<Before, 'at' | 'held'>> {
  try {
    // What this disk has of it tells nothing of what the remote has.
    const damaged = repairs ? await damagedAt(remote, tag) : undefined;
    if (damaged !== undefined) return { at: damaged, held: undefined };
    // A remote may have lost the manifest as well, which this disk may still have.
    return await twice(() => readTag(remote, tag, { blobs, asks: repairs }), isDamaged);
  } catch (error) {
    if (!isDamaged(error) || isNoRegistry(error)) throw error;
    if (repairs) return { at: (await remote.resolve(tag))?.digest, held: undefined };
    const name = `${remote.name}:${tag}`;
    const isKept = hasCode(error, 'INTEGRITY') && !name.startsWith('oci:');
    const hint = isKept
      ? remedyFor(name, { kind: 'damaged', part: 'description' })
      : 'With --repair the folder takes its place.';
    throw unreadable(name, error, hint);
  }
}

/** The snapshot at a tag if its config or its index has other bytes than it must have, twice in a row. */
async function damagedAt(remote: Remote, tag: string): Promise<Digest | undefined> {
  const look = async (): Promise<Digest | undefined> => {
    const verified = await verifySnapshot(remote, tag).catch((error: unknown) => {
      if (!isDamaged(error)) throw error;
      return undefined;
    });
    const isBad = verified?.faults.some(({ kind, part }) => kind === 'damaged' && part !== 'pack');
    return isBad === true ? verified?.digest : undefined;
  };
  const first = await look();
  return first !== undefined && first === (await look()) ? first : undefined;
}

async function lookAtOther(
  { remote, blobs }: Target,
  tag: string,
  warn: (message: string) => void,
): Promise<Carrier | undefined> {
  const name = `${remote.name}:${tag}`;
  try {
    const { held } = await readTag(remote, tag, { blobs });
    if (held === undefined) warn(`There is no ${name} to take contents from.`);
    return held;
  } catch (error) {
    if (!isUnusable(error)) throw error;
    warn(`Nothing is taken from ${name}: ${describeError(error)}`);
    return undefined;
  }
}

async function readTag(
  remote: Remote,
  tag: string,
  options: LookOptions,
): Promise<Pick<Before, 'at' | 'held'>> {
  const { at, seen } = await lookAtTag(remote, tag, options);
  if (seen === undefined) return { at, held: undefined };
  return { at, held: { snapshot: seen, index: await readIndex(remote, seen, options) } };
}

/** All that was held; what goes on from the first that has a key changes least. */
export function carriersOf({ held, others }: Before): readonly Carrier[] {
  return held === undefined ? others : [held, ...others];
}

/** What the remote has lost of what it held. */
export function findLost(remote: Remote, before: Before): Promise<ReadonlySet<Digest>> {
  const manifests = carriersOf(before).map(({ snapshot: { manifest } }) => manifest);
  return findLostBlobs(remote, manifests);
}

/**
 * What need not be uploaded again, nor be described anew.
 *
 * @param lost blobs that the remote does not have any more
 */
export function knownFrom(before: Before, lost: ReadonlySet<Digest>): Known {
  const indexes = carriersOf(before).map(({ index }) => withoutLost(index.entries, lost));
  const locations = new Map<Digest, Location>();
  for (const index of indexes) {
    for (const [, { digest, location }] of index.range('')) {
      if (location !== undefined && !locations.has(digest)) locations.set(digest, location);
    }
  }
  return {
    entry: (key) => {
      for (const index of indexes) {
        const entry = index.get(key);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
    location: (digest) => locations.get(digest),
  };
}

function withoutLost(index: Index, lost: ReadonlySet<Digest>): Index {
  return lost.size === 0 ? index : index.withoutLocations(({ digest }) => lost.has(digest));
}
