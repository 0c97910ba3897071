import { showText } from '../names.ts';

/** Rows of all tables: nobody reads more. */
const MAX_ROWS = 500;

/** Bytes of all tables: GitHub takes a summary of 1 MiB at most, and drops what is larger. */
const MAX_BYTES = 900 * 1024;

/** Characters of a cell. */
const MAX_CELL = 300;

/** How a column is aligned. */
export type Column = readonly [title: string, align: 'left' | 'right'];

/** Tables of one summary: they share the room that there is. */
export class Tables {
  readonly #columns: readonly Column[];
  #rows = MAX_ROWS;
  #bytes = MAX_BYTES;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
  }

  /**
   * A table with as many rows as there is room for, and how many there is none for; nothing without rows.
   *
   * @param format gives a row's cells, as Markdown; those that there is no column for are left out
   */
  of<T>(items: readonly T[], format: (item: T) => readonly string[]): string[] {
    if (items.length === 0) return [];
    const rows: string[] = [];
    for (const item of items) {
      const row = line(format(item).slice(0, this.#columns.length));
      const bytes = Buffer.byteLength(row) + 1;
      if (this.#rows === 0 || bytes > this.#bytes) break;
      this.#rows -= 1;
      this.#bytes -= bytes;
      rows.push(row);
    }
    const left = items.length - rows.length;
    const rest = left === 0 ? [] : ['', `and ${left.toLocaleString('en')} more`];
    if (rows.length === 0) return rest;
    const titles = this.#columns.map(([title]) => title);
    const rules = this.#columns.map(([, align]) => (align === 'left' ? ':---' : '---:'));
    return ['', line(titles), line(rules), ...rows, ...rest];
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Lines behind a title that one clicks on to see them. */
export function folded(title: string, lines: readonly string[]): string[] {
  return ['', `<details><summary>${text(title)}</summary>`, ...lines, '', '</details>'];
}

/**
 * Text that stays where it is and is shown as it is, cut where it is long: names of files may hold
 * anything.
 *
 * @param length characters at most
 */
export function text(value: string, length: number = MAX_CELL): string {
  const shown = showText(value).replace(/\s+/g, ' ');
  // A pair of surrogates is not cut in two.
  const characters = shown.length > length ? Array.from(shown) : [];
  const short = characters.length > length ? `${characters.slice(0, length).join('')}...` : shown;
  return short.replace(
    /[&<>"\\`*_{}[\]()#+\-!|~@:]/g,
    (character) => `&#${String(character.charCodeAt(0))};`,
  );
}

/** The same, in the type of code. */
export function code(value: string): string {
  return `<code>${text(value)}</code>`;
}
