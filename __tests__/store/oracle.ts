import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/**
 * The Go package's definition of a prefix's digest, written down anew with another hash: what
 * `store.hash` is held against.
 *
 * @param entries contents by key
 * @param prefix empty, or ending in `/`
 */
export function hashOf(entries: ReadonlyMap<string, string>, prefix: string): string {
  const lines = [...entries]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => {
      const content = Buffer.from(text);
      const digest = bytesToHex(sha256(content));
      return Buffer.from(`${key.slice(prefix.length)}\0sha256:${digest}\0${content.byteLength}`);
    })
    .sort((a, b) => Buffer.compare(a, b));
  if (lines.length === 0) return '';
  const text = Buffer.concat(
    lines.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from('\n'), line])),
  );
  return `sha256:${bytesToHex(sha256(text))}`;
}

/** Keys below a prefix, relative to it, sorted by bytes. */
export function listOf(keys: Iterable<string>, prefix: string): string[] {
  return [...keys]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
