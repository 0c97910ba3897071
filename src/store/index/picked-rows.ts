import { tooLarge } from './byte-writer.ts';
import { Columns } from './columns.ts';
import { ColumnsBuilder } from './columns-builder.ts';
import { MAX_SEGMENT_BYTES } from './limits.ts';

/** Rows of one source that follow one another. */
export interface Run {
  /** The number of the source. */
  readonly source: number;
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

/** Columns out of rows of other columns, picked in the order of their keys. */
export class PickedRows {
  readonly #sources: readonly Columns[];
  /** Source, first row, and the row behind the last one of each run, in turns. */
  readonly #runs: number[] = [];
  #size = 0;
  #keyBytes = 0;

  constructor(...sources: readonly Columns[]) {
    this.#sources = sources;
  }

  /** How many rows were picked. */
  get size(): number {
    return this.#size;
  }

  /** Picks a row, or all from one to before another. */
  pick(source: number, from: number, to = from + 1): void {
    if (from === to) return;
    const columns = this.#sources[source] ?? Columns.EMPTY;
    this.#size += to - from;
    this.#keyBytes += columns.keyStart(to) - columns.keyStart(from);
    const runs = this.#runs;
    if (runs.at(-3) === source && runs.at(-1) === from) runs[runs.length - 1] = to;
    else runs.push(source, from, to);
  }

  /** What was picked, in order. */
  *runs(): Generator<Run, void, undefined> {
    const runs = this.#runs;
    for (let i = 0; i < runs.length; i += 3) {
      yield { source: runs[i] ?? 0, from: runs[i + 1] ?? 0, to: runs[i + 2] ?? 0 };
    }
  }

  /**
   * The columns; those of a source themselves where that is all of it.
   *
   * @throws CafsError `INVALID_INPUT` for more than an index can hold
   */
  build(): Columns {
    if (this.#size === 0) return Columns.EMPTY;
    if (this.#keyBytes > MAX_SEGMENT_BYTES) throw tooLarge();
    const [whole = 0] = this.#runs;
    const only = this.#sources[whole];
    if (this.#runs.length === 3 && only?.size === this.#size) return only;
    const builder = new ColumnsBuilder(this.#size, this.#keyBytes);
    const importers = this.#sources.map((columns) => builder.importer(columns));
    for (const { source, from, to } of this.runs()) importers[source]?.(from, to);
    return builder.build();
  }
}
