import { type Digest, digestOf } from '../../src/digest.ts';
import type { PackUse } from '../../src/store/entry-index.ts';
import { deadShare, planCompaction } from '../../src/sync/compaction.ts';
import type { Span } from '../../src/sync/spans.ts';
import { Random } from '../snapshots/random.ts';

const MIB = 1024 * 1024;
const PACK_BYTES = 32 * MIB;

/** Stored bytes of a frame of 512 KiB that compresses to 30%. A file with more has frames of its own. */
const FRAME_BYTES = Math.round(0.3 * 512 * 1024);

/** The spread of file sizes: the natural logarithm's standard deviation. */
const SIGMA = 1.5;

/** What changes from push to push. */
export type Churn =
  /** Any files, each as probable as another. */
  | 'any'
  /** The same folder, all of it. */
  | 'folder'
  /** Another folder each time, all of it. */
  | 'folders'
  /** Mostly the files of one tenth, spread over the tree. */
  | 'hot'
  /** There are more files, in between. */
  | 'growth'
  /** There are more files, behind the others. */
  | 'appended';

export interface SimulatedTree {
  /** Stored bytes of all files at the beginning. */
  readonly bytes: number;
  readonly files?: number;
  readonly churn: Churn;
  /** Of the files at the beginning: so many change with each push. */
  readonly share: number;
}

/** What a push came to, in stored bytes. */
export interface SimulatedPush {
  /** Of what has changed. */
  readonly incoming: number;
  /** Of what was put into new packs although it had not changed. */
  readonly moved: number;
  /** The share of dead bytes, had nothing been moved. */
  readonly deadBefore: number;
}

/** The packs of a snapshot that is pushed again and again: sizes only, no bytes. */
export class SimulatedYear {
  readonly #tree: Required<SimulatedTree>;
  readonly #random: Random;
  /** In the order of their keys. */
  readonly #files: File[];
  readonly #packs = new Set<Pack>();
  #made = 0;

  constructor(tree: SimulatedTree) {
    this.#tree = { files: 5000, ...tree };
    this.#random = new Random(JSON.stringify(tree));
    const drawn = Array.from({ length: this.#tree.files }, () => this.#drawSize());
    const factor = tree.bytes / drawn.reduce((a, b) => a + b, 0);
    this.#files = drawn.map((size) => newFile(size * factor));
    this.#fill(this.#files);
  }

  get packs(): PackUse[] {
    return [...this.#packs].map(({ digest, size, live }) => ({ pack: { digest, size }, live }));
  }

  get live(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  push(): SimulatedPush {
    const moving = new Set(this.#change());
    let incoming = 0;
    for (const file of moving) {
      this.#drop(file);
      incoming += file.size;
    }
    const { packs } = this;
    const added: PackUse = { pack: { digest: digestOf('new'), size: incoming }, live: incoming };
    const deadBefore = deadShare([...packs, added]);
    const chosen = planCompaction(packs, { incoming, spans: this.#spans() });
    let moved = 0;
    for (const { files } of [...this.#packs].filter(({ digest }) => chosen.has(digest))) {
      for (const file of files) {
        moving.add(file);
        moved += file.size;
        this.#drop(file);
      }
    }
    this.#fill(this.#files.filter((file) => moving.has(file)));
    return { incoming, moved, deadBefore };
  }

  #change(): File[] {
    const { share, files: count, churn } = this.#tree;
    const changed = Math.max(1, Math.round(share * count));
    if (churn === 'growth' || churn === 'appended') {
      return Array.from({ length: changed }, () => this.#addFile(churn === 'appended'));
    }
    const start = churn === 'folders' ? this.#random.below(count - changed) : 0;
    const files = this.#files.filter((_, i) => {
      if (churn === 'any') return this.#random.chance(share);
      if (churn === 'hot') return this.#random.chance(i % 10 === 0 ? 9 * share : share / 9);
      return i >= start && i < start + changed;
    });
    for (const file of files) file.newSize *= 0.9 + 0.2 * this.#random.share();
    return files;
  }

  #addFile(isLast: boolean): File {
    const file = newFile(this.#drawSize() * (this.#tree.bytes / this.#tree.files));
    const { length } = this.#files;
    this.#files.splice(isLast ? length : this.#random.below(length + 1), 0, file);
    return file;
  }

  /** Takes a file, as it was, out of its packs. */
  #drop(file: File): void {
    for (const [pack, bytes] of file.parts) {
      pack.live -= bytes;
      pack.files.delete(file);
      if (pack.files.size === 0) this.#packs.delete(pack);
    }
    file.parts = [];
    file.size = Math.max(1, Math.round(file.newSize));
  }

  /** Packs files as `packContents` does. */
  #fill(files: readonly File[]): void {
    let open: Pack | undefined;
    for (const file of files) {
      for (let left = file.size; left > 0;) {
        if (open === undefined || open.size >= PACK_BYTES) open = this.#newPack();
        const frames = Math.ceil((PACK_BYTES - open.size) / FRAME_BYTES);
        const bytes = file.size < FRAME_BYTES ? left : Math.min(left, frames * FRAME_BYTES);
        open.size += bytes;
        open.live += bytes;
        open.files.add(file);
        file.parts.push([open, bytes]);
        left -= bytes;
      }
    }
  }

  #newPack(): Pack {
    const digest = digestOf(String((this.#made += 1)));
    const pack: Pack = { digest, size: 0, live: 0, files: new Set() };
    this.#packs.add(pack);
    return pack;
  }

  #spans(): Span[] {
    return this.#files
      .filter(({ parts }) => parts.length > 1)
      .map(({ parts }) => parts.map(([{ digest }, bytes]) => ({ pack: digest, bytes })));
  }

  /** Log-normal, 1 in the mean. */
  #drawSize(): number {
    const normal =
      Math.sqrt(-2 * Math.log(1 - this.#random.share())) *
      Math.cos(2 * Math.PI * this.#random.share());
    return Math.exp(SIGMA * normal - SIGMA ** 2 / 2);
  }
}

interface File {
  size: number;
  /** Once it is packed again; not rounded. */
  newSize: number;
  /** Where it lies, and how much of it. */
  parts: (readonly [Pack, number])[];
}

interface Pack {
  readonly digest: Digest;
  size: number;
  live: number;
  readonly files: Set<File>;
}

function newFile(size: number): File {
  return { size: Math.max(1, Math.round(size)), newSize: size, parts: [] };
}
