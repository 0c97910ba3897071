import { join } from 'node:path';

import { differences } from '../files.ts';
import type { Tree } from '../files.ts';
import { buildAll, checkOut } from './ci-run.ts';
import type { CiRun } from './ci-run.ts';
import { git } from './git.ts';
import { inBuildOrder } from './packages.ts';
import { readOutputs } from './outputs.ts';
import type { Subject, Subtree } from './subject.ts';

/** What a full build of one tree of sources gave. */
interface FullBuild {
  readonly seconds: number;
  /** Outputs by the name of their subtree. */
  readonly outputs: ReadonlyMap<string, Tree>;
}

/** What was found in a run's checkout. */
export interface Verdict {
  readonly files: number;
  readonly folders: number;
  readonly fullBuildSeconds: number;
  /** Outputs that a build made, and that differ from those of a full build of the same sources. */
  readonly unlike: readonly string[];
}

/**
 * Compares what runs leave behind with what it must be. Two things have to hold:
 * - a restored subtree is, to the byte and the mode, what the run that built it had left behind;
 * - everything equals a full build in a checkout of its own, unless builds are not reproducible.
 */
export class Judge {
  readonly #subject: Subject;
  readonly #folder: string;
  /** By the git tree of the sources: the first run and a reverted one share a build. */
  readonly #fullBuilds = new Map<string, FullBuild>();
  /** What a subtree was when it had been built, by its name and fingerprint. */
  readonly #built = new Map<string, Tree>();

  /** @param folder where the checkouts for full builds go */
  constructor(subject: Subject, folder: string) {
    this.#subject = subject;
    this.#folder = folder;
  }

  /** @throws Error that names the first paths that are not as they must be */
  async judge(run: CiRun, subtrees: readonly Subtree[]): Promise<Verdict> {
    const full = await this.#fullBuild(run.checkout, subtrees);
    const [all, unlike]: [Tree[], string[]] = [[], []];
    for (const subtree of subtrees) {
      const { name } = subtree;
      const actual = await readOutputs(run.checkout, subtree, this.#subject.outputs);
      all.push(actual);
      const id = `${name} ${run.digests[name] ?? ''}`;
      if (run.restored.includes(name)) {
        const built = this.#built.get(id);
        if (built === undefined) throw new Error(`${name} was restored, but no run has built it.`);
        mustBeEqual(`${name}, which was restored, is not what was built`, built, actual);
      } else {
        this.#built.set(id, actual);
      }
      const expected = full.outputs.get(name) ?? new Map<string, string>();
      if (this.#subject.reproducible) {
        mustBeEqual(`${name} is not what a full build makes`, expected, actual);
      }
      unlike.push(...differences(expected, actual).map(({ path }) => `${subtree.path}/${path}`));
    }
    const lines = all.flatMap((tree) => [...tree.values()]);
    const folders = lines.filter((line) => line.startsWith('folder')).length;
    if (lines.length === 0) throw new Error('Nothing lies in the outputs: do the globs fit?');
    const fullBuildSeconds = full.seconds;
    return { files: lines.length - folders, folders, fullBuildSeconds, unlike };
  }

  async #fullBuild(checkout: string, subtrees: readonly Subtree[]): Promise<FullBuild> {
    const tree = await git(checkout, 'rev-parse', 'HEAD^{tree}');
    const known = this.#fullBuilds.get(tree);
    if (known !== undefined) return known;
    const separate = await checkOut(this.#subject, join(this.#folder, tree));
    const ordered = await inBuildOrder(separate, subtrees);
    const seconds = await buildAll(this.#subject, separate, ordered);
    const outputs = new Map<string, Tree>();
    for (const subtree of subtrees) {
      outputs.set(subtree.name, await readOutputs(separate, subtree, this.#subject.outputs));
    }
    const build = { seconds, outputs };
    this.#fullBuilds.set(tree, build);
    return build;
  }
}

function mustBeEqual(what: string, expected: Tree, actual: Tree): void {
  const found = differences(expected, actual);
  if (found.length === 0) return;
  const lines = found.slice(0, 10).map(({ path, what: how }) => `  ${path}: ${how}`);
  if (found.length > 10) lines.push(`  and ${found.length - 10} more`);
  throw new Error([`${what}:`, ...lines].join('\n'));
}
