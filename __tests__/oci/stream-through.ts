/*
 * Sends a made-up blob to a repository and gets it back, piece by piece, and prints by how much this
 * process grew, as JSON. A process of its own, so that nobody else's memory is measured.
 *
 * Usage: node stream-through.ts REPOSITORY BYTES
 */
import { randomBytes } from 'node:crypto';

import { Digester } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { BlobSource, Remote } from '../../src/oci/remote.ts';

/** What it prints: bytes by which the resident set grew at most. */
export interface Growth {
  readonly putBlob: number;
  readonly getBlobStream: number;
}

const PIECE_BYTES = 64 * 1024;
const SAMPLE_MS = 10;

/** Bytes that are others in every piece, and the same at every reading. */
function madeUp(size: number): BlobSource {
  const pattern = randomBytes(PIECE_BYTES);
  return {
    size,
    async *open() {
      for (let at = 0; at < size; at += PIECE_BYTES) {
        const piece = Buffer.from(pattern.subarray(0, Math.min(PIECE_BYTES, size - at)));
        if (piece.byteLength >= 8) piece.writeDoubleLE(at);
        yield piece;
      }
    },
  };
}

async function growthOf(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, process.memoryUsage.rss()) - before;
}

async function streamThrough(remote: Remote, size: number): Promise<Growth> {
  const source = madeUp(size);
  const digester = new Digester();
  for await (const piece of source.open()) digester.update(piece);
  const blob = { digest: digester.digest(), size };
  const putBlob = await growthOf(() => remote.putBlob(blob.digest, source));
  const getBlobStream = await growthOf(async () => {
    let got = 0;
    for await (const piece of remote.getBlobStream(blob)) got += piece.byteLength;
    if (got !== size) throw new Error(`${String(got)} bytes came instead of ${String(size)}.`);
  });
  return { putBlob, getBlobStream };
}

const [repository = '', size = ''] = process.argv.slice(2);
const remote = openRemote(repository, { cwd: '/', credentials: () => undefined });
// What is loaded and compiled by the first use is not what is measured.
await streamThrough(remote, 4 * 1024 * 1024);
console.log(JSON.stringify(await streamThrough(remote, Number(size))));
await remote.close();
