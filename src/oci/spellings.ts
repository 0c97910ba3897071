import { ENTITY, entityText } from './entities.ts';

/** A run of a text as it was written. */
export interface Span {
  readonly start: number;
  /** Behind its last UTF-16 unit. */
  readonly end: number;
}

/** A UTF-16 unit of a text as it is read, and what was written for it. */
interface Unit extends Span {
  readonly char: string;
}

/** How often what was decoded is decoded again: JSON in JSON in an address in a page. */
const MAX_NESTING = 4;

/** A shorter word is looked for as a whole word only: "pass" is in every other text. */
const SHORT = 8;

/**
 * Where words stand in a text, however they are spelled there: the text is read as it is, and then with its
 * escapes decoded, up to four times over, and each time looked through. Escapes are those of addresses
 * (`%2F`), of JSON (`\u002f`, `\/`), and of HTML (`&sol;`, `&#47;`, `&#x2F;`), mixed as they may be.
 *
 * Upper and lower case are the same. Of a word of eight characters or more, blanks, line breaks and what
 * cannot be seen do not count, nor do `+`, `-` and `=`, and `_` is `/`: base64 is broken into lines, written
 * without its end, and has other characters in addresses, where a blank may be a `+`.
 */
export function findSpellings(text: string, words: readonly string[]): readonly Span[] {
  const wanted = words.flatMap((word) => [word, textOf(readings(word).at(-1) ?? [])]);
  const long = wanted.map(folded).filter((word) => word.length >= SHORT);
  const short = wanted
    .filter((word) => word !== '' && folded(word).length < SHORT)
    .flatMap((word) => [word, word.replaceAll(' ', '+')]);
  return readings(text).flatMap((reading) => [
    ...findLong(reading, new Set(long)),
    ...findShort(reading, new Set(short)),
  ]);
}

/** A text as it is, and with its escapes decoded once, twice, and so on. */
function readings(text: string): readonly (readonly Unit[])[] {
  let last: readonly Unit[] = Array.from({ length: text.length }, (_, at) => ({
    char: text.charAt(at),
    start: at,
    end: at + 1,
  }));
  const all = [last];
  while (all.length <= MAX_NESTING) {
    const next = decoded(last);
    if (next === undefined) break;
    all.push(next);
    last = next;
  }
  return all;
}

/** One character in an address (up to four bytes of UTF-8), in JSON, or in HTML. */
const ESCAPE = new RegExp(
  [
    '%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]',
    '%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}',
    String.raw`\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[^]`,
    ENTITY.source,
  ].join('|'),
  'gi',
);

/** A text with its escapes decoded once; undefined where it has none. */
function decoded(reading: readonly Unit[]): readonly Unit[] | undefined {
  const runs: (readonly Unit[])[] = [];
  let position = 0;
  for (const { 0: escape, index } of textOf(reading).matchAll(ESCAPE)) {
    const written = reading.slice(index, index + escape.length);
    const char = characterOf(escape);
    const span = { start: written[0]?.start ?? 0, end: written.at(-1)?.end ?? 0 };
    const units = Array.from({ length: char.length }, (_, at) => ({
      char: char.charAt(at),
      ...span,
    }));
    runs.push(reading.slice(position, index), units);
    position = index + escape.length;
  }
  return position === 0 ? undefined : [...runs.flat(), ...reading.slice(position)];
}

/** What JSON writes as a letter behind a backslash, all of it blank. */
const BLANKS = 'bfnrt';

function characterOf(escape: string): string {
  if (escape.startsWith('&')) return entityText(escape);
  if (escape.startsWith('%')) {
    try {
      return decodeURIComponent(escape);
    } catch {
      return escape;
    }
  }
  if (escape.length > 2) return String.fromCharCode(parseInt(escape.slice(2), 16));
  const char = escape.charAt(1);
  return BLANKS.includes(char) ? ' ' : char;
}

function textOf(reading: readonly Unit[]): string {
  return reading.map(({ char }) => char).join('');
}

function findLong(reading: readonly Unit[], words: ReadonlySet<string>): readonly Span[] {
  if (words.size === 0) return [];
  const counted: Unit[] = [];
  for (const unit of reading) {
    const char = fold(unit.char);
    const last = counted.at(-1);
    if (char !== '') counted.push({ ...unit, char });
    // The end of base64 goes with what is before it.
    else if (unit.char === '=' && last) counted[counted.length - 1] = { ...last, end: unit.end };
  }
  const text = textOf(counted);
  return [...words].flatMap((word) =>
    placesOf(text, word).map((index) => spanOf(counted, index, word.length)),
  );
}

function findShort(reading: readonly Unit[], words: ReadonlySet<string>): readonly Span[] {
  const text = lower(textOf(reading));
  const isPart = (at: number): boolean => /^[a-z0-9]$/.test(text.charAt(at));
  return [...words].flatMap((word) =>
    placesOf(text, lower(word), (at) => !isPart(at - 1) && !isPart(at + word.length)).map((index) =>
      spanOf(reading, index, word.length),
    ),
  );
}

/** Where a word is in a text. Without a pattern: none may be as long as a secret. */
function placesOf(
  text: string,
  word: string,
  counts: (at: number) => boolean = () => true,
): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at !== -1;) {
    const isOne = counts(at);
    if (isOne) places.push(at);
    at = text.indexOf(word, at + (isOne ? word.length : 1));
  }
  return places;
}

function spanOf(units: readonly Unit[], index: number, length: number): Span {
  return { start: units[index]?.start ?? 0, end: units[index + length - 1]?.end ?? 0 };
}

/** In lower case, unit by unit: as long as it was. */
function lower(text: string): string {
  return Array.from({ length: text.length }, (_, at) =>
    text.charAt(at).toLowerCase().charAt(0),
  ).join('');
}

function folded(word: string): string {
  return Array.from({ length: word.length }, (_, at) => fold(word.charAt(at))).join('');
}

const NOT_COUNTED = /[\s\p{Cc}\p{Cf}+=-]/u;

/** A unit as words are compared; empty where it does not count. */
function fold(char: string): string {
  if (NOT_COUNTED.test(char)) return '';
  // Some letters become two.
  return char === '_' ? '/' : char.toLowerCase().charAt(0);
}
