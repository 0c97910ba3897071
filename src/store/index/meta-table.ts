import type { Json } from '../entry.ts';

/**
 * Metadata as templates of JSON text. Most of what files carry differs in the time alone, so a
 * template may have a gap, which a number fills: `{"mode":420,"mtimeMs":` and `}`.
 */
export interface Template {
  readonly head: string;
  /** What follows the number; undefined: the head is all of the text, and there is no number. */
  readonly tail: string | undefined;
}

/** A template, and what stands in its gap: thousandths, from 0 on and below {@link MAX_THOUSANDTHS}. */
export interface Filled extends Template {
  readonly thousandths: number;
}

/** Leaves room for the difference of two in a double, whatever their order. Ends in 2112. */
export const MAX_THOUSANDTHS = 2 ** 52;

const TIME = /"mtimeMs":(\d+(?:\.\d{1,3})?)(?=[,}])/;

/** Takes a file's time out of the text of its metadata; a text without one is all head. */
export function takeApart(text: string): Filled {
  const digits = TIME.exec(text);
  const number = digits?.[1];
  if (digits === null || number === undefined)
    return { head: text, tail: undefined, thousandths: 0 };
  const thousandths = Math.round(Number(number) * 1000);
  // What cannot be put together again to the very same text stays as it is.
  if (thousandths >= MAX_THOUSANDTHS || String(thousandths / 1000) !== number) {
    return { head: text, tail: undefined, thousandths: 0 };
  }
  const start = digits.index + digits[0].length - number.length;
  return { head: text.slice(0, start), tail: text.slice(start + number.length), thousandths };
}

/** The text of a template with a number in its gap. */
export function putTogether({ head, tail }: Template, thousandths: number): string {
  return tail === undefined ? head : `${head}${String(thousandths / 1000)}${tail}`;
}

/** Templates by number, as UTF-8. */
export class MetaTable {
  static readonly EMPTY = new MetaTable(new Uint8Array(), new Uint32Array(), new Uint8Array());
  readonly text: Uint8Array;
  /** Where head and tail of each template end in the text, in turns. */
  readonly ends: Uint32Array;
  /** 1 for each template with a gap. */
  readonly gaps: Uint8Array;
  /** Templates that were used, ready to be filled: as many as most tables have. */
  readonly #fills = new Map<number, Fill>();

  constructor(text: Uint8Array, ends: Uint32Array, gaps: Uint8Array) {
    this.text = text;
    this.ends = ends;
    this.gaps = gaps;
  }

  get size(): number {
    return this.gaps.length;
  }

  template(number: number): Template {
    const text = Buffer.from(this.text.buffer, this.text.byteOffset, this.text.byteLength);
    const [start, middle, end] = this.bounds(number);
    const head = text.toString('utf8', start, middle);
    if (this.gaps[number] !== 1) return { head, tail: undefined };
    return { head, tail: text.toString('utf8', middle, end) };
  }

  /** Where in the text the head of a template starts, where its tail does, and where that ends. */
  bounds(number: number): readonly [start: number, middle: number, end: number] {
    const start = number === 0 ? 0 : (this.ends[2 * number - 1] ?? 0);
    return [start, this.ends[2 * number] ?? 0, this.ends[2 * number + 1] ?? 0];
  }

  /** How long the text of a template is, without what fills it. */
  bytesOf(number: number): number {
    const [start, , end] = this.bounds(number);
    return end - start;
  }

  meta(number: number, thousandths: number): Json {
    const known = this.#fills.get(number);
    if (known !== undefined) return known(thousandths);
    const fill = makeFill(this.template(number));
    if (this.#fills.size < MAX_FILLS) this.#fills.set(number, fill);
    return fill(thousandths);
  }
}

/** Makes metadata out of a template. */
type Fill = (thousandths: number) => Json;

const MAX_FILLS = 1024;

/** Of a template that is an object of plain values, a copy with another number is all that it takes. */
function makeFill(template: Template): Fill {
  const parse = (thousandths: number): Json =>
    JSON.parse(putTogether(template, thousandths)) as Json;
  const sample = parse(0);
  if (template.tail === undefined || !isFlat(sample)) return parse;
  // A member that is each of these numbers in turn is the gap: there is no other that could change.
  const [one, two] = [parse(1000), parse(2000)] as [typeof sample, typeof sample];
  const names = Object.keys(sample);
  const gap = names.find((name) => sample[name] === 0 && one[name] === 1 && two[name] === 2);
  if (gap === undefined) return parse;
  return (thousandths) => ({ ...sample, [gap]: thousandths / 1000 });
}

function isFlat(value: Json): value is Readonly<Record<string, Json>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((member) => typeof member !== 'object' || member === null);
}
