import type { Digest } from '../digest.ts';
import { Index } from '../store/entry-index.ts';
import type { Entry } from '../store/entry.ts';
import { type KnownSnapshot, lastInStep, lastOf, pulledSince } from '../store/lineage.ts';
import type { PushRequest } from '../store/upstream.ts';
import type { Carrier } from './segments.ts';

/** What a tag is to hold. */
export interface Wanted {
  readonly entries: Index;
  /** Whether these are exactly the store's entries. */
  readonly isWhole: boolean;
}

/** What was changed in a store since it was in step with snapshots. */
export class LocalChanges {
  readonly #request: Pick<PushRequest, 'entries' | 'lineage' | 'base'>;
  /** By their digests; undefined: not known any more. */
  readonly #bases = new Map<Digest, Index | undefined>();
  /** By the base: whether nothing has changed since. */
  readonly #unchanged = new Map<Digest, boolean>();
  /** The last result of {@link LocalChanges.onto}: it is asked for again, and is large. */
  #last: { readonly name: string; readonly wanted: Wanted } | undefined;

  constructor(request: Pick<PushRequest, 'entries' | 'lineage' | 'base'>) {
    this.#request = request;
  }

  /** Everything that the store holds. */
  get whole(): Wanted {
    return { entries: this.#request.entries, isWhole: true };
  }

  /** Whether nothing has changed since the store was in step with a snapshot. */
  areNoneSince(snapshot: Digest): boolean {
    const { entries, lineage } = this.#request;
    const known = lineage.known.find((one) => one.snapshot === snapshot);
    if (known === undefined) return false;
    const isUnchanged = this.#unchanged.get(known.base) ?? isEqual(this.#base(known), entries);
    this.#unchanged.set(known.base, isUnchanged);
    return isUnchanged;
  }

  /**
   * What a tag is to hold next that holds a snapshot.
   *
   * @param ref of the tag
   */
  onto({ snapshot, index }: Carrier, ref: string): Wanted {
    const { entries, lineage } = this.#request;
    const { digest } = snapshot.descriptor;
    const { merged, first } = snapshot.config;
    // All that it holds was here once: what is not here now was deleted.
    const isPast = lineage.seen.includes(digest);
    const known = isPast
      ? undefined
      : lastInStep(lineage, { snapshot: digest, merged, first, ref });
    const name = `${digest} ${known?.base ?? ''}`;
    if (this.#last?.name === name) return this.#last.wanted;
    const base = isPast ? index.entries : known && this.#base(known);
    // A tag that this store was never in step with gets all that it holds; one that was begun anew since then,
    // all that it lacks, and what was changed here.
    const result =
      base === undefined
        ? Index.merge(new Index(), index.entries, entries, () => this.#load(lastOf(lineage, ref)))
        : Index.merge(base, index.entries, entries, () =>
            this.#load(known && pulledSince(lineage, known)),
          );
    const wanted = { entries: result, isWhole: isEqual(result, entries) };
    this.#last = { name, wanted };
    return wanted;
  }

  /** Whether an entry is as it was when the store was in step with a snapshot. */
  isUnchanged(key: string, { digest }: Pick<Entry, 'digest'>): boolean {
    return this.#request.lineage.known.some(
      (known) => this.#base(known)?.get(key)?.digest === digest,
    );
  }

  #load(known: KnownSnapshot | undefined): Index | undefined {
    return known && this.#base(known);
  }

  #base(known: KnownSnapshot): Index | undefined {
    if (!this.#bases.has(known.base)) this.#bases.set(known.base, this.#request.base(known));
    return this.#bases.get(known.base);
  }
}

/** Whether they say the same, wherever the contents lie. */
function isEqual(a: Index | undefined, b: Index): boolean {
  return a?.hasSameEntries(b, { ignoreLocations: true }) === true;
}
