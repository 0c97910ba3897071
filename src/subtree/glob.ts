import { CafsError } from '../errors.ts';

/** One pattern of a list, taken apart. */
export interface Glob {
  /** As the user wrote it. */
  readonly text: string;
  /** Whether it takes away what it matches: it began with `!`. */
  readonly excludes: boolean;
  /**
   * The pattern's parts between slashes, without `**` at the end, which what it matches and all
   * below it has anyway. None: everything.
   */
  readonly segments: readonly string[];
}

/** Minimatch takes 64 KiB; nobody writes that by hand. */
const MAX_LENGTH = 4096;

/**
 * Takes a relative pattern apart. `./a`, `a//b`, `a/` and `a/**` are `a`, `a/b`, `a` and `a`.
 *
 * @throws CafsError `INVALID_INPUT` for a pattern that is empty, absolute, holds `..`, or is
 *   negated twice
 *
 * @example
 * parseGlob('!dist/**') // { text: '!dist/**', excludes: true, segments: ['dist'] }
 */
export function parseGlob(text: string): Glob {
  const excludes = text.startsWith('!');
  const pattern = excludes ? text.slice(1) : text;
  const reason = reasonAgainst(pattern);
  if (reason !== undefined) {
    throw new CafsError(
      'INVALID_INPUT',
      `The pattern ${JSON.stringify(text.slice(0, 200))} is refused: ${reason}.`,
      { hint: 'Write it relative to its folder, with "/" between names: "src/**".' },
    );
  }
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
  while (segments.at(-1) === '**') segments.pop();
  return { text, excludes, segments };
}

function reasonAgainst(pattern: string): string | undefined {
  if (pattern.trim() === '') return 'it is empty';
  if (pattern.length > MAX_LENGTH) return `it has more than ${String(MAX_LENGTH)} characters`;
  if (pattern.includes('\0')) return 'it holds a NUL';
  if (pattern.startsWith('!'))
    return 'it is negated twice; a name that begins with "!" is written "\\!"';
  if (pattern.startsWith('/') || /^[a-z]:[/\\]/i.test(pattern)) return 'it is absolute';
  if (/^~(?:\/|$)/.test(pattern)) return 'it begins with "~"; a folder of that name is "[~]"';
  const names = pattern.split('/').map((segment) => segment.replaceAll('\\', ''));
  return names.includes('..') ? 'it holds ".."' : undefined;
}
