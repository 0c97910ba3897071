import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';

/** Any value that survives JSON. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is known about an entry. */
export interface Info {
  /** Of the content. */
  readonly digest: Digest;
  /** Of the content, in bytes. */
  readonly size: number;
  /** Whatever the caller gave to `put`. */
  readonly meta?: Json;
}

/** What an index holds for a key. */
export interface Entry extends Info {
  /** Where a remote holds the content; absent: no remote is known to. */
  readonly location?: Location;
}
