import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What lies under a folder: path, with `/`, to a line that holds kind, permissions and content. */
export type Tree = ReadonlyMap<string, string>;

/** One path that two trees do not agree on. */
export interface Difference {
  readonly path: string;
  /** In words: `missing`, `not expected`, or what is there and what was expected. */
  readonly what: string;
}

interface ReadOptions {
  /** Chooses paths. */
  readonly wanted?: (path: string) => boolean;
  /** Chooses the folders that are walked into. */
  readonly enter?: (folder: string) => boolean;
  /** `executable`: of the permissions, only what git keeps. */
  readonly permissions?: 'all' | 'executable';
}

/** Reads all that lies under `folder`; nothing when there is no such folder. */
export async function readTree(folder: string, options: ReadOptions = {}): Promise<Tree> {
  const { wanted = () => true, enter = () => true, permissions = 'all' } = options;
  const mask = permissions === 'all' ? 0o777 : 0o100;
  const tree = new Map<string, string>();
  for (const path of await list(folder, '', enter)) {
    if (wanted(path)) tree.set(path, await describe(join(folder, path), mask));
  }
  return tree;
}

async function list(
  folder: string,
  prefix: string,
  enter: (folder: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(
    (error: unknown) => {
      if (prefix === '' && error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return [];
      }
      throw error;
    },
  );
  const paths: string[] = [];
  for (const entry of entries) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    paths.push(path);
    if (entry.isDirectory() && enter(path)) paths.push(...(await list(folder, path, enter)));
  }
  return paths;
}

async function describe(path: string, mask: number): Promise<string> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return `symlink to ${await readlink(path)}`;
  const bits = permissionsOf(stats.mode & mask, mask);
  if (stats.isDirectory()) return `folder${bits}`;
  const hash = createHash('sha256').update(await readFile(path));
  return `file${bits} ${String(stats.size)} bytes ${hash.digest('hex').slice(0, 16)}`;
}

function permissionsOf(bits: number, mask: number): string {
  // Windows has no permission bits: Node makes them up.
  if (process.platform === 'win32') return '';
  if (mask === 0o777) return ` ${bits.toString(8)}`;
  return bits === 0 ? '' : ' executable';
}

/** Where `actual` is not as `expected`, sorted by path. */
export function differences(expected: Tree, actual: Tree): Difference[] {
  const paths = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  return paths.flatMap((path) => {
    const [want, have] = [expected.get(path), actual.get(path)];
    if (want === have) return [];
    if (have === undefined) return { path, what: 'missing' };
    if (want === undefined) return { path, what: 'not expected' };
    return { path, what: `${have}, expected ${want}` };
  });
}
