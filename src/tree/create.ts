import { closeSync, constants, fchmodSync, openSync, unlinkSync } from 'node:fs';

import type { FilePath } from '../names.ts';
import { writeFully } from '../store/atomic-file.ts';
import type { WantedMeta } from './meta.ts';
import { setOpenFileTime } from './attributes.ts';

/** Opens a file that must not exist: never through a symlink, and never one with other links. */
export const CREATE =
  constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_WRONLY;

/** Makes a file where nothing stands, with its content, mode and time; or leaves nothing there. */
export function createFile(file: FilePath, bytes: Uint8Array, meta: WantedMeta): void {
  const mode = meta.mode & 0o777;
  const descriptor = openSync(file, CREATE, mode);
  try {
    writeFully(descriptor, bytes);
    // What open was given passed through the umask.
    fchmodSync(descriptor, mode);
    setOpenFileTime(descriptor, meta.mtimeMs);
  } catch (error) {
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
