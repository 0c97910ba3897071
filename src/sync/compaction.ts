import type { Digest } from '../digest.ts';
export function planCompaction(_: unknown, __: unknown): ReadonlySet<Digest> {
  return new Set();
}
