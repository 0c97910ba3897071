import type { Digest } from '../digest.ts';
import type { PackUse } from '../store/entry-index.ts';
import type { Span } from './spans.ts';

/** A pack in the books, as things stand. */
export interface Row {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Stored bytes that are needed of it. */
  readonly live: number;
  /** Whether nothing needs it any more. */
  readonly isGone: boolean;
  /** Bytes that are moved where it is rewritten: what else its contents have elsewhere counts. */
  readonly cost: number;
  /** Dead bytes that there are fewer then: where its contents lie elsewhere as well, some are new. */
  readonly gain: number;
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
  #count: number;
  #size = 0;
  #live = 0;
  #moved = 0;

  /**
   * @param incoming bytes of new packs that come in any case, all of them live
   * @param spans contents that lie in several of the packs
   */
  constructor(packs: readonly PackUse[], incoming = 0, spans: readonly Span[] = []) {
    const rows = new Map<Digest, OwnRow>();
    for (const { pack, live } of packs) {
      const known = rows.get(pack.digest);
      const size = Math.max(toBytes(pack.size), known?.size ?? 0);
      const most = Math.max(toBytes(live), known?.live ?? 0);
      rows.set(pack.digest, new OwnRow(pack.digest, size, Math.min(most, size)));
    }
    const sorted = [...rows.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    for (const { size, live } of sorted) {
      this.#size += size;
      this.#live += live;
    }
    this.rows = sorted;
    this.#count = sorted.length;
    this.#incoming = toBytes(incoming);
    for (const span of spans) addContent(span, rows);
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

  /** @param row of this ledger */
  rewrite(row: Row): void {
    if (!(row instanceof OwnRow) || row.isGone) return;
    this.#moved += row.live;
    this.#drop(row);
    for (const { content } of row.parts) {
      if (content.isMoved) continue;
      content.isMoved = true;
      for (const part of content.parts) this.#take(part);
    }
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

  #drop(row: OwnRow): void {
    row.isGone = true;
    this.#count -= 1;
    this.#size -= row.size;
    this.#live -= row.live;
  }
}

class OwnRow implements Row {
  readonly digest: Digest;
  readonly size: number;
  live: number;
  isGone = false;
  /** What contents that lie in other packs as well have here. */
  readonly parts: Part[] = [];

  constructor(digest: Digest, size: number, live: number) {
    this.digest = digest;
    this.size = size;
    this.live = live;
  }

  get cost(): number {
    let cost = this.live;
    for (const { content, bytes } of this.parts) {
      if (!content.isMoved) cost += content.bytes - bytes;
    }
    return cost;
  }

  get gain(): number {
    let gain = this.size - this.live;
    for (const { content, waste } of this.parts) {
      if (!content.isMoved) gain -= content.waste - waste;
    }
    return gain;
  }
}

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
  readonly row: OwnRow;
  readonly bytes: number;
  readonly waste: number;
}

function addContent(span: Span, rows: ReadonlyMap<Digest, OwnRow>): void {
  const content: Content = { parts: [], bytes: 0, waste: 0, isMoved: false };
  for (const { pack, bytes: claimed } of span) {
    const row = rows.get(pack);
    if (row === undefined) continue;
    const bytes = Math.min(toBytes(claimed), row.live);
    // A pack that has nothing else goes with its dead bytes.
    const waste = bytes === row.live ? bytes - row.size : bytes;
    const part: Part = { content, row, bytes, waste };
    content.parts.push(part);
    content.bytes += bytes;
    content.waste += waste;
    row.parts.push(part);
  }
}

function toBytes(claimed: number): number {
  return claimed > 0 ? Math.min(claimed, Number.MAX_SAFE_INTEGER) : 0;
}
