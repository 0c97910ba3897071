import { type Hash, createHash, hash } from 'node:crypto';

import type { Digest } from '../../digest.ts';
import type { Columns } from './columns.ts';
import { Line, MAX_LINE_BYTES } from './line.ts';
import type { View } from './view.ts';

/** Bytes of lines that a prefix gathers before they are hashed: few calls, and still in a cache. */
const GATHER_BYTES = 16 * 1024;

const SLASH = '/'.charCodeAt(0);
const LINE_FEED = '\n'.charCodeAt(0);

/** A prefix that the key at hand lies below. */
interface Level {
  /** In bytes: the line of a key below it begins with so many that are not part of its own. */
  readonly prefixLength: number;
  /** Where in the arena the lines begin and end that are not hashed yet. */
  readonly start: number;
  end: number;
  /** Only where there were more lines than are gathered. */
  hash: Hash | undefined;
}

/**
 * The digests of prefixes in one pass over sorted keys. A prefix is one range of them, so all that
 * are open at one moment are the folders of one key; each takes a fixed amount of memory.
 */
export class PrefixHashes {
  /** The line at hand, then what each level has gathered: a copy within one buffer is the quickest. */
  #arena = Buffer.allocUnsafe(MAX_LINE_BYTES + 8 * GATHER_BYTES);
  readonly #line = new Line(this.#arena);
  readonly #levels: Level[] = [];
  /** How many of the levels are open. */
  #depth = 0;
  readonly #withFolders: boolean;

  /** @param withFolders whether each folder below the prefix has a digest, or the prefix alone */
  constructor(withFolders: boolean) {
    this.#withFolders = withFolders;
  }

  /** Each prefix behind all that lie below it; nothing where the view has no entry. */
  *digests(view: View, prefix: string): Generator<[string, Digest], void, undefined> {
    const { columns } = view;
    const { keys } = columns.data;
    this.#open(Buffer.byteLength(prefix));
    for (const step of view.steps()) {
      if (step.change === undefined) {
        const [from, to] = step.rows;
        for (let row = from; row < to; row += 1) {
          const start = columns.keyStart(row);
          const depth = this.#depthOf(keys, start, columns.keyStart(row + 1));
          if (depth < this.#depth) yield* this.#closeTo(depth);
          this.#line.writeRow(columns, row, start);
          this.#gather();
        }
      } else if (step.change[1] !== undefined) {
        const depth = this.#depthOf(step.key, 0, step.key.length);
        if (depth < this.#depth) yield* this.#closeTo(depth);
        this.#line.writeEntry(step.key, step.change[1]);
        this.#gather();
      }
    }
    if (this.#line.length > 0) yield* this.#closeTo(0);
  }

  /**
   * Those of some prefixes, in one pass over the rows below them: nothing for one without a row.
   *
   * @param prefixes each empty or with a `/` at its end, sorted by their bytes, each once
   */
  *digestsOf(
    columns: Columns,
    prefixes: readonly string[],
  ): Generator<[string, Digest], void, undefined> {
    const ends: number[] = [];
    let row = 0;
    for (const prefix of prefixes) {
      const [from, to] = columns.below(prefix);
      if (from === to) continue;
      row = yield* this.#walk(columns, ends, row, from);
      this.#open(Buffer.byteLength(prefix));
      ends.push(to);
    }
    yield* this.#walk(columns, ends, row, columns.size);
  }

  /** Goes on to a row, and ends levels on the way where their rows end. Gives the row. */
  *#walk(
    columns: Columns,
    ends: number[],
    start: number,
    to: number,
  ): Generator<[string, Digest], number, undefined> {
    let row = start;
    for (let end = ends.at(-1); end !== undefined; end = ends.at(-1)) {
      for (const last = Math.min(end, to); row < last; row += 1) {
        this.#line.writeRow(columns, row, columns.keyStart(row));
        this.#gather();
      }
      if (end > to) break;
      ends.pop();
      yield* this.#closeTo(ends.length);
    }
    return to;
  }

  /** How many of the open levels a key lies below. */
  #depthOf(keys: Uint8Array, start: number, end: number): number {
    let depth = this.#depth;
    // The first key: only the prefix is open, and every key lies below it.
    if (this.#line.length === 0) return depth;
    const top = this.#levels[depth - 1]?.prefixLength ?? 0;
    const shared = this.#line.sharedWith(keys, start, end, top);
    while (depth > 1 && (this.#levels[depth - 1]?.prefixLength ?? 0) > shared) depth -= 1;
    return depth;
  }

  #open(prefixLength: number): void {
    const at = MAX_LINE_BYTES + this.#depth * GATHER_BYTES;
    if (at + GATHER_BYTES > this.#arena.length) this.#grow();
    this.#levels[this.#depth++] = { prefixLength, start: at, end: at, hash: undefined };
  }

  #grow(): void {
    const grown = Buffer.allocUnsafe(this.#arena.length * 2);
    this.#arena.copy(grown);
    this.#arena = grown;
    this.#line.moveTo(grown);
  }

  /** Adds the line at hand to all prefixes that its key lies below. */
  #gather(): void {
    const line = this.#line;
    if (this.#withFolders) {
      const top = this.#levels[this.#depth - 1]?.prefixLength ?? 0;
      for (let i = top; i < line.keyLength; i += 1) {
        if (this.#arena[i] === SLASH) this.#open(i + 1);
      }
    }
    for (let i = 0; i < this.#depth; i += 1) {
      const level = this.#levels[i];
      if (level === undefined) continue;
      if (level.end - level.start + 1 + MAX_LINE_BYTES > GATHER_BYTES) this.#flush(level);
      if (level.hash !== undefined || level.end > level.start) this.#arena[level.end++] = LINE_FEED;
      this.#arena.copyWithin(level.end, level.prefixLength, line.length);
      level.end += line.length - level.prefixLength;
    }
  }

  #flush(level: Level): void {
    level.hash ??= createHash('sha256');
    level.hash.update(this.#arena.subarray(level.start, level.end));
    level.end = level.start;
  }

  /** Ends the innermost levels. */
  *#closeTo(depth: number): Generator<[string, Digest], void, undefined> {
    while (this.#depth > depth) {
      this.#depth -= 1;
      const level = this.#levels[this.#depth];
      if (level === undefined) return;
      const { prefixLength, start, end } = level;
      const rest = this.#arena.subarray(start, end);
      const hex = level.hash?.update(rest).digest('hex') ?? hash('sha256', rest, 'hex');
      yield [this.#arena.toString('utf8', 0, prefixLength), `sha256:${hex}`];
    }
  }
}
