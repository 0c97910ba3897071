import { CafsError, systemCode } from '../errors.ts';

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
 * Turns the refusal of a disk to take what belongs in our folder into an error that says what to do;
 * others stay as they are. Whatever was being written is absent, and what was there before is whole.
 *
 * @param path what was to be written
 */
export function explainDisk(error: unknown, path: string): unknown {
  const code = systemCode(error);
  const at = JSON.stringify(path);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new CafsError('NO_SPACE', `No space is left on the disk to write ${at} (${code}).`, {
        hint: 'Free some space, remove what the cache no longer needs (gc), or name a cache folder on another disk.',
        cause: error,
      });
    case 'EROFS':
      return new CafsError('UNWRITABLE', `${at} cannot be written: its disk is read-only.`, {
        hint: 'Name a cache folder on a disk that can be written to.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
      return new CafsError('UNWRITABLE', `No permission to write ${at} (${code}).`, {
        hint: 'Make the cache folder writable for this user, or name another one.',
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ELOOP':
      return new CafsError('UNWRITABLE', `${at} cannot be written: a file is in its way.`, {
        hint: 'Move away what lies there, or name another cache folder.',
        cause: error,
      });
    default:
      return error;
  }
}
