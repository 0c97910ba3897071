import { quoted } from '../quoted.ts';
import { formatRepository, parseTaggedReference } from './reference.ts';

/** The repository of a reference that is at Docker Hub only because no host is named. */
export function repositoryAtHub(text: string): string | undefined {
  try {
    const { repository } = parseTaggedReference(text);
    if (repository.kind !== 'registry' || repository.host !== 'docker.io') return undefined;
    if (/^(?:index\.|registry-1\.)?docker\.io\//i.test(text)) return undefined;
    return formatRepository(repository);
  } catch {
    return undefined;
  }
}

/** What such a reference means. */
export function hubMeaning(text: string): string {
  return `${quoted(text)} has no host, and so means one at Docker Hub.`;
}

/** What is to be said of an error where a reference is at Docker Hub only because no host is named. */
export function hubHint(text: string): string | undefined {
  if (repositoryAtHub(text) === undefined) return undefined;
  return `${hubMeaning(text)} Write HOST/${text} for another registry, or oci:${text} for an image layout in a folder.`;
}
