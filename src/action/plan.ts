import { CafsError, describeError, hasCode } from '../errors.ts';
import { compileGlobs } from '../subtree/globs.ts';
import { findSubtrees } from '../subtree/find.ts';
import { findOverlaps } from '../subtree/overlaps.ts';
import type { Inputs, Problem } from './inputs.ts';
import { type PathGlob, type Roots, baseOf, parsePathLine } from './paths.ts';
import { type Subtree, subtreeOfFolder, subtreeOfPath } from './subtrees.ts';

/** What a workflow asks to be kept. Those with inputs come first. */
export interface Plan {
  readonly subtrees: readonly Subtree[];
  readonly problems: readonly Problem[];
  /** What the workflow's author is to know all the same. */
  readonly warnings: readonly string[];
}

/**
 * Turns the inputs into subtrees.
 *
 * @param known the names that the main step found; absent: they are looked for
 */
export function makePlan(inputs: Inputs, roots: Roots, known?: readonly string[]): Plan {
  const problems: Problem[] = [];
  for (const name of ['inputs', 'outputs', 'shared-inputs'] as const) {
    problems.push(...checkGlobs(name, inputs[name]));
  }
  const warnings: string[] = [];
  const folders = known ?? find(inputs, roots, problems, warnings);
  const paths = pathSubtrees(inputs, folders, roots, problems);
  if (problems.length > 0) return { subtrees: [], problems, warnings };
  const subtrees = folders.map((name) => subtreeOfFolder(name, inputs.outputs, roots));
  for (const { message } of findOverlaps(subtrees)) {
    problems.push({
      input: 'outputs',
      value: inputs.outputs.join(', '),
      expected: `of one subtree each: ${message}`,
    });
  }
  return { subtrees: [...subtrees, ...paths], problems, warnings };
}

function find(
  inputs: Inputs,
  roots: Roots,
  problems: Problem[],
  warnings: string[],
): readonly string[] {
  if (inputs.subtrees.length === 0) return [];
  const found = findSubtrees(roots.ws, inputs.subtrees);
  warnings.push(...found.warnings);
  const value = inputs.subtrees.join(', ');
  for (const problem of found.problems) {
    problems.push({
      input: 'subtrees',
      value,
      expected: `globs of folders in the workspace. ${problem}`,
    });
  }
  return found.names;
}

function checkGlobs(input: string, globs: readonly string[]): Problem[] {
  try {
    compileGlobs(globs);
    return [];
  } catch (error) {
    if (!hasCode(error, 'INVALID_INPUT')) throw error;
    return [
      {
        input,
        value: globs.join(', '),
        expected: `a list of relative globs. ${describeError(error)}`,
      },
    ];
  }
}

/**
 * A subtree for each line; excluding lines hold for all of them. No file belongs to two: what the
 * outputs of a folder or a line before it take is excluded, in globs that the snapshot keeps.
 */
function pathSubtrees(
  inputs: Inputs,
  folders: readonly string[],
  roots: Roots,
  problems: Problem[],
): Subtree[] {
  const lines = inputs.path.map((line) => ({ line, excludes: line.startsWith('!') }));
  const refuse = (value: string, expected: string): void => {
    problems.push({ input: 'path', value, expected });
  };
  if (lines.length > 0 && lines.every(({ excludes }) => excludes)) {
    refuse(inputs.path.join(', '), 'at least one path that is not excluded');
  }
  const globs = lines.flatMap(({ line, excludes }) => {
    const parsed = parsePathLine(excludes ? line.slice(1).trim() : line, roots);
    if (typeof parsed !== 'string') return [{ line, excludes, ...parsed }];
    refuse(line, `a path that can be kept: ${parsed}`);
    return [];
  });
  const excluded = globs.filter(({ excludes }) => excludes);
  const taken = folders.flatMap((folder) => outputGlobs(folder, inputs.outputs));
  const subtrees: Subtree[] = [];
  for (const { line, excludes, root, glob } of globs) {
    if (excludes || subtrees.some(({ name }) => name === line)) continue;
    if (folders.includes(line)) refuse(line, 'no subtree of the same name');
    const before = taken.filter((other) => mayMeet(other.glob, glob));
    const others = [...excluded, ...before].filter((other) => other.root === root);
    try {
      const outputs = [glob, ...others.map((other) => `!${other.glob}`)];
      subtrees.push(subtreeOfPath(line, root, outputs, roots));
    } catch (error) {
      if (!(error instanceof CafsError)) throw error;
      refuse(line, `a path or a glob. ${error.message}`);
    }
    taken.push({ root, glob });
  }
  return subtrees;
}

/** Whether two globs may match the same path: whether one's folder lies in the other's. */
function mayMeet(a: string, b: string): boolean {
  return baseOf(a).startsWith(baseOf(b)) || baseOf(b).startsWith(baseOf(a));
}

/** A subtree's outputs as globs relative to the workspace. */
function outputGlobs(folder: string, outputs: readonly string[]): PathGlob[] {
  const prefix = folder === '.' ? '' : `${folder.replace(/[\\*?[\]{}()!+@]/g, '\\$&')}/`;
  return outputs
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => ({ root: 'ws', glob: prefix + glob.replace(/^\.\//, '') }));
}
