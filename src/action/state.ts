import * as v from 'valibot';

import { isDigest, type Digest } from '../digest.ts';
import { CafsError } from '../errors.ts';

const digest = v.custom<Digest>(isDigest, 'no digest');

const State = v.object({
  version: v.literal(1),
  /** False: the main step began and did not finish. */
  isComplete: v.boolean(),
  /** As the main step was given it: what it is made from may have changed since. Empty: none. */
  key: v.string(),
  /** Everything was found under that very key: what it holds is not written again. */
  isExactKey: v.boolean(),
  subtrees: v.array(
    v.object({
      name: v.string(),
      /** Null for what `path:` made. */
      fingerprint: v.nullable(digest),
      /** The snapshot that serves it unchanged, or null where it changed. */
      servedBy: v.nullable(digest),
      /** What its outputs were on disk before the build, to see whether it was built. */
      outputsBefore: v.nullable(v.string()),
    }),
  ),
  /** Packs whose contents could not be had, or not all of them. */
  suspects: v.array(digest),
});

/** In the place of {@link State.outputsBefore}: it could not be read. */
export const UNREADABLE = 'unreadable';

/** What the post step finds where the main step was killed, or could not finish. */
export const UNFINISHED: State = {
  version: 1,
  isComplete: false,
  key: '',
  isExactKey: false,
  subtrees: [],
  suspects: [],
};

/** What the main step tells the post step. It never holds a credential. */
export type State = v.InferOutput<typeof State>;

/** Encodes state for the runner's state file. */
export function encodeState(state: State): string {
  return JSON.stringify(state);
}

/**
 * Reads the main step's state.
 *
 * @returns undefined where no main step ran: this is a save of its own
 * @throws CafsError `MALFORMED`
 */
export function decodeState(text: string): State | undefined {
  if (text === '') return undefined;
  try {
    return v.parse(State, JSON.parse(text));
  } catch (cause) {
    throw new CafsError('MALFORMED', "The main step's state cannot be read.", { cause });
  }
}
