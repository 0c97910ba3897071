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
