import type { Digest } from '../digest.ts';
import { Index } from './entry-index.ts';
import type { HeldBases } from './held-bases.ts';
import { stateInStep } from './in-step.ts';
import { type InStep, type KnownSnapshot, type Lineage, advance, confirmed } from './lineage.ts';
import type { Reached, Written } from './upstream.ts';
import type { WorkingIndex } from './working-index.ts';

/** One push of a store: what is pushed, and what the store remembers of it. */
export class PushTurn {
  /** What is pushed. */
  readonly entries: Index;
  /** Where that stood to snapshots when the push began. */
  readonly lineage: Lineage;
  readonly #index: WorkingIndex;
  /** Which version of the index that is. */
  readonly #version: number;
  readonly #bases: HeldBases;
  /** Snapshots that were known when it began. */
  readonly #known: ReadonlySet<Digest>;
  /** The lineage as it was when it began, or was remembered last. */
  #before: Lineage;
  /** What was remembered last, if that was the index as it was pushed. */
  #last: { readonly located: Index; readonly base: Digest; readonly index: Index } | undefined;
  /** Whether one of the snapshots so far names none before it. */
  #hasBegunAnew = false;
  /** Snapshots that tags point to by now. */
  readonly #written: Written[] = [];

  private constructor(index: WorkingIndex, entries: Index) {
    this.#index = index;
    this.entries = entries;
    this.lineage = index.lineage;
    this.#version = index.file.version;
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

  /** Notes that a tag points to what was remembered. */
  written(where: Written): void {
    this.#written.push(where);
  }

  /** Remembers, on the disk, what was written, and lets go of what was needed for that. */
  async end(): Promise<void> {
    this.#bases.release();
    if (this.#written.length === 0) return;
    try {
      await this.#confirm();
    } catch {
      // The push has come to its end, and what it brought is known: this is for stores that stay away for
      // long, and the next push makes good for it.
    }
  }

  async #confirm(): Promise<void> {
    const { file } = this.#index;
    const isDone = await file.locked(() => {
      if (file.isStale()) return false;
      const lineage = confirmed(file.lineage, this.#written);
      if (lineage !== file.lineage) file.saveLineage(lineage);
      return true;
    });
    if (isDone) return;
    await this.#index.save(
      (index) => index,
      undefined,
      () => confirmed(file.lineage, this.#written),
    );
  }

  /** Remembers what is about to be written, on the disk. */
  async remember(reached: Reached): Promise<void> {
    if (!(await this.#rememberAgain(reached))) await this.#remember(reached);
  }

  async #remember(reached: Reached): Promise<void> {
    const { located, step, entries: there } = reached;
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
        const meanwhile = this.#meanwhile(lineage, step);
        const state = stateInStep({ brought: located, there, now, meanwhile });
        const saved = file.saveBase(state);
        if (state === located) base = saved;
        this.#before = this.#advance(lineage, saved, reached);
        return this.#before;
      },
    );
    this.#last = base === undefined ? undefined : { located, base, index: this.#index.entries };
  }

  /** The index as it was when it was in step with what a snapshot goes on from, if that came to be during the push. */
  #meanwhile({ known }: Lineage, { merged }: InStep): Index | undefined {
    const met = known.find(
      ({ snapshot, version }) =>
        version >= this.#version && !this.#known.has(snapshot) && merged.includes(snapshot),
    );
    return met && this.#index.file.loadBase(met.base);
  }

  /**
   * The lineage after a step. Where one of them begins anew, it is not said any more what later snapshots go on
   * from, and what was left out was never here: others must not take what is missing for deleted.
   */
  #advance(lineage: Lineage, base: Digest, { step, beginsAnew, leftOut }: Reached): Lineage {
    const state = { base, version: this.#version };
    if (!beginsAnew && !this.#hasBegunAnew) return advance(lineage, state, [step]);
    this.#hasBegunAnew = true;
    const known = leftOut.length === 0 ? lineage.known : this.#without(leftOut, lineage.known);
    return advance({ ...lineage, known, seen: [] }, state, [{ ...step, merged: [] }]);
  }

  /** The same states, but for entries that were left out. */
  #without(leftOut: Reached['leftOut'], known: readonly KnownSnapshot[]): readonly KnownSnapshot[] {
    const { file } = this.#index;
    const bases = new Map<Digest, Digest>();
    for (const { base } of known) {
      if (bases.has(base)) continue;
      const state = file.loadBase(base);
      const lost = leftOut.filter(([key, digest]) => state?.get(key)?.digest === digest);
      for (const [key] of lost) state?.delete(key);
      bases.set(base, state === undefined || lost.length === 0 ? base : file.saveBase(state));
    }
    return known.map((one) => ({ ...one, base: bases.get(one.base) ?? one.base }));
  }

  /**
   * The same for a further tag that is to hold the same, where nothing has happened here meanwhile: a small
   * part of the work.
   *
   * @returns whether that is so
   */
  #rememberAgain(reached: Reached): Promise<boolean> {
    const { file } = this.#index;
    return file.locked(() => {
      const { entries, lineage, isDirty } = this.#index;
      const last = this.#last;
      if (last?.located !== reached.located || last.index !== entries || isDirty) return false;
      if (reached.beginsAnew || lineage !== this.#before || file.isStale()) return false;
      this.#before = this.#advance(lineage, last.base, reached);
      file.saveLineage(this.#before);
      return true;
    });
  }
}
