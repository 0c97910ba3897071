import type { Digest } from '../digest.ts';
import type { Location } from '../location.ts';

/** Any value that survives JSON. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * `M`, if JSON can hold it, for what is given to us: other than {@link Json} it takes interfaces, and
 * members that are optional or `undefined`, which JSON leaves out. Where it cannot, `never` stands in
 * the place of what it cannot hold: functions, and so whatever has methods (`Date`, `Map`), symbols,
 * `bigint`, and `undefined` in a list, which would come back as `null`.
 */
export type Jsonable<M> = M extends Json
  ? M
  : M extends readonly unknown[]
    ? { readonly [I in keyof M]: Jsonable<M[I]> }
    : M extends (...args: never) => unknown
      ? never
      : M extends object
        ? { readonly [K in keyof M]: JsonableMember<M[K]> }
        : never;

type JsonableMember<V> = V extends undefined ? V : Jsonable<V>;

/** What is known about an entry. */
export interface Info {
  /** Of the content. */
  readonly digest: Digest;
  /** Of the content, in bytes. */
  readonly size: number;
  /** Whatever the caller gave to `put`. */
  readonly meta?: Json;
}

/** An {@link Info} as a caller gives it. */
export interface NewInfo<M = Json> extends Pick<Info, 'digest' | 'size'> {
  readonly meta?: Json | (M & NoInfer<Jsonable<M>>) | undefined;
}

/** What an index holds for a key. */
export interface Entry extends Info {
  /** Where a remote holds the content; absent: no remote is known to. */
  readonly location?: Location;
}
