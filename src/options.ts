import * as v from 'valibot';

import { CafsError } from './errors.ts';
import { quoted } from './quoted.ts';

/** What is known about the options of a function. */
export interface OptionsOf {
  /** The function, for errors. */
  readonly name: string;
  /** All options that there are, with what each must be. */
  readonly entries: v.ObjectEntries;
  /** What others call an option, and what it is called here. */
  readonly otherNames?: Readonly<Record<string, string>>;
}

/**
 * Checks what code without types may get wrong: an option that does not exist would be passed over in
 * silence, and with it a password, or that nothing is to be pulled.
 *
 * @throws CafsError `INVALID_INPUT` that names the option, and for one that does not exist, the nearest
 */
export function checkOptions(options: unknown, { name, entries, otherNames }: OptionsOf): void {
  const known = Object.keys(entries);
  const all = `The options of ${name} are ${known.join(', ')}.`;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new CafsError('INVALID_INPUT', `The options of ${name} are not an object.`, {
      hint: all,
    });
  }
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(entries, key)) continue;
    const near = Object.hasOwn(otherNames ?? {}, key) ? otherNames?.[key] : nearest(key, known);
    const hint = near === undefined ? all : `Did you mean ${quoted(near)}? ${all}`;
    throw new CafsError('INVALID_INPUT', `${name} has no option ${quoted(key)}.`, { hint });
  }
  const [issue] = v.safeParse(v.object(entries), options, { abortEarly: true }).issues ?? [];
  if (issue === undefined) return;
  const path = v.getDotPath(issue) ?? '';
  throw new CafsError('INVALID_INPUT', `The option ${quoted(path)} of ${name}: ${issue.message}.`, {
    hint: all,
  });
}

/** Some of them, or all: those that are absent or undefined have their defaults. */
export type Partially<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** Options that are given, and defaults for the others. */
export function withDefaults<T extends object>(given: Partially<T>, defaults: T): T {
  const found = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(found) as Partial<T>) };
}

/** The name that was probably meant: it differs in at most a third of its letters. */
function nearest(key: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance: far }) => far <= Math.ceil(name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** How many letters must be added, taken away or changed to make one word of another. */
function distance(from: string, to: string): number {
  // Nobody means a name by a text that is far longer.
  if (from.length > 2 * to.length) return from.length;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 0; index < from.length; index += 1) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at += 1) {
      const [left = 0, above = 0, diagonal = 0] = [next[at], row[at + 1], row[at]];
      const changed = from[index] === to[at] ? 0 : 1;
      next.push(Math.min(left + 1, above + 1, diagonal + changed));
    }
    row = next;
  }
  return row[to.length] ?? from.length;
}

/** What an `AbortSignal` must be. Not by its class: another realm has another. */
export const SIGNAL = v.optional(
  v.custom<AbortSignal>(
    (value) => typeof value === 'object' && value !== null && 'throwIfAborted' in value,
    'it must be an AbortSignal',
  ),
);
