import type { Digest } from '../digest.ts';
import { NotFoundError } from '../errors.ts';
import type { Remote } from '../oci/remote.ts';
import { type ReadOptions, type Snapshot, readSnapshot } from './snapshot.ts';

/** Where a tag points. */
export interface Look {
  /** Undefined: nowhere. */
  readonly at: Digest | undefined;
  /** Undefined: there is nothing, or what is to be replaced. */
  readonly seen: Snapshot | undefined;
}

/** How it is looked at a tag. */
export interface LookOptions extends ReadOptions {
  /** Whether the remote is asked for a manifest that is on this disk, too: it may have lost it. */
  readonly asks?: boolean | undefined;
  /** Snapshots of which nothing need be read. */
  readonly stays?: (at: Digest) => boolean;
}

/**
 * Looks where a tag points, and reads what is there. That a tag points to what is not there is believed
 * when it is so twice: the tag may have moved in between, and nobody replaces a snapshot for one answer.
 *
 * @throws NotFoundError where the remote has lost what the tag points to; the errors of `readSnapshot`
 */
export async function lookAtTag(
  remote: Remote,
  tag: string,
  { asks = false, stays = () => false, ...options }: LookOptions,
): Promise<Look> {
  for (let turn = 1; ; turn += 1) {
    const at = (await remote.resolve(tag, { signal: options.signal }))?.digest;
    if (at === undefined || stays(at)) return { at, seen: undefined };
    const seen = await readSnapshot(remote, tag, { ...options, ...(asks ? {} : { at }) });
    if (seen !== undefined) return { at: seen.descriptor.digest, seen };
    if (turn === 2)
      throw new NotFoundError(`${remote.name} has lost the manifest ${at} of ${tag}.`);
  }
}

/** How often it is looked anew because the tag moves while what it points to cannot be read. */
const MAX_MOVES = 10;

/** Where a tag points; with why, if that cannot be read. */
export interface RepairLook extends Look {
  readonly damage?: unknown;
}

/**
 * Looks where a tag points, for somebody who replaces what cannot be read: that is so where reading fails twice, and
 * the tag did not move meanwhile. Somebody else may just have mended it.
 *
 * @param replaces whether an error says that what is there is to be replaced
 */
export async function lookForRepair(
  remote: Remote,
  tag: string,
  options: LookOptions,
  replaces: (error: unknown) => boolean,
): Promise<RepairLook> {
  const resolve = async (): Promise<Digest | undefined> =>
    (await remote.resolve(tag, { signal: options.signal }))?.digest;
  const look = async (): Promise<RepairLook> => {
    try {
      return await lookAtTag(remote, tag, options);
    } catch (damage) {
      if (!replaces(damage)) throw damage;
      return { at: undefined, seen: undefined, damage };
    }
  };
  let looked = await look();
  for (let turn = 1; looked.damage !== undefined && turn <= MAX_MOVES; turn += 1) {
    const at = await resolve();
    looked = await look();
    if (looked.damage !== undefined && (await resolve()) === at) return { ...looked, at };
  }
  if (looked.damage !== undefined) throw looked.damage as Error;
  return looked;
}

/**
 * Reads what others have written, once more where that fails: what is damaged stays so, and what broke on
 * the way does not.
 *
 * @param isFinal whether an error says something of what was read
 */
export async function twice<T>(
  read: () => Promise<T>,
  isFinal: (error: unknown) => boolean,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isFinal(error)) throw error;
    return read();
  }
}
