import * as v from 'valibot';

import { CafsError } from '../errors.ts';
import { SIGNAL, checkOptions } from '../options.ts';
import type { Json, Jsonable } from './entry.ts';
import type { Deliver } from './deliver.ts';
import type { PushOptions, Upstream } from './upstream.ts';

/** How a store is opened on this disk. */
export interface StoreOptions {
  /** The folder that holds blobs and indexes; made where it does not exist. */
  readonly cacheDir: string;
  /** Serves contents that are not on this disk. */
  readonly deliver?: Deliver | undefined;
  /** Where the store is pushed to and pulled from; serves contents, too. */
  readonly upstream?: Upstream | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What an entry is put with. */
export interface PutOptions<M = Json> {
  /** Anything that survives JSON, kept beside the digest: {@link fileMetaFrom} gives a file's. */
  readonly meta?: Json | (M & NoInfer<Jsonable<M>>) | undefined;
  /** Stops the reading of a file or a stream; nothing has changed then. */
  readonly signal?: AbortSignal | undefined;
}

/** How a call is stopped. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** What a store's entries come to. */
export interface Stats {
  readonly entries: number;
  /** Different contents of these entries that are on this disk. */
  readonly blobs: number;
  /** Bytes of those. */
  readonly totalSize: number;
}

/** Tags, and how the push goes about it: `('main', 'v1', { signal })`. */
export type PushArgs = string[] | [...tags: string[], options: PushOptions];

/** How a pull goes about it. */
export interface PullOptions extends Abortable {
  /** Whether a tag that does not exist is no error. Default `false`. */
  readonly ifExists?: boolean | undefined;
  /** Whether changes that were made here, and not pushed, are given up. Default `false`. */
  readonly discard?: boolean | undefined;
  /** Whether all contents are fetched that this disk does not have. Default: each when it is asked for. */
  readonly contents?: boolean | undefined;
}

const FLAG = v.optional(v.boolean('it must be true or false'));

/** @throws CafsError `INVALID_INPUT` for an option that does not exist, or has a wrong value */
export function checkPullOptions(options: PullOptions): void {
  checkOptions(options, {
    name: 'pull',
    entries: { ifExists: FLAG, discard: FLAG, contents: FLAG, signal: SIGNAL },
  });
}

/**
 * Takes the arguments of a push apart.
 *
 * @throws CafsError `INVALID_INPUT` for what is neither a tag nor options, and for wrong options
 */
export function readPushArgs(args: PushArgs): { tags: string[]; options: PushOptions } {
  const last = args.at(-1);
  const options = typeof last === 'object' ? last : {};
  checkOptions(options, {
    name: 'push',
    entries: { soleWriter: FLAG, repair: FLAG, skipLost: FLAG, signal: SIGNAL },
  });
  const tags = typeof last === 'object' ? args.slice(0, -1) : args;
  return { tags: tags.map(tagOf), options };
}

function tagOf(arg: unknown): string {
  if (typeof arg === 'string') return arg;
  throw new CafsError('INVALID_INPUT', `push was given ${aKindOf(arg)} for a tag.`, {
    hint: "Tags are text, and options come last: push('main', 'v1', { signal }).",
  });
}

function aKindOf(value: unknown): string {
  if (value === undefined) return 'undefined';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
