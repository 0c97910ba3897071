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

/** A request failed in a way that may pass, and is made again after a wait. */
export interface Retry {
  readonly kind: 'retry';
  /** What failed, how long is waited, and which try is the next: for people. */
  readonly message: string;
  /** Which try comes next: 2 is the first one after a failure. */
  readonly attempt: number;
  /** Tries in all. */
  readonly attempts: number;
  /** How long is waited before it, in milliseconds. */
  readonly waitMs: number;
}

/** Whatever is reported; its `kind` tells what. */
export type Observed = Progress | Notice | Retry;

/** Where a library call reports to. It must not throw and must return fast. */
export type Observer = (event: Observed) => void;
