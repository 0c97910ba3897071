import { type Digest, hexOf } from '../digest.ts';

/** What is wrong with a part of a snapshot in its remote. */
export interface Damage {
  /** `lost`: it is not there, or cannot be understood; `damaged`: it is there with other bytes. */
  readonly kind: 'lost' | 'damaged';
  /** Packs of contents, or what describes them: manifest, config and index. */
  readonly part: 'contents' | 'description';
  /** The damaged packs, where it is known which. */
  readonly packs?: readonly Digest[];
}

/**
 * What brings a snapshot back, with the command that does it at the end.
 *
 * - What is lost is uploaded again by a repair. A layout writes a damaged blob anew as well, where a repair
 *   reads it: that is so for what describes the contents, and not for these.
 * - A registry keeps the bytes that it has for a digest, whatever is uploaded, until nothing names them.
 *
 * @param name `REMOTE:TAG`
 */
export function remedyFor(name: string, { kind, part, packs = [] }: Damage): string {
  const repair = `push the folder again from where it is, with --repair: cafs push --repair FOLDER ${name}`;
  if (kind === 'lost') return `Something of it is lost there: ${repair}`;
  if (!name.startsWith('oci:')) {
    return (
      'It may have been damaged on the way: try again. Where it is damaged there, no push mends it, since a registry ' +
      'keeps the bytes that it has for a digest: delete the tags that name it there, let the registry collect its ' +
      `garbage, and push the folder again from where it is: cafs push FOLDER ${name}`
    );
  }
  if (part === 'description') return `It is damaged there: ${repair}`;
  const files = packs.map((digest) => `blobs/sha256/${hexOf(digest)}`).join(', ');
  const which =
    files === ''
      ? `the pack's file in the layout's folder blobs/sha256 (cafs verify --contents ${name} says which)`
      : `${files} in the layout`;
  return `It is damaged there: delete ${which}, and ${repair}`;
}
