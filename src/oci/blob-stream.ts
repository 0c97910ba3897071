import { Digester } from '../digest.ts';
import { IntegrityError } from '../errors.ts';
import { blobName, mayStillCome, requestBlob } from './blob-request.ts';
import { announcedSize, truncated, wrongSize } from './body.ts';
import type { Endpoint } from './endpoint.ts';
import { Patience } from './retry.ts';
import type { BlobRef } from './types.ts';

/** As much as this must have come for a broken connection to count as the first one again, in bytes. */
const PROGRESS = 1024 * 1024;

/**
 * A whole blob, piece by piece. A connection that breaks or falls silent, or an answer that ends early,
 * is replaced by another one that goes on where it stopped. The last piece comes when all of it has been
 * checked.
 *
 * @throws CafsError `INTEGRITY` where it is shorter, longer, or has another digest
 */
export async function* streamBlob(
  endpoint: Endpoint,
  blob: BlobRef,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const digester = new Digester();
  const patience = new Patience(endpoint.policy, signal, { passes: mayStillCome });
  let last: Uint8Array | undefined;
  let renewedAt = 0;
  for (;;) {
    try {
      for await (const piece of piecesFrom(endpoint, blob, digester.size, signal)) {
        digester.update(piece);
        if (last !== undefined) yield last;
        last = piece;
      }
      break;
    } catch (error) {
      if (digester.size - renewedAt >= PROGRESS) {
        renewedAt = digester.size;
        patience.renew();
      }
      await patience.after(error);
    }
  }
  const found = digester.digest();
  if (found !== blob.digest) {
    throw new IntegrityError(`The blob ${blob.digest} came with other bytes: ${found}.`);
  }
  if (last !== undefined) yield last;
}

/** What one answer brings of a blob, from an offset to its end. */
async function* piecesFrom(
  endpoint: Endpoint,
  blob: BlobRef,
  offset: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  // The last try may have broken off behind the last byte.
  if (offset === blob.size && offset > 0) return;
  const rest = offset === 0 ? undefined : { start: offset, end: blob.size - 1 };
  const response = await requestBlob(endpoint, blob, rest, signal);
  const whole = { what: blobName(blob), size: blob.size };
  const start = response.status === 200 ? 0 : offset;
  const announced = announcedSize(response);
  if (announced !== undefined && announced !== blob.size - start) {
    await response.body.discard();
    const due = String(blob.size - start);
    throw wrongSize(whole, `announces ${String(announced)} where ${due} are to come`);
  }
  let position = start;
  for await (const chunk of response.body) {
    // A proxy may answer with the whole blob: what has come before is passed over.
    const piece = chunk.subarray(Math.max(0, Math.min(offset - position, chunk.byteLength)));
    position += chunk.byteLength;
    if (position > blob.size) throw wrongSize(whole, 'sends more');
    if (piece.byteLength > 0) yield piece;
  }
  if (position < blob.size) throw truncated(whole, position);
}
