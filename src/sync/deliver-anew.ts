import type { Digest } from '../digest.ts';
import { hasCode } from '../errors.ts';
import type { Deliver, DeliverOptions, Receiver } from '../store/deliver.ts';
import type { Entry } from '../store/entry.ts';
import type { Index } from '../store/entry-index.ts';

/**
 * Delivers contents, and those whose packs are gone once more from where they lie by now: a writer may
 * have put them into other packs, and the registry may have collected the old ones.
 *
 * @param readIndex what the tag points to now; undefined: nothing
 */
export async function deliverAnew(
  deliver: Deliver,
  entries: Iterable<Entry>,
  receiver: Receiver,
  {
    readIndex,
    ...options
  }: DeliverOptions & { readonly readIndex: () => Promise<Index | undefined> },
): Promise<void> {
  const gone = new Map<Digest, unknown>();
  const first: Receiver = {
    whole: (digest, bytes) => {
      receiver.whole(digest, bytes);
    },
    pieces: (digest, pieces) => receiver.pieces(digest, pieces),
    failed: (digest, error) => {
      if (hasCode(error, 'NOT_FOUND')) gone.set(digest, error);
      else receiver.failed(digest, error);
    },
  };
  await deliver(entries, first, options);
  if (gone.size === 0) return;
  const moved = await locate(gone, readIndex);
  for (const [digest, error] of gone) if (!moved.has(digest)) receiver.failed(digest, error);
  await deliver(moved.values(), receiver, options);
}

/** Entries of these contents, as an index has them now. */
async function locate(
  contents: ReadonlyMap<Digest, unknown>,
  readIndex: () => Promise<Index | undefined>,
): Promise<Map<Digest, Entry>> {
  const found = new Map<Digest, Entry>();
  const index = await readIndex().catch(() => undefined);
  if (index === undefined) return found;
  for (const [, entry] of index.range('')) {
    if (contents.has(entry.digest)) found.set(entry.digest, entry);
  }
  return found;
}
