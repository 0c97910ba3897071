import type { Digest } from '../digest.ts';
import { CafsError, hasCode } from '../errors.ts';
import type { Remote } from '../oci/remote.ts';
import { SYSTEM_CLOCK } from '../oci/retry.ts';
import type { Blobs } from '../store/blobs.ts';
import { type Look, lookAtTag, lookForRepair } from './look.ts';
import type { SnapshotConfig } from './config.ts';
import { type Draft, type Prepared, prepare } from './publish.ts';
import { type Snapshot, readSnapshot } from './snapshot.ts';

/**
 * No request that moves a tag is sent later than this after its writer has looked where the tag points.
 * Part of the format: all writers of a tag keep to it.
 */
export const TAG_WINDOW_MS = 1000;

/** How often a writer merges anew because others moved the tag between its look and its write. */
const MAX_LOOKS = 100;

/** How often a writer merges anew because others overwrote what it wrote. */
const MAX_WRITES = 16;

/** How a tag is moved. */
export interface MoveOptions {
  /** Keeps manifests, configs and segments, so that they are fetched once. */
  readonly blobs: Blobs;
  /** See `PrepareOptions`: for several tags that are moved at the same time. */
  readonly sent?: Map<Digest, Promise<void>> | undefined;
  /** What the caller has just seen there: not looked at again before it is built on. */
  readonly first?: Look;
  /**
   * Whether a snapshot that cannot be read, for this error, is to be replaced. Default: it stays, and
   * the error is thrown.
   */
  readonly replaces?: (error: unknown) => boolean;
  /**
   * Called with each snapshot before the tag is pointed at it: whoever remembers it knows what was
   * written, however the request ends.
   */
  readonly onWriting?: (snapshot: Prepared) => Promise<unknown>;
  /** Called with each snapshot that the tag was pointed at, while it is not sure yet that it stays. */
  readonly onWritten?: (snapshot: Prepared) => Promise<unknown>;
  /** Nobody else writes this tag at this time: there is no need to look whether it was overwritten. */
  readonly soleWriter?: boolean | undefined;
  /** Default {@link TAG_WINDOW_MS}; less is for tests, where all writers of a tag have the same. */
  readonly windowMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the next snapshot from what a tag points to.
 *
 * @param seen undefined: it points to nothing, or to what is to be replaced
 * @param at the digest that it points to
 * @returns undefined: the tag is right as it is
 */
export type Propose = (
  seen: Snapshot | undefined,
  at: Digest | undefined,
) => Promise<Draft | undefined>;

/** Where a tag points after it was moved, or was found to be right. */
export interface Moved {
  /** Undefined: to nothing, as before. */
  readonly snapshot: Digest | undefined;
  /** What that says of itself. */
  readonly config: SnapshotConfig | undefined;
  /** Whether this writer moved it. */
  readonly isNew: boolean;
}

/**
 * Points a tag at a snapshot that goes on from what the tag points to, though others do the same at
 * the same time: in the end it points to a snapshot that goes on from all of them.
 *
 * Registries know no compare-and-swap. A writer looks where the tag points, writes at most
 * {@link TAG_WINDOW_MS} later, and looks again when whoever had looked before that write must have
 * written: a snapshot that does not go on from its own has overwritten it, and it merges anew.
 * docs/adr/0016-tags-that-many-write.md has the reasons and what remains.
 *
 * @param propose called again for each try
 * @throws CafsError `REMOTE` where other writers are always faster; the errors of reading a snapshot
 */
export async function moveTag(
  remote: Remote,
  tag: string,
  propose: Propose,
  options: MoveOptions,
): Promise<Moved> {
  const { first, sent, soleWriter = false, onWritten, signal } = options;
  const unanswered = new Map<Digest, Unanswered>();
  let last: Written | undefined;
  let writes = 0;
  for (let look = 1; look <= MAX_LOOKS && writes < MAX_WRITES; look += 1) {
    const given = look === 1 ? first : undefined;
    const { at, seen } = given ?? (await lookAt(remote, tag, options));
    const late = at && unanswered.get(at);
    // Unless something was written since then, it is the newest.
    let written = late?.after === last ? late?.written : undefined;
    if (written === undefined) {
      // A write that came late has taken away what was written after it: the tag is to go on from that.
      const newest = late && last && (await readWritten(remote, last, options));
      const draft = await propose(newest ?? seen, at);
      if (draft === undefined && newest === undefined) return unmoved(seen);
      const prepared =
        draft === undefined
          ? last?.prepared
          : await prepare(remote, draft, { blobs: options.blobs, sent, signal });
      if (prepared === undefined) return unmoved(seen);
      const outcome = await write(remote, tag, { at, prepared }, options);
      if (!('digest' in outcome)) {
        const { mayCome } = outcome;
        if (mayCome !== undefined)
          unanswered.set(mayCome.digest, { written: mayCome, after: last });
        await pause(look, 50, signal);
        continue;
      }
      written = outcome;
    }
    writes += 1;
    last = written;
    const { digest, prepared, waitMs } = written;
    const isSure = soleWriter || waitMs === 0;
    const telling = Promise.allSettled([onWritten?.(prepared)]);
    if (!isSure) await SYSTEM_CLOCK.sleep(waitMs, signal);
    const isDone = isSure || (await stands(remote, tag, digest, options));
    const [told] = await telling;
    if (isDone && told.status === 'rejected') throw told.reason;
    if (isDone) return { snapshot: digest, config: prepared.config, isNew: true };
    await pause(writes, 1000, signal);
  }
  throw new CafsError('REMOTE', `Other writers keep moving ${remote.name}:${tag}.`, {
    hint: 'What was uploaded is there: push again when they are done.',
  });
}

async function lookAt(
  remote: Remote,
  tag: string,
  { blobs, replaces, signal }: MoveOptions,
): Promise<Look> {
  if (replaces === undefined) return lookAtTag(remote, tag, { blobs, signal });
  return lookForRepair(remote, tag, { blobs, signal }, replaces);
}

/** This disk has what it has written: the remote need not have it under a tag any more. */
function readWritten(
  remote: Remote,
  { digest }: Written,
  { blobs, signal }: MoveOptions,
): Promise<Snapshot | undefined> {
  return readSnapshot(remote, digest, { blobs, signal });
}

function unmoved(seen: Snapshot | undefined): Moved {
  return {
    snapshot: seen?.descriptor.digest,
    config: seen?.config,
    isNew: false,
  };
}

interface Written {
  readonly digest: Digest;
  readonly prepared: Prepared;
  /** Until whoever looked before this write has written, in milliseconds; 0: nobody can have. */
  readonly waitMs: number;
}

/** What was sent and not answered in time. */
interface Unanswered {
  readonly written: Written;
  /** What was written before that. */
  readonly after: Written | undefined;
}

interface NotWritten {
  /** What was sent and not answered in time: a later look may find it there. */
  readonly mayCome?: Written;
}

/** Moves the tag, if it still points where it was seen to. */
async function write(
  remote: Remote,
  tag: string,
  { at, prepared }: { readonly at: Digest | undefined; readonly prepared: Prepared },
  { windowMs = TAG_WINDOW_MS, onWriting, signal }: MoveOptions,
): Promise<Written | NotWritten> {
  await onWriting?.(prepared);
  const looked = performance.now();
  const now = await remote.resolve(tag, { signal });
  if (now?.digest !== at) return {};
  const notAfter = looked + windowMs;
  const begun = performance.now();
  // A write of theirs takes about as long to arrive as ours did.
  const waitMs = (): number => windowMs + Math.max(windowMs / 2, 3 * (performance.now() - begun));
  try {
    if (remote.traits.swapsTags === true) {
      const { descriptor } = await prepared.tag([tag], {
        expected: at ?? null,
        notAfter: Number.POSITIVE_INFINITY,
      });
      return { digest: descriptor.digest, prepared, waitMs: 0 };
    }
    const { descriptor } = await prepared.tag([tag], { notAfter });
    return { digest: descriptor.digest, prepared, waitMs: waitMs() };
  } catch (error) {
    if (hasCode(error, 'CHANGED')) return {};
    // Too late to write: look again.
    if (hasCode(error, 'TIMEOUT') && performance.now() >= notAfter) {
      return { mayCome: { digest: prepared.descriptor.digest, prepared, waitMs: waitMs() } };
    }
    throw error;
  }
}

/** Whether what the tag points to is, or goes on from, a snapshot. */
async function stands(
  remote: Remote,
  tag: string,
  digest: Digest,
  { blobs, signal }: MoveOptions,
): Promise<boolean> {
  const now = await remote.resolve(tag, { signal });
  // Whoever deleted the tag wanted it gone.
  if (now === undefined || now.digest === digest) return true;
  const snapshot = await readSnapshot(remote, tag, { at: now.digest, blobs, signal });
  if (snapshot === undefined || snapshot.descriptor.digest === digest) return true;
  return snapshot.config.merged.includes(digest);
}

/** Waits for a random while, longer each time, so that writers do not meet again. */
function pause(turn: number, unitMs: number, signal: AbortSignal | undefined): Promise<void> {
  return SYSTEM_CLOCK.sleep(Math.random() * unitMs * Math.min(2 ** turn, 16), signal);
}
