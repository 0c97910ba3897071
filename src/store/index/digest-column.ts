import type { Digest } from '../../digest.ts';
import { CafsError } from '../../errors.ts';
import { DIGEST_BYTES } from './limits.ts';

const ALGORITHM = 'sha256:';

/** Digests one after another, 32 bytes each. */
export function readDigest(column: Buffer, number: number): Digest {
  const start = number * DIGEST_BYTES;
  return `${ALGORITHM}${column.toString('hex', start, start + DIGEST_BYTES)}`;
}

/** Whether two digests, in one column or in two, are the same. */
export function hasSameDigest(a: Buffer, one: number, b: Buffer, two: number): boolean {
  const start = one * DIGEST_BYTES;
  const other = two * DIGEST_BYTES;
  for (let i = 0; i < DIGEST_BYTES; i += 1) if (a[start + i] !== b[other + i]) return false;
  return true;
}

/** @throws CafsError `INVALID_DIGEST` */
export function writeDigest(column: Buffer, number: number, digest: Digest): void {
  const hex = digest.slice(ALGORITHM.length);
  const written = column.write(hex, number * DIGEST_BYTES, 'hex');
  if (written !== DIGEST_BYTES || hex.length !== 2 * DIGEST_BYTES) {
    throw new CafsError('INVALID_DIGEST', `${JSON.stringify(digest.slice(0, 100))} is no digest.`);
  }
}
