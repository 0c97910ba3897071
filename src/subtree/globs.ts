import { Minimatch, type MinimatchOptions } from 'minimatch';

import { CafsError } from '../errors.ts';
import { type Glob, parseGlob } from './glob.ts';

/** What a list of patterns selects. Paths are POSIX, relative to the patterns' folder. */
export interface Matcher {
  /** Whether this path is selected, file or folder; the empty path is the patterns' folder. */
  readonly matches: (path: string) => boolean;
  /** False: nothing below this folder is selected, so that a walk may leave it out. */
  readonly mayContain: (folder: string) => boolean;
}

/**
 * As in `@actions/glob`: `*`, `**`, `?` and `[...]`, names that begin with a dot included, no
 * braces. `platform` keeps `\` an escape and patterns case-sensitive on every system, as
 * fingerprints must not differ between them.
 */
export const MINIMATCH_OPTIONS: Readonly<MinimatchOptions> = {
  dot: true,
  nobrace: true,
  noext: true,
  nocomment: true,
  nonegate: true,
  nocase: false,
  platform: 'linux',
};

/**
 * Compiles a list of relative patterns, read as `@actions/glob` and `.gitignore` read theirs:
 *
 * - In order, the last pattern that matches decides; `!` before a pattern takes away.
 * - What matches is selected with everything in it: `dist`, `dist/` and `dist/**` are the same,
 *   and `src/*` reaches all of `src`.
 * - An empty list selects nothing. A list of nothing but `!` patterns is refused, since whoever
 *   wrote it did not mean "nothing".
 * - Names are compared byte by byte: case counts, and so does the form of Unicode.
 *
 * @throws CafsError `INVALID_INPUT` that names the pattern
 *
 * @example
 * const matcher = compileGlobs(['src/**', '!src/**\/*.test.ts']);
 * matcher.matches('src/a.ts') // true
 * matcher.mayContain('docs') // false
 */
export function compileGlobs(patterns: readonly string[]): Matcher {
  const globs = patterns.map(parseGlob);
  const [first] = globs;
  if (first !== undefined && globs.every((glob) => glob.excludes)) {
    throw new CafsError(
      'INVALID_INPUT',
      `The pattern ${JSON.stringify(first.text)} has nothing to exclude from: no pattern selects anything.`,
      { hint: 'Put "**" before it to select everything else.' },
    );
  }
  const rules = globs.map((glob) => ({ excludes: glob.excludes, area: new Area(glob) }));
  return {
    matches: (path) => {
      const last = rules.findLast(({ area }) => area.covers(path));
      return last !== undefined && !last.excludes;
    },
    mayContain: (folder) => {
      let may = false;
      for (const { excludes, area } of rules) {
        if (!excludes) may ||= area.touches(folder);
        else if (may && area.covers(folder)) may = false;
      }
      return may;
    },
  };
}

/** What one pattern matches, and all below that. */
class Area {
  readonly #self: Minimatch | undefined;
  readonly #below: Minimatch | undefined;

  constructor({ segments }: Glob) {
    if (segments.length === 0) return;
    const pattern = segments.join('/');
    this.#self = new Minimatch(pattern, MINIMATCH_OPTIONS);
    this.#below = new Minimatch(`${pattern}/**`, MINIMATCH_OPTIONS);
  }

  covers(path: string): boolean {
    if (this.#self === undefined || this.#below === undefined) return true;
    return path !== '' && (this.#self.match(path) || this.#below.match(path));
  }

  /** Whether it covers anything at or below a folder. */
  touches(folder: string): boolean {
    return this.#below === undefined || folder === '' || this.#below.match(folder, true);
  }
}
