import type { Area } from './folder.ts';
import { compileGlobs, type Matcher } from './globs.ts';
import { folderOf, pathWithin } from './name.ts';

/** A subtree: a folder, which of its files are inputs, and which are outputs. */
export interface Subtree {
  /** Its folder: a POSIX path relative to the workspace; `.` is the workspace itself. */
  readonly name: string;
  /** Globs, relative to the folder, of what its fingerprint covers. */
  readonly inputs: readonly string[];
  /** Globs, relative to the folder, of what is kept. No output is an input of any subtree. */
  readonly outputs: readonly string[];
}

/** Whose input a file is. */
export interface Claims {
  /** Names of subtrees, each with the file's path relative to it. */
  readonly subtrees: readonly (readonly [name: string, path: string])[];
  /** Whether it is a shared input. */
  readonly shared: boolean;
}

interface Compiled {
  readonly name: string;
  readonly folder: string;
  readonly inputs: Matcher;
  readonly outputs: Matcher;
}

/** Tells whose input a path is. Outputs of any subtree are inputs of none, nor shared. */
export class Selection implements Area {
  readonly #byFolder: ReadonlyMap<string, Compiled>;
  readonly #shared: Matcher;
  /** Folders that have a subtree somewhere below. */
  readonly #above: ReadonlySet<string>;

  /** @throws CafsError `INVALID_INPUT` for a name or a pattern that is none */
  constructor(subtrees: readonly Subtree[], sharedInputs: readonly string[]) {
    const compiled = subtrees.map(({ name, inputs, outputs }) => ({
      name,
      folder: folderOf(name),
      inputs: compileGlobs(inputs),
      outputs: compileGlobs(outputs),
    }));
    this.#byFolder = new Map(compiled.map((subtree) => [subtree.folder, subtree]));
    this.#shared = compileGlobs(sharedInputs);
    this.#above = new Set(compiled.flatMap(({ folder }) => [...foldersAbove(folder)]));
  }

  claimsOn(path: string): Claims {
    const around = this.#around(path);
    if (around.some(([{ outputs }, inner]) => outputs.matches(inner))) {
      return { subtrees: [], shared: false };
    }
    const owners = around.filter(([{ inputs }, inner]) => inputs.matches(inner));
    return {
      subtrees: owners.map(([{ name }, inner]) => [name, inner]),
      shared: this.#shared.matches(path),
    };
  }

  has(path: string): boolean {
    const { subtrees, shared } = this.claimsOn(path);
    return shared || subtrees.length > 0;
  }

  mayContain(folder: string): boolean {
    return (
      this.#above.has(folder) ||
      this.#shared.mayContain(folder) ||
      this.#around(folder).some(([{ inputs }, inner]) => inputs.mayContain(inner))
    );
  }

  /** The subtrees that a path is in, or whose folder it is, with its path in there. */
  #around(path: string): (readonly [Compiled, string])[] {
    const found: (readonly [Compiled, string])[] = [];
    for (const folder of [path, ...foldersAbove(path)]) {
      const subtree = this.#byFolder.get(folder);
      const inner = subtree && pathWithin(folder, path);
      if (subtree !== undefined && inner !== undefined) found.push([subtree, inner]);
    }
    return found;
  }
}

function* foldersAbove(path: string): Generator<string> {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    yield path.slice(0, end);
  }
  if (path !== '') yield '';
}
