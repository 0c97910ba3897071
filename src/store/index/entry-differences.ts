import type { Entry } from '../entry.ts';
import type { Columns } from './columns.ts';
import { NO_ROW, rowDifferences } from './row-differences.ts';

/** A key with the entry that it had and the entry that it has; undefined: none. */
export type Difference = readonly [
  key: string,
  before: Entry | undefined,
  after: Entry | undefined,
];

/** How two indexes are compared. */
export interface DifferenceOptions {
  /** Whether entries count as equal that differ in their locations alone. Default: no. */
  readonly ignoreLocations?: boolean;
}

/** What leads from one state to another, in the order of the keys. */
export function* entryDifferences(
  from: Columns,
  to: Columns,
  { ignoreLocations = false }: DifferenceOptions,
): Generator<Difference, void, undefined> {
  for (const [row, other] of rowDifferences(from, to, ignoreLocations)) {
    const key = row === NO_ROW ? to.key(other) : from.key(row);
    const before = row === NO_ROW ? undefined : from.entry(row);
    yield [key, before, other === NO_ROW ? undefined : to.entry(other)];
  }
}
