import { CafsError, systemCode } from './errors.ts';
import { makeFolder } from './make-folder.ts';

/** What a folder that we write to is to the user: it makes the hint fit. */
export type OurFolder = 'cache folder' | 'folder that is exported to' | 'image layout';

/**
 * Does work that writes to our folder; its errors say what to do: {@link explainDisk}.
 *
 * @param path what is to be written
 */
export function writingTo<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainDisk(error, path);
  }
}

/**
 * Makes a folder and those above it, as {@link makeFolder} does; its errors say what to do.
 *
 * @throws CafsError `NO_SPACE`, `UNWRITABLE`
 */
export function makeOurFolder(dir: string, folder?: OurFolder): string | undefined {
  try {
    return makeFolder(dir);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw explainDisk(error, dir, folder);
    // Those above it were made or are there, and yet there is no place for it: `/proc` is like that.
    throw new CafsError('UNWRITABLE', `No folder can be made at ${JSON.stringify(dir)} (ENOENT).`, {
      hint: hintFor('ENOENT', folder),
      cause: error,
    });
  }
}

/**
 * Turns the refusal of a disk to take what belongs in our folder into an error that says what to do;
 * others stay as they are. Whatever was being written is absent, and what was there before is whole.
 *
 * @param path what was to be written
 * @param folder what the folder is that it lies in. Default: the cache folder
 */
export function explainDisk(error: unknown, path: string, folder?: OurFolder): unknown {
  const code = systemCode(error) ?? '';
  const at = JSON.stringify(path);
  const explained = (kind: 'NO_SPACE' | 'UNWRITABLE', message: string): CafsError =>
    new CafsError(kind, message, { hint: hintFor(code, folder), cause: error });
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return explained('NO_SPACE', `No space is left on the disk to write ${at} (${code}).`);
    case 'EROFS':
      return explained('UNWRITABLE', `${at} cannot be written: its disk is read-only.`);
    case 'EACCES':
    case 'EPERM':
      return explained('UNWRITABLE', `No permission to write ${at} (${code}).`);
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ELOOP':
      return explained('UNWRITABLE', `${at} cannot be written: a file is in its way.`);
    case 'EISDIR':
      return explained('UNWRITABLE', `${at} cannot be written: a folder is in its way.`);
    default:
      return error;
  }
}

function hintFor(code: string, folder: OurFolder = 'cache folder'): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT': {
      const remove = folder === 'cache folder' ? ' remove what it no longer needs (gc),' : '';
      return `Free some space on the disk of the ${folder},${remove} or name another one on another disk.`;
    }
    case 'EROFS':
    case 'ENOENT':
      return `The ${folder} must be on a disk that can be written to: name another one.`;
    case 'EACCES':
    case 'EPERM':
      return `Make the ${folder} writable for this user, or name another one.`;
    default:
      return `Move away what lies in the way of the ${folder}, or name another one.`;
  }
}
