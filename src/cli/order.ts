import { CafsError, describeError } from '../errors.ts';
import { parseTaggedReference } from '../oci/reference.ts';
import { quoted } from '../quoted.ts';
import { isFolder } from './folders.ts';

/** Whether text says itself that it means a remote: with a host, or with `oci:`. */
export function namesRemote(text: string): boolean {
  try {
    const { repository } = parseTaggedReference(text);
    return repository.kind === 'layout' || !isAtHubByDefault(text);
  } catch {
    return false;
  }
}

/** Whether a snapshot is at Docker Hub only because it was not said where. */
function isAtHubByDefault(text: string): boolean {
  try {
    const { repository } = parseTaggedReference(text);
    const isHub = repository.kind === 'registry' && repository.host === 'docker.io';
    return isHub && !/^(?:index\.|registry-1\.)?docker\.io\//i.test(text);
  } catch {
    return false;
  }
}

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

/**
 * Does what a command does with a snapshot. Where it fails, and the snapshot has the name of a folder
 * here but no host, the error says that it was looked for at Docker Hub.
 */
export async function withAdvice(snapshot: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const [name = ''] = snapshot.split(':');
    if (!isAtHubByDefault(snapshot) || !isFolder(name)) throw error;
    throw new CafsError('INVALID_INPUT', describeError(error), {
      hint: `${quoted(snapshot)} has no host, and so means one at Docker Hub. The folder ${quoted(name)} here is meant by oci:${snapshot} where it is an image layout; to save it, write: cafs push ${name} HOST/NAME:TAG`,
      cause: error,
    });
  }
}
