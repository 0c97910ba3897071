import { statSync } from 'node:fs';

import { Minimatch } from 'minimatch';

import { CafsError, describeError, hasCode } from '../errors.ts';
import { compareBytes } from '../order.ts';
import { type Area, childrenIn } from './folder.ts';
import { type Glob, parseGlob } from './glob.ts';
import { MINIMATCH_OPTIONS } from './globs.ts';
import { WORKSPACE } from './name.ts';

/** Folders that a wildcard never means: no package of the workspace is in there. */
const NEVER_BY_WILDCARD = ['.git', 'node_modules'] as const;

/** What folder globs came to. */
export interface FoundSubtrees {
  /** Folders, as POSIX paths relative to the workspace (`.`: itself), sorted by their bytes. */
  readonly names: readonly string[];
  /** What was not looked into, one sentence each: this user may not read it. */
  readonly warnings: readonly string[];
  /** All that is wrong, one sentence each: patterns that are no patterns, or match no folder. */
  readonly problems: readonly string[];
}

/**
 * The folders of a workspace that globs name: `packages/*`, `!packages/private`, `.`.
 *
 * A pattern means folders, not what lies in them: `packages/*` is one level, and
 * `packages/**` all levels below `packages`. Symlinks are not followed and are no folders. `.git` and `node_modules`, and what is in them, are meant only by
 * a pattern with that very name in it. In order, the last pattern that matches decides.
 *
 * @param workspace absolute path
 * @throws CafsError `INVALID_INPUT` where the workspace is no folder
 */
export function findSubtrees(workspace: string, patterns: readonly string[]): FoundSubtrees {
  if (statSync(workspace, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CafsError(
      'INVALID_INPUT',
      `The workspace ${JSON.stringify(workspace)} is no folder.`,
    );
  }
  const problems: string[] = [];
  const rules: Rule[] = [];
  for (const pattern of patterns) {
    try {
      rules.push(ruleOf(parseGlob(pattern)));
    } catch (error) {
      problems.push(describeError(error));
    }
  }
  const names = new Set<string>();
  const warnings: string[] = [];
  for (const folder of foldersBelow(workspace, rules, warnings)) {
    const matching = rules.filter((rule) => rule.matches(folder));
    for (const rule of matching) rule.used = true;
    const last = matching.at(-1);
    if (last !== undefined && !last.excludes) names.add(folder === '' ? WORKSPACE : folder);
  }
  for (const { text, excludes, used } of rules) {
    if (!excludes && !used) problems.push(`The pattern ${JSON.stringify(text)} matches no folder.`);
  }
  if (names.size === 0 && problems.length === 0) {
    problems.push('No folder is left: all that the patterns match is excluded again.');
  }
  return { names: [...names].sort(compareBytes), warnings, problems };
}

interface Rule {
  readonly text: string;
  readonly excludes: boolean;
  used: boolean;
  matches(folder: string): boolean;
  mayContain(folder: string): boolean;
}

function ruleOf({ text, excludes, segments }: Glob): Rule {
  const rule = { text, excludes, used: false };
  // `**` at the end is not part of the segments; here it does count.
  const deep = /(?:^!?|\/)\*\*\/*$/.test(text);
  const parts = deep ? [...segments, '**'] : segments;
  if (parts.length === 0) {
    return { ...rule, matches: (folder) => folder === '', mayContain: () => false };
  }
  const glob = new Minimatch(parts.join('/'), MINIMATCH_OPTIONS);
  const barred = NEVER_BY_WILDCARD.filter((name) => !segments.includes(name));
  const isOpen = (folder: string): boolean =>
    !folder.split('/').some((part) => barred.some((name) => name === part));
  return {
    ...rule,
    matches: (folder) => folder !== '' && isOpen(folder) && glob.match(folder),
    mayContain: (folder) => folder === '' || (isOpen(folder) && glob.match(folder, true)),
  };
}

function* foldersBelow(
  workspace: string,
  rules: readonly Rule[],
  warnings: string[],
): Generator<string> {
  const selecting = rules.filter((rule) => !rule.excludes);
  const area: Area = {
    has: (path) => selecting.some((rule) => rule.matches(path)),
    mayContain: (folder) => selecting.some((rule) => rule.mayContain(folder)),
  };
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    yield folder;
    if (!area.mayContain(folder)) continue;
    try {
      for (const { path, dirent } of childrenIn(workspace, folder, area)) {
        if (dirent.isDirectory()) pending.push(path);
      }
    } catch (error) {
      // A database's folder, say, that a container has left there.
      if (folder === '' || !hasCode(error, 'INVALID_INPUT')) throw error;
      warnings.push(`No subtrees are looked for in ${folder}: ${describeError(error)}`);
    }
  }
}
