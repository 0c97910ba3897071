import { CafsError, describeError, hasCode } from '../errors.ts';
import { compileGlobs } from '../subtree/globs.ts';
import { findSubtrees } from '../subtree/find.ts';
import { findOverlaps } from '../subtree/overlaps.ts';
import type { Inputs, Problem } from './inputs.ts';
import { type PathGlob, type Roots, parsePathLine } from './paths.ts';
import { type Subtree, subtreeOfFolder, subtreeOfPath } from './subtrees.ts';

/** What a workflow asks to be kept. Those with inputs come first. */
export interface Plan {
  readonly subtrees: readonly Subtree[];
  readonly problems: readonly Problem[];
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
  const folders = known ?? find(inputs, roots, problems);
  const paths = pathSubtrees(inputs, roots, problems);
  if (problems.length > 0) return { subtrees: [], problems };
  const subtrees = folders.map((name) => subtreeOfFolder(name, inputs.outputs, roots));
  for (const { message } of findOverlaps(subtrees)) {
    problems.push({ input: 'outputs', value: inputs.outputs.join(', '), expected: message });
  }
  return { subtrees: [...subtrees, ...paths], problems };
}

function find(inputs: Inputs, roots: Roots, problems: Problem[]): readonly string[] {
  if (inputs.subtrees.length === 0) return [];
  const found = findSubtrees(roots.ws, inputs.subtrees);
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

/** A subtree for each line; excluding lines hold for all of them. */
function pathSubtrees(inputs: Inputs, roots: Roots, problems: Problem[]): Subtree[] {
  const lines = inputs.path.map((line) => {
    const excludes = line.startsWith('!');
    const parsed = parsePathLine(excludes ? line.slice(1).trim() : line, roots);
    if (typeof parsed === 'string')
      problems.push({ input: 'path', value: line, expected: `a path that can be kept: ${parsed}` });
    return { line, excludes, parsed };
  });
  const valid = lines.filter(
    (line): line is typeof line & { parsed: PathGlob } => typeof line.parsed !== 'string',
  );
  if (inputs.path.length > 0 && lines.every(({ excludes }) => excludes)) {
    problems.push({
      input: 'path',
      value: inputs.path.join(', '),
      expected: 'at least one path that is not excluded',
    });
  }
  const subtrees: Subtree[] = [];
  for (const { line, excludes, parsed } of valid) {
    if (excludes || subtrees.some(({ name }) => name === line)) continue;
    const others = valid.filter((other) => other.excludes && other.parsed.root === parsed.root);
    const outputs = [parsed.glob, ...others.map((other) => `!${other.parsed.glob}`)];
    try {
      subtrees.push(subtreeOfPath(line, parsed.root, outputs, roots));
    } catch (error) {
      if (!(error instanceof CafsError)) throw error;
      problems.push({ input: 'path', value: line, expected: `a path or a glob. ${error.message}` });
    }
  }
  return subtrees;
}
