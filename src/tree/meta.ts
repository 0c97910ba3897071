import type { Json } from '../store/entry.ts';

/** What an entry of a tree is. Content: a file's bytes, a symlink's target, nothing for a folder. */
export type Kind = 'file' | 'symlink' | 'folder';

/** What an entry's metadata holds for something that came from a folder on disk. */
export interface FileMeta {
  /** Absent: a regular file. */
  readonly kind?: Exclude<Kind, 'file'>;
  /** Permission bits, at most 0o777: setuid, setgid and sticky never travel. */
  readonly mode: number;
  /** Modification time: milliseconds since 1970, with up to three decimals. */
  readonly mtimeMs: number;
  /** The path, where the key holds only its hash because it was too long. */
  readonly path?: string;
}

export type FileMetaJson = FileMeta & { readonly [key: string]: Json };
