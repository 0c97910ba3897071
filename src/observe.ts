/** One step of work, as data: terminals and Actions logs format it. */
export interface Progress {
  readonly kind: 'hash' | 'upload' | 'download' | 'restore';
  /** Items done so far: files, or blobs for `upload` and `download`. */
  readonly done: number;
  /** Items in all, where known. */
  readonly total?: number;
  /** Bytes done so far. */
  readonly bytes: number;
}

/** Something that happened which is no error, but which a person may want to know. */
export interface Notice {
  readonly kind: 'notice' | 'warning';
  readonly message: string;
}

/** Where a library call reports to. It must not throw and must return fast. */
export type Observer = (event: Progress | Notice) => void;
