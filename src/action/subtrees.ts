import type { RootName } from '../tree/paths.ts';
import { type Area, isNobodys } from '../tree/area.ts';
import { compileGlobs } from '../subtree/globs.ts';
import type { Roots } from './paths.ts';

/** Something that is restored and saved as a whole. */
export interface Subtree {
  /** A folder of the workspace, or the line of `path:` that made it. */
  readonly name: string;
  readonly root: RootName;
  /** Relative to the root; empty: the root itself. */
  readonly folder: string;
  /** Globs relative to the folder. */
  readonly outputs: readonly string[];
  /** Whether it has inputs, and so a fingerprint. What `path:` makes has none. */
  readonly hasInputs: boolean;
  /** Where its outputs lie. */
  readonly area: Area;
}

/** A subtree from a folder that a line of `subtrees:` names; `.` is the workspace itself. */
export function subtreeOfFolder(name: string, outputs: readonly string[], roots: Roots): Subtree {
  const folder = name === '.' ? '' : name;
  const area = areaOf('ws', folder, outputs, roots);
  return { name, root: 'ws', folder, outputs, hasInputs: true, area };
}

/** A subtree from a line of `path:`. */
export function subtreeOfPath(
  name: string,
  root: RootName,
  outputs: readonly string[],
  roots: Roots,
): Subtree {
  return {
    name,
    root,
    folder: '',
    outputs,
    hasInputs: false,
    area: areaOf(root, '', outputs, roots),
  };
}

/** What globs below a folder select. */
export function areaOf(
  root: RootName,
  folder: string,
  outputs: readonly string[],
  roots: Roots,
): Area {
  const matcher = compileGlobs(outputs);
  const prefix = folder === '' ? '' : `${folder}/`;
  return {
    root,
    base: roots[root],
    within: folder,
    select(path) {
      return (
        path.startsWith(prefix) && !isNobodys(path) && matcher.matches(path.slice(prefix.length))
      );
    },
    enter(path) {
      if (isNobodys(path)) return false;
      // On the way to the folder, in it, or below it.
      if (path.length < prefix.length) return prefix.startsWith(`${path}/`);
      return path.startsWith(prefix) && matcher.mayContain(path.slice(prefix.length));
    },
  };
}
