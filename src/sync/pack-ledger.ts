import type { Digest } from '../digest.ts';
import type { PackUse } from '../store/entry-index.ts';
import type { Span } from './spans.ts';

/** A pack in the books. */
export interface Row {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Stored bytes that are needed of it, as things stand. */
  readonly live: number;
  /** Whether nothing needs it any more. */
  readonly isGone: boolean;
}

/**
 * The packs of a snapshot while it is decided which of them are rewritten. To rewrite a pack is to move
 * all contents that lie in it, wholly or in part, to new packs.
 *
 * Numbers that cannot be are taken for the nearest that can: they come from elsewhere.
 */
export class PackLedger {
  /** By digest, so that what comes out does not depend on the order of what goes in. */
  readonly rows: readonly Row[];
  readonly #incoming: number;
  readonly #parts = new Map<Row, Part[]>();
  #count: number;
  #size = 0;
  #live = 0;
  #moved = 0;

  /**
   * @param incoming bytes of new packs that come in any case, all of them live
   * @param spans contents that lie in several of the packs
   */
  constructor(packs: readonly PackUse[], incoming = 0, spans: readonly Span[] = []) {
    const rows = new Map<Digest, MutableRow>();
    for (const { pack, live } of packs) {
      const known = rows.get(pack.digest);
      const size = Math.max(toBytes(pack.size), known?.size ?? 0);
      const most = Math.max(toBytes(live), known?.live ?? 0);
      rows.set(pack.digest, {
        digest: pack.digest,
        size,
        live: Math.min(most, size),
        isGone: false,
      });
    }
    const sorted = [...rows.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    for (const { size, live } of sorted) {
      this.#size += size;
      this.#live += live;
    }
    this.rows = sorted;
    this.#count = sorted.length;
    this.#incoming = toBytes(incoming);
    for (const span of spans) this.#addSpan(span, rows);
  }

  /** Bytes of contents that move to new packs. */
  get moved(): number {
    return this.#moved;
  }

  /** Bytes of the new packs. */
  get added(): number {
    return this.#incoming + this.#moved;
  }

  /** How many packs stay. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that nothing needs, of those of all packs. */
  get deadShare(): number {
    const size = this.#size + this.added;
    return size === 0 ? 0 : (this.#size - this.#live) / size;
  }

  /** Bytes that are moved where a pack is rewritten: what else its contents have elsewhere counts. */
  costOf(row: Row): number {
    let cost = row.live;
    for (const { content, bytes } of this.#unmoved(row)) cost += content.bytes - bytes;
    return cost;
  }

  /** Dead bytes that there are fewer then: where its contents lie elsewhere as well, some are new. */
  gainOf(row: Row): number {
    let gain = row.size - row.live;
    for (const { content, waste } of this.#unmoved(row)) gain -= content.waste - waste;
    return gain;
  }

  rewrite(row: Row): void {
    const own = row as MutableRow;
    if (own.isGone) return;
    const unmoved = this.#unmoved(own);
    this.#moved += own.live;
    this.#drop(own);
    for (const { content } of unmoved) {
      content.isMoved = true;
      for (const part of content.parts) this.#take(part);
    }
  }

  #addSpan(span: Span, rows: ReadonlyMap<Digest, MutableRow>): void {
    const content: Content = { parts: [], bytes: 0, waste: 0, isMoved: false };
    for (const { pack, bytes: claimed } of span) {
      const row = rows.get(pack);
      if (row === undefined) continue;
      const bytes = Math.min(toBytes(claimed), row.live);
      // A pack that has nothing else goes with its dead bytes.
      const waste = bytes === row.live ? bytes - row.size : bytes;
      content.parts.push({ content, row, bytes, waste });
      content.bytes += bytes;
      content.waste += waste;
    }
    for (const part of content.parts) {
      const known = this.#parts.get(part.row);
      if (known === undefined) this.#parts.set(part.row, [part]);
      else known.push(part);
    }
  }

  #unmoved(row: Row): Part[] {
    return this.#parts.get(row)?.filter(({ content }) => !content.isMoved) ?? [];
  }

  /** Moves a part of a content out of a pack that stays. */
  #take({ row, bytes }: Part): void {
    if (row.isGone) return;
    const taken = Math.min(bytes, row.live);
    row.live -= taken;
    this.#live -= taken;
    this.#moved += taken;
    if (row.live === 0) this.#drop(row);
  }

  #drop(row: MutableRow): void {
    row.isGone = true;
    this.#count -= 1;
    this.#size -= row.size;
    this.#live -= row.live;
  }
}

type MutableRow = { -readonly [Field in keyof Row]: Row[Field] };

/** A content that lies in several packs. */
interface Content {
  readonly parts: Part[];
  bytes: number;
  /** Dead bytes that there are more, once it has moved. */
  waste: number;
  isMoved: boolean;
}

/** What it has in one of them. */
interface Part {
  readonly content: Content;
  readonly row: MutableRow;
  readonly bytes: number;
  readonly waste: number;
}

function toBytes(claimed: number): number {
  return claimed > 0 ? Math.min(claimed, Number.MAX_SAFE_INTEGER) : 0;
}
