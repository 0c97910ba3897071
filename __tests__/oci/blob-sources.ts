import { type Digest, Digester } from '../../src/digest.ts';
import type { BlobSource } from '../../src/oci/remote.ts';

/** Bytes that are made when they are read: others in every piece, and the same at every reading. */
export function madeUp(size: number, pieceBytes = 64 * 1024): BlobSource {
  return {
    size,
    async *open() {
      for (let at = 0; at < size; at += pieceBytes) {
        // Lets others have their turn, as reading a file does.
        await Promise.resolve();
        const piece = Buffer.alloc(Math.min(pieceBytes, size - at), at % 251);
        if (piece.byteLength >= 8) piece.writeDoubleLE(at);
        yield piece;
      }
    },
  };
}

/** The digest of all that a source gives. */
export async function digestOfSource(source: BlobSource): Promise<Digest> {
  const digester = new Digester();
  for await (const piece of source.open()) digester.update(piece);
  return digester.digest();
}

/** Gives these pieces, and says that they have this size together. */
export function sourceOf(
  pieces: readonly Uint8Array[],
  size = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0),
): BlobSource {
  return {
    size,
    async *open() {
      for (const piece of pieces) {
        await Promise.resolve();
        yield piece;
      }
    },
  };
}
