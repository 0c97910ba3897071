import { CafsError } from '../errors.ts';
import { isCanonical, showPath } from '../names.ts';

/** The name of the subtree that is the whole workspace. */
export const WORKSPACE = '.';

/**
 * The folder that a subtree's name stands for: a POSIX path relative to the workspace, which
 * is empty for {@link WORKSPACE}.
 *
 * @throws CafsError `INVALID_INPUT` for a name that is no normal relative path
 */
export function folderOf(name: string): string {
  if (name === WORKSPACE) return '';
  const isNormal = name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (isNormal && isCanonical(name) && !name.includes('\0')) return name;
  throw new CafsError(
    'INVALID_INPUT',
    `${showPath(name)} cannot name a subtree: it must be a relative path such as "packages/core", or ".".`,
  );
}

/** A path relative to a folder that it lies in or is; undefined where it lies elsewhere. */
export function pathWithin(folder: string, path: string): string | undefined {
  if (folder === '') return path;
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}
