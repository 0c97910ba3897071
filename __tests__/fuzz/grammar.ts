import fc from 'fast-check';

/*
 * Text near a grammar: random characters alone would hardly ever get past the first check of a parser.
 */

/** Any text, of few or many kinds of characters. */
export const anyText = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** Text made of a grammar's own pieces, in any order. */
export function pieces(...all: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...all), { maxLength: 40 }).map((list) => list.join(''));
}

/** What is put in place of a piece of text: from is a share of its length. */
interface Edit {
  readonly from: number;
  readonly length: number;
  readonly by: string;
}

/** Text with up to three of its places changed: something left out, put in, or both. */
export function edited(
  texts: fc.Arbitrary<string>,
  ...by: readonly string[]
): fc.Arbitrary<string> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1000)),
    by: fc.oneof(fc.constantFrom('', ...by), fc.string({ unit: 'binary', maxLength: 5 })),
  });
  return fc.tuple(texts, fc.array(edit, { maxLength: 3 })).map(([text, edits]) => {
    return edits.reduce((before, { from, length, by: instead }) => {
      const at = Math.floor(from * before.length);
      return `${before.slice(0, at)}${instead}${before.slice(at + length)}`;
    }, text);
  });
}

/** One megabyte of the same, again and again; built late, so that a counterexample stays short. */
export interface Repetition {
  readonly head: string;
  readonly piece: string;
  readonly tail: string;
}

/** What makes a parser slow that goes back: repetitions of its own characters. */
export function repetitions(
  heads: readonly string[],
  units: readonly string[],
  tails: readonly string[],
): fc.Arbitrary<Repetition> {
  const unit = fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 3 });
  return fc.record({
    head: fc.constantFrom('', ...heads),
    piece: unit.map((list) => list.join('')),
    tail: fc.constantFrom('', ...tails),
  });
}

const MEGABYTE = 1_000_000;

export function megabyte({ head, piece, tail }: Repetition): string {
  return `${head}${piece.repeat(Math.ceil(MEGABYTE / piece.length))}${tail}`;
}

/** Any of ASCII's upper and lower case. */
export function anyCase(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return texts.chain((text) =>
    fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((upper) => {
      const chars = upper.map((isUpper, i) =>
        isUpper ? text.charAt(i).toUpperCase() : text.charAt(i).toLowerCase(),
      );
      return chars.join('');
    }),
  );
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
export const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/);

/** Optional white space. */
export const ows = fc.constantFrom('', '', ' ', '\t', '  ');

/** What may stand between quotes, once its escapes are undone. */
export const quotable = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  }),
  pieces('"', '\\', ',', ';', '=', '<', '>', ' ', 'a'),
);

/** A value in quotes, with what must be escaped and what may be. */
export function quoted(value: string, escapeAll: boolean): string {
  return `"${value.replaceAll(escapeAll ? /[\s\S]/g : /["\\]/g, '\\$&')}"`;
}

/** A value as JSON; empty for none. */
export function jsonText(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** JSON near a valid value: up to three of its places hold something else. */
export function editedJson(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change: fc.Arbitrary<Change> = fc.record({
    steps: fc.array(fc.nat(), { maxLength: 6 }),
    what: fc.constantFrom('replace', 'remove', 'add'),
    name: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'a\n::error::b', '', 'mediaType')),
    value: fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(0, -1, 1.5, 1e300, 2 ** 53, null, true, '', [], {}, '\n::error::x\u001b[31m'),
      fc.string({ unit: 'binary' }),
    ),
  });
  return fc
    .tuple(values, fc.array(change, { maxLength: 3 }))
    .map(([value, changes]) =>
      changes.reduce<unknown>((before, one) => changed(before, one.steps, one), value),
    );
}

interface Change {
  readonly steps: readonly number[];
  readonly what: 'replace' | 'remove' | 'add';
  readonly name: string;
  readonly value: unknown;
}

function changed(value: unknown, steps: readonly number[], change: Change): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return change.value;
  const fields = Object.entries(value as Record<string, unknown>);
  const at = fields.length === 0 ? 0 : step % fields.length;
  const field = fields[at];
  if (rest.length > 0 && field !== undefined) {
    fields[at] = [field[0], changed(field[1], rest, change)];
  } else if (change.what === 'add' || field === undefined) {
    fields.push([change.name, change.value]);
  } else if (change.what === 'remove') {
    fields.splice(at, 1);
  } else {
    fields[at] = [field[0], change.value];
  }
  return Array.isArray(value) ? fields.map(([, item]) => item) : Object.fromEntries(fields);
}

/** Bytes with up to three of them changed. */
export function editedBytes(all: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(4),
    by: fc.uint8Array({ maxLength: 4 }),
  });
  return fc.tuple(all, fc.array(edit, { maxLength: 3 })).map(([bytes, edits]) =>
    edits.reduce((before, { from, length, by }) => {
      const at = Math.floor(from * before.length);
      return Buffer.concat([before.subarray(0, at), by, before.subarray(at + length)]);
    }, Buffer.from(bytes)),
  );
}
