import type { Digest } from '../digest.ts';
import { Index } from './entry-index.ts';
import type { HeldBases } from './held-bases.ts';
import { stateInStep } from './in-step.ts';
import { type KnownSnapshot, type Lineage, advance, discarded } from './lineage.ts';
import type { Reached } from './upstream.ts';
import type { WorkingIndex } from './working-index.ts';

/** One push of a store: what is pushed, and what the store remembers of it. */
export class PushTurn {
  /** What is pushed. */
  readonly entries: Index;
  /** Where that stood to snapshots when the push began. */
  readonly lineage: Lineage;
  readonly #index: WorkingIndex;
  readonly #bases: HeldBases;
  /** Snapshots that were known when it began. */
  readonly #known: ReadonlySet<Digest>;
  /** The lineage as it was when it began, or was remembered last. */
  #before: Lineage;
  /** What was remembered last, if that was the index as it was pushed. */
  #last: { readonly located: Index; readonly base: Digest; readonly index: Index } | undefined;

  private constructor(index: WorkingIndex, entries: Index) {
    this.#index = index;
    this.entries = entries;
    this.lineage = index.lineage;
    this.#bases = index.file.holdBases();
    this.#known = new Set(this.lineage.known.map(({ snapshot }) => snapshot));
    this.#before = this.lineage;
  }

  /** Takes the index as it is. What it is compared with stays until {@link PushTurn.end}. */
  static begin(index: WorkingIndex, signal: AbortSignal | undefined): Promise<PushTurn> {
    return index.look((entries) => new PushTurn(index, entries.copy()), signal);
  }

  /** The index as it was when it was in step with a snapshot; undefined: that is not known any more. */
  base({ base }: KnownSnapshot): Index | undefined {
    return this.#bases.load(base);
  }

  end(): void {
    this.#bases.release();
  }

  /** Remembers what is about to be written, on the disk. */
  async remember(reached: Reached): Promise<void> {
    if (!(await this.#rememberAgain(reached))) await this.#remember(reached);
  }

  async #remember({ located, step, entries: there, beginsAnew }: Reached): Promise<void> {
    const { file } = this.#index;
    let now = this.#index.entries;
    let base: Digest | undefined;
    await this.#index.save(
      (index) => {
        now = index;
        // What has changed meanwhile is not pushed.
        return Index.merge(this.entries, located, index);
      },
      undefined,
      () => {
        const { lineage } = file;
        // What a pull gave up meanwhile is not here, and yet was not deleted.
        if (lineage.discards !== this.#before.discards) return lineage;
        const pulled = lineage.known.find(
          (one) =>
            one.pulled === true &&
            !this.#known.has(one.snapshot) &&
            step.merged.includes(one.snapshot),
        );
        const state = stateInStep({
          brought: located,
          there,
          now,
          pulled: pulled && file.loadBase(pulled.base),
        });
        const saved = file.saveBase(state);
        if (state === located) base = saved;
        this.#before = advance(beginsAnew ? discarded(lineage) : lineage, saved, [step]);
        return this.#before;
      },
    );
    this.#last = base === undefined ? undefined : { located, base, index: this.#index.entries };
  }

  /**
   * The same for a further tag that is to hold the same, where nothing has happened here meanwhile: a small
   * part of the work.
   *
   * @returns whether that is so
   */
  #rememberAgain({ located, step, beginsAnew }: Reached): Promise<boolean> {
    const { file } = this.#index;
    return file.locked(() => {
      const { entries, lineage, isDirty } = this.#index;
      const last = this.#last;
      if (last?.located !== located || last.index !== entries || isDirty) return false;
      if (beginsAnew || lineage !== this.#before || file.isStale()) return false;
      this.#before = advance(lineage, last.base, [step]);
      file.saveLineage(this.#before);
      return true;
    });
  }
}
