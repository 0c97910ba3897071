import { posix } from 'node:path';

/** Where the roots of keys lie on this machine. */
export interface Roots {
  /** The workspace. */
  readonly ws: string;
  readonly home: string;
  /** The root of the file system. */
  readonly root: string;
}

/** The first part of keys: what paths below it are relative to. */
export type RootName = keyof Roots;

/** A line of `path:`, as globs relative to a root. */
export interface PathGlob {
  readonly root: RootName;
  /** Relative to the root; `**` for all of it. */
  readonly glob: string;
}

/**
 * Reads one line of `path:` without its `!`: relative to the workspace, `~` is the home folder.
 *
 * @returns the name of a rule that the line breaks, or the glob
 */
export function parsePathLine(line: string, roots: Roots): PathGlob | string {
  const slashed = process.platform === 'win32' ? line.replaceAll('\\', '/') : line;
  const absolute = toAbsolute(slashed, roots);
  if (absolute === undefined) return 'a home folder of another user ("~name") is not known here';
  const normal = posix.normalize(absolute).replace(/(?<=.)\/$/, '');
  if (normal.split('/').includes('..')) return 'it leaves the file system with ".."';
  for (const root of ['ws', 'home'] as const) {
    const glob = below(roots[root], normal);
    if (glob !== undefined) return { root, glob };
  }
  const glob = below(roots.root, normal);
  if (glob === undefined || glob === '**') return 'it names the whole file system';
  return { root: 'root', glob };
}

function toAbsolute(line: string, roots: Roots): string | undefined {
  if (line === '~' || line.startsWith('~/')) return roots.home + line.slice(1);
  if (line.startsWith('~')) return undefined;
  return posix.isAbsolute(line) || /^[A-Za-z]:\//.test(line) ? line : posix.join(roots.ws, line);
}

function below(base: string, path: string): string | undefined {
  if (path === base) return '**';
  const prefix = base.endsWith('/') ? base : `${base}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** What a glob cannot leave, with `/` at the end: the folder before its first wildcard. */
export function baseOf(glob: string): string {
  const wildcard = glob.search(/[*?[\\]/);
  return wildcard === -1 ? `${glob}/` : glob.slice(0, glob.lastIndexOf('/', wildcard) + 1);
}
