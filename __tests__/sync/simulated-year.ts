import { digestOf } from '../../src/digest.ts';
import type { PackUse } from '../../src/store/index/pack-use.ts';
import { planCompaction } from '../../src/sync/compaction.ts';
import { Random } from '../snapshots/random.ts';

const FILES = 5000;
const PACK_BYTES = 32 * 1024 * 1024;

interface SimulatedPack {
  readonly name: string;
  size: number;
  live: number;
}

/** The packs of a snapshot that is pushed again and again: sizes only, no bytes. */
export class Year {
  /** Bytes of files that changed, and bytes that were uploaded for them. */
  changed = 0;
  uploaded = 0;
  readonly #random = new Random('year');
  readonly #churn: number;
  readonly #isHot: boolean;
  readonly #sizes: number[];
  readonly #places: (SimulatedPack | undefined)[] = [];
  readonly #packs = new Set<SimulatedPack>();
  #made = 0;

  /**
   * @param tree.total bytes
   * @param tree.churn the share of the files that changes with each push
   * @param tree.isHot whether nearly all changes are in a tenth of the files
   */
  constructor(tree: {
    readonly total: number;
    readonly churn: number;
    readonly isHot?: boolean | undefined;
  }) {
    this.#churn = tree.churn;
    this.#isHot = tree.isHot ?? false;
    const weights = Array.from({ length: FILES }, () => {
      const normal = this.#draw() + this.#draw() + this.#draw() + this.#draw() - 2;
      return Math.exp(2.5 * normal);
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    this.#sizes = weights.map((weight) => (weight / sum) * tree.total);
    this.#pack(this.#sizes.keys());
  }

  get packs(): PackUse[] {
    return [...this.#packs].map(({ name, size, live }) => ({
      pack: { digest: digestOf(name), size },
      live,
    }));
  }

  push(): void {
    let incoming = 0;
    for (const file of this.#changes()) {
      const place = this.#places[file]!;
      place.live -= this.#sizes[file]!;
      this.#sizes[file]! *= 0.9 + 0.2 * this.#draw();
      incoming += this.#sizes[file]!;
      this.#places[file] = undefined;
    }
    for (const pack of this.#packs) if (pack.live < 1e-3) this.#packs.delete(pack);
    this.changed += incoming;
    const replaced = planCompaction(this.packs, { incoming });
    for (const pack of this.#packs) if (replaced.has(digestOf(pack.name))) this.#packs.delete(pack);
    const loose = [...this.#places.keys()].filter((file) => {
      const place = this.#places[file];
      return place === undefined || !this.#packs.has(place);
    });
    this.uploaded += loose.reduce((sum, file) => sum + this.#sizes[file]!, 0);
    this.#pack(loose);
  }

  #changes(): Set<number> {
    const changed = new Set<number>();
    while (changed.size < FILES * this.#churn) {
      const range = this.#isHot && this.#draw() < 0.9 ? FILES / 10 : FILES;
      changed.add(Math.floor(this.#draw() * range));
    }
    return changed;
  }

  /** Fills packs in the order of the files. */
  #pack(files: Iterable<number>): void {
    let open: SimulatedPack | undefined;
    for (const file of files) {
      if (open === undefined || open.size >= PACK_BYTES) {
        open = { name: `pack ${String((this.#made += 1))}`, size: 0, live: 0 };
        this.#packs.add(open);
      }
      open.size += this.#sizes[file]!;
      open.live += this.#sizes[file]!;
      this.#places[file] = open;
    }
  }

  #draw(): number {
    return this.#random.share();
  }
}
