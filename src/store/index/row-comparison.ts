import type { Columns } from './columns.ts';
import { hasSameDigest } from './digest-column.ts';
import { LocationComparison } from './location-comparison.ts';
import { MetaComparison } from './meta-comparison.ts';

/** Compares what rows of two indexes hold, keys aside, without making entries of them. */
export class RowComparison {
  readonly #a: Columns;
  readonly #b: Columns;
  readonly #metas: MetaComparison;
  /** undefined: locations make no difference. */
  readonly #locations: LocationComparison | undefined;

  constructor(a: Columns, b: Columns, ignoreLocations: boolean) {
    this.#a = a;
    this.#b = b;
    this.#metas = new MetaComparison(a.data, b.data);
    this.#locations = ignoreLocations ? undefined : new LocationComparison(a.data, b.data);
  }

  /** Whether a row of `a` holds what a row of `b` does. */
  isSame(row: number, other: number): boolean {
    const [a, b] = [this.#a.data, this.#b.data];
    return (
      a.sizes[row] === b.sizes[other] &&
      hasSameDigest(a.digests, row, b.digests, other) &&
      this.#metas.isSame(row, other) &&
      this.#locations?.isSame(row, other) !== false
    );
  }
}
