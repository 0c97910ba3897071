import { CafsError } from '../errors.ts';
import { hubHint as generalHint, hubMeaning, repositoryAtHub } from '../oci/implied-hub.ts';
import { parseTaggedReference } from '../oci/reference.ts';
import { quoted } from '../quoted.ts';
import { isFolder } from './folders.ts';

/** Whether text says itself that it means a remote: with a host, or with `oci:`. */
export function namesRemote(text: string): boolean {
  try {
    parseTaggedReference(text);
    return repositoryAtHub(text) === undefined;
  } catch {
    return false;
  }
}

/** What is to be said of a snapshot that is at Docker Hub only because it was not said where. */
export function hubHint(text: string): string | undefined {
  const general = generalHint(text);
  const [name = ''] = text.split(':');
  if (general === undefined || !isFolder(name)) return general;
  return `${hubMeaning(text)} The folder ${quoted(name)} here is meant by oci:${text} where it is an image layout; to save it, write: cafs push ${name} HOST/NAME:TAG`;
}

/**
 * Refuses a snapshot without a host that is one of Docker's own images: nobody else can push there, and
 * what is meant is another registry, or a folder.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
export function refuseLibrary(text: string): void {
  const repository = repositoryAtHub(text);
  const hint = hubHint(text);
  if (repository?.startsWith('docker.io/library/') !== true || hint === undefined) return;
  throw new CafsError(
    'INVALID_REFERENCE',
    `${quoted(text)} is ${repository}, one of Docker's own images.`,
    { hint },
  );
}
