import { type Digest, digestOf } from '../digest.ts';
import { IntegrityError } from '../errors.ts';
import type { Remote } from '../oci/remote.ts';
import type { Entry } from '../store/entry.ts';
import { downloadContents } from './download.ts';

/**
 * Gets a few small contents, in memory, in the order of the entries.
 *
 * @throws the first error, where one of them cannot be had
 */
export async function fetchContents(
  remote: Remote,
  entries: readonly Entry[],
  signal?: AbortSignal,
): Promise<Buffer[]> {
  const got = new Map<Digest, Buffer>();
  const failures: unknown[] = [];
  const receiver = {
    whole: (digest: Digest, bytes: Uint8Array) => void got.set(digest, Buffer.from(bytes)),
    pieces: async (digest: Digest, pieces: () => AsyncIterable<Uint8Array>) => {
      const bytes = Buffer.concat(await Array.fromAsync(pieces()));
      const found = digestOf(bytes);
      if (found !== digest) {
        throw new IntegrityError(`The bytes for ${digest} have the digest ${found}.`);
      }
      got.set(digest, bytes);
    },
    failed: (_: Digest, error: unknown) => void failures.push(error),
  };
  await downloadContents(remote, entries, receiver, { signal });
  if (failures.length > 0) throw failures[0];
  return entries.map(({ digest }) => got.get(digest) ?? Buffer.alloc(0));
}
