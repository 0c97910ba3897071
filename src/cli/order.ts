import { CafsError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import { isFolder } from './folders.ts';
import { namesRemote } from './hub.ts';

/**
 * Refuses arguments in the wrong order: a folder in the place of the snapshot, and a snapshot in that of
 * the folder.
 *
 * @param right the command as it was probably meant
 * @throws CafsError `INVALID_INPUT`
 */
export function assertOrder(snapshot: string, folder: string, right: string): void {
  if (!isFolder(snapshot) || isFolder(folder) || !namesRemote(folder)) return;
  throw new CafsError(
    'INVALID_INPUT',
    `${quoted(snapshot)} is a folder, and ${quoted(folder)} names a snapshot: they are in the wrong order.`,
    { hint: `Write: ${right}` },
  );
}
