import type { Digest } from '../digest.ts';
import type { Index } from '../store/entry-index.ts';

/** What one content has in one pack. */
export interface SpanPart {
  readonly pack: Digest;
  /** Stored bytes. */
  readonly bytes: number;
}

/** A content that lies in several packs, each of them once. Who moves a part of it moves all of it. */
export type Span = readonly SpanPart[];

/** The contents that lie in several packs, each once, in the order of the keys. */
export function spansOf(entries: Index): Span[] {
  const seen = new Set<Digest>();
  const spans: Span[] = [];
  for (const [, { digest, location }] of entries.range('')) {
    if (location === undefined || location.frames.length < 2 || seen.has(digest)) continue;
    const parts = new Map<Digest, number>();
    for (const { pack, storedSize } of location.frames) {
      parts.set(pack.digest, (parts.get(pack.digest) ?? 0) + storedSize);
    }
    if (parts.size < 2) continue;
    seen.add(digest);
    spans.push(Array.from(parts, ([pack, bytes]) => ({ pack, bytes })));
  }
  return spans;
}
