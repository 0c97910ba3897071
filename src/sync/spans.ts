import type { Index, Span } from '../store/entry-index.ts';

export type { Span } from '../store/entry-index.ts';

/** The contents that lie in several packs, each once, in the order of the keys. */
export function spansOf(entries: Index): Span[] {
  return entries.spans();
}
