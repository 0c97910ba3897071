import pMap from 'p-map';

import { type Digest, digestOf } from '../digest.ts';
import { IntegrityError, NotFoundError, hasCode } from '../errors.ts';
import type { FrameRef } from '../location.ts';
import type { Observer } from '../observe.ts';
import type { Remote } from '../oci/remote.ts';
import { decodeFrame } from '../pack/frame.ts';
import { type Fetch, planFetches } from '../pack/plan.ts';
import type { Deliver, DeliverOptions, Receiver } from '../store/deliver.ts';
import type { Entry } from '../store/entry.ts';

/** What delivers the contents that a remote holds. */
export function downloadsFrom(remote: Remote): Deliver {
  return (entries, receiver, options) => downloadContents(remote, entries, receiver, options);
}

/** Downloads the contents of entries, each content once, whatever number of entries share it. */
export async function downloadContents(
  remote: Remote,
  entries: Iterable<Entry>,
  receiver: Receiver,
  options: DeliverOptions = {},
): Promise<void> {
  const { small, large } = sortOut(entries, receiver);
  const concurrency = options.concurrency ?? 4;
  const progress = countProgress(options.observer);
  const frames = [...small.values()].map(({ frame }) => frame);
  const elsewhere = [...large.values()].flatMap(({ location }) => location?.frames ?? []);
  await pMap(
    planFetches(frames, { elsewhere }),
    async (fetch) => {
      await fetchSmall(remote, fetch, small, receiver, options.signal);
      progress(fetch.length);
    },
    { concurrency },
  );
  await pMap(
    large,
    async ([digest, entry]) => {
      try {
        await receiver.pieces(digest, () => piecesOf(remote, entry, progress, options.signal));
      } catch (error) {
        options.signal?.throwIfAborted();
        receiver.failed(digest, error);
      }
    },
    { concurrency },
  );
}

/** The contents that lie in one frame. */
interface Wanted {
  readonly frame: FrameRef;
  readonly parts: Map<Digest, { readonly offset: number; readonly size: number }>;
}

function frameId(frame: FrameRef): string {
  return `${frame.pack.digest}:${String(frame.offset)}`;
}

function sortOut(
  entries: Iterable<Entry>,
  receiver: Receiver,
): { small: Map<string, Wanted>; large: Map<Digest, Entry> } {
  const small = new Map<string, Wanted>();
  const large = new Map<Digest, Entry>();
  const seen = new Set<Digest>();
  for (const entry of entries) {
    if (seen.has(entry.digest)) continue;
    seen.add(entry.digest);
    const frames = entry.location?.frames ?? [];
    const [frame] = frames;
    if (entry.size === 0) {
      deliver(receiver, entry.digest, new Uint8Array());
    } else if (entry.location === undefined || frame === undefined) {
      receiver.failed(
        entry.digest,
        new NotFoundError(`No remote is known to hold ${entry.digest}.`),
      );
    } else if (frames.length > 1) {
      large.set(entry.digest, entry);
    } else {
      const wanted = small.get(frameId(frame)) ?? { frame, parts: new Map() };
      wanted.parts.set(entry.digest, { offset: entry.location.offset, size: entry.size });
      small.set(frameId(frame), wanted);
    }
  }
  return { small, large };
}

async function fetchSmall(
  remote: Remote,
  fetch: Fetch,
  small: ReadonlyMap<string, Wanted>,
  receiver: Receiver,
  signal: AbortSignal | undefined,
): Promise<void> {
  const lose = (frame: FrameRef, error: unknown): void => {
    signal?.throwIfAborted();
    for (const digest of small.get(frameId(frame))?.parts.keys() ?? [])
      receiver.failed(digest, error);
  };
  let bytes: Uint8Array | undefined;
  try {
    bytes = await fetchBytes(remote, fetch, signal);
  } catch (error) {
    for (const frame of fetch.frames) lose(frame, error);
    return;
  }
  for (const frame of fetch.frames) {
    try {
      const raw = await decodeFrom(bytes, remote, fetch, frame, signal);
      for (const [digest, { offset, size }] of small.get(frameId(frame))?.parts ?? []) {
        deliver(receiver, digest, raw.subarray(offset, offset + size));
      }
    } catch (error) {
      lose(frame, error);
    }
  }
}

/** The last check: whatever frames and offsets say, a content has its digest or is not given. */
function deliver(receiver: Receiver, digest: Digest, bytes: Uint8Array): void {
  const found = digestOf(bytes);
  if (found === digest) receiver.whole(digest, bytes);
  else {
    const message = `The remote's index names bytes for ${digest} that have the digest ${found}.`;
    receiver.failed(digest, new IntegrityError(message));
  }
}

/** The frames of a large content, a few at a time, in order. */
async function* piecesOf(
  remote: Remote,
  entry: Entry,
  progress: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const limits = { gap: 0, wholeShare: 1, maxLength: 8 * 1024 * 1024 };
  const frames = entry.location?.frames ?? [];
  // Runs of frames that follow one another in one pack are one request; order is kept, since a
  // writer puts the frames of a content one after another, and the receiver checks the digest.
  for (const fetch of inOrder(frames).flatMap((run) => planFetches(run, limits))) {
    const bytes = await fetchBytes(remote, fetch, signal);
    progress(fetch.length);
    for (const frame of fetch.frames) {
      yield await decodeFrom(bytes, remote, fetch, frame, signal);
    }
  }
}

/** Splits where the pack changes, or where an offset does not grow. */
function inOrder(frames: readonly FrameRef[]): FrameRef[][] {
  const runs: FrameRef[][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (
      run !== undefined &&
      before?.pack.digest === frame.pack.digest &&
      before.offset < frame.offset
    )
      run.push(frame);
    else runs.push([frame]);
  }
  return runs;
}

/**
 * The bytes of a request; undefined where they are damaged: one bad byte makes a whole pack wrong,
 * but only one of its frames.
 */
async function fetchBytes(
  remote: Remote,
  { pack, offset, length }: Fetch,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (offset !== 0 || length !== pack.size)
    return remote.getBlobRange(pack, { offset, length }, { signal });
  try {
    return await remote.getBlob(pack, { signal });
  } catch (error) {
    if (hasCode(error, 'INTEGRITY')) return undefined;
    throw error;
  }
}

/** A frame out of the bytes of a request. What arrived damaged is fetched once more, by itself. */
async function decodeFrom(
  bytes: Uint8Array | undefined,
  remote: Remote,
  fetch: Fetch,
  frame: FrameRef,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (bytes !== undefined) {
    const start = frame.offset - fetch.offset;
    try {
      return await decodeFrame(frame, bytes.subarray(start, start + frame.storedSize));
    } catch (error) {
      if (!hasCode(error, 'INTEGRITY')) throw error;
    }
  }
  const range = { offset: frame.offset, length: frame.storedSize };
  return decodeFrame(frame, await remote.getBlobRange(frame.pack, range, { signal }));
}

function countProgress(observer: Observer | undefined): (bytes: number) => void {
  let done = 0;
  let bytes = 0;
  return (more) => {
    done += 1;
    bytes += more;
    observer?.({ kind: 'download', done, bytes });
  };
}
