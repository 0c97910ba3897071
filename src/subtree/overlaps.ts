import { Minimatch } from 'minimatch';

import { showPath } from '../names.ts';
import { type Glob, parseGlob } from './glob.ts';
import { compileGlobs, MINIMATCH_OPTIONS } from './globs.ts';
import { folderOf, pathWithin } from './name.ts';
import type { Subtree } from './selection.ts';

/** Two subtrees that would both keep the same file. */
export interface Overlap {
  readonly subtrees: readonly [outer: string, inner: string];
  /** A path that both would keep, relative to the workspace; it need not exist. */
  readonly path: string;
  /** A sentence that says so. */
  readonly message: string;
}

/**
 * Finds subtrees whose outputs overlap, by their globs alone: only a subtree inside of another
 * one's folder can. For each pair it looks for a path that is an output of both, and reports
 * nothing without one; an unusual pair of wildcards (`*a*` and `*b*`) may go unnoticed.
 *
 * @throws CafsError `INVALID_INPUT` for a name or a pattern that is none
 *
 * @example
 * // packages/a/dist is an output of both:
 * findOverlaps([
 *   { name: '.', inputs: [], outputs: ['packages/*\/dist'] },
 *   { name: 'packages/a', inputs: [], outputs: ['dist/**'] },
 * ])
 */
export function findOverlaps(
  subtrees: readonly Pick<Subtree, 'name' | 'outputs'>[],
): readonly Overlap[] {
  const areas = subtrees.map(({ name, outputs }) => ({
    name,
    folder: folderOf(name),
    globs: outputs.map(parseGlob).filter(({ excludes }) => !excludes),
    matcher: compileGlobs(outputs),
  }));
  const overlaps: Overlap[] = [];
  for (const inner of areas) {
    for (const outer of areas) {
      const at = pathWithin(outer.folder, inner.folder);
      if (outer === inner || at === undefined || !outer.matcher.mayContain(at)) continue;
      // Of two with one folder, each is in the other.
      if (at === '' && areas.indexOf(inner) < areas.indexOf(outer)) continue;
      const prefix = at === '' ? [] : at.split('/').map(literal);
      const path = samplesOfBoth(outer.globs, inner.globs, prefix)
        .map((sample) => sample.join('/'))
        .find((sample) => {
          const inside = pathWithin(at, sample);
          return (
            inside !== undefined && inner.matcher.matches(inside) && outer.matcher.matches(sample)
          );
        });
      if (path === undefined) continue;
      const whole = outer.folder === '' ? path : `${outer.folder}/${path}`;
      overlaps.push({
        subtrees: [outer.name, inner.name],
        path: whole,
        message: `${showPath(whole)} would be an output of ${outer.name} and of ${inner.name}: exclude it from one of them.`,
      });
    }
  }
  return overlaps;
}

/** Paths, in names, that a glob of each list matches; `prefix` goes before the second's. */
function samplesOfBoth(
  outer: readonly Glob[],
  inner: readonly Glob[],
  prefix: readonly string[],
): readonly (readonly string[])[] {
  return outer.flatMap((a) =>
    inner.flatMap((b) => {
      const sample = common(a.segments, [...prefix, ...b.segments]);
      return sample === undefined ? [] : [sample];
    }),
  );
}

/** A path that two patterns match, where each also matches all below what it matches. */
function common(a: readonly string[], b: readonly string[]): readonly string[] | undefined {
  const [headA, ...restA] = a;
  const [headB, ...restB] = b;
  if (headA === undefined)
    return b.filter((segment) => segment !== '**').map((segment) => sampleOf(segment));
  if (headB === undefined) return common(b, a);
  if (headA === '**') {
    const without = common(restA, b);
    if (without !== undefined) return without;
    if (headB === '**') return common(a, restB);
    return withHead(sampleOf(headB), common(a, restB));
  }
  if (headB === '**') return common(b, a);
  const head = [sampleOf(headA), sampleOf(headB), sampleOf(headA, sampleOf(headB, '', ''))]
    .concat(sampleOf(headB, sampleOf(headA, '', '')))
    .find((name) => matches(headA, name) && matches(headB, name));
  return head === undefined ? undefined : withHead(head, common(restA, restB));
}

function withHead(
  head: string,
  rest: readonly string[] | undefined,
): readonly string[] | undefined {
  return rest === undefined ? undefined : [head, ...rest];
}

function matches(segment: string, name: string): boolean {
  return new Minimatch(segment, MINIMATCH_OPTIONS).match(name);
}

/** A name that a pattern without `/` matches, its wildcards replaced. */
function sampleOf(segment: string, star = 'x', one = 'x'): string {
  return segment.replaceAll(
    /\\(.)|\*+|\?|\[(?![!^])\\?([^\]\\])[^\]]*\]|\[[!^][^\]]+\]/gu,
    (part: string, escaped: string | undefined, member: string | undefined) =>
      escaped ?? member ?? (part.startsWith('*') ? star : one),
  );
}

/** A pattern that matches this name alone. */
function literal(name: string): string {
  return name.replaceAll(/[\\*?[\]]/g, '\\$&');
}
