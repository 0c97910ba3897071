import * as core from '@actions/core';

import { isDigest } from '../digest.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Session } from './session.ts';
import { type State, UNFINISHED, decodeState, encodeState } from './state.ts';

/** The name under which the runner keeps the main step's state. */
const NAME = 'cafs';

/** Longer state goes to a file: it reaches the post step as one variable, which systems limit to 128 KiB. */
const MAX_INLINE = 32 * 1024;

/** Hands state to the post step. The last state that was saved counts. */
export function saveState({ blobs }: Session, state: State): void {
  const text = encodeState(state);
  core.saveState(NAME, text.length <= MAX_INLINE ? text : blobs.put(Buffer.from(text)));
}

/**
 * The main step's state.
 *
 * @returns undefined where no main step ran: this is a save of its own
 * @throws CafsError `MALFORMED`
 */
export function loadState(blobs: () => Blobs): State | undefined {
  const text = core.getState(NAME);
  if (!isDigest(text)) return decodeState(text);
  const bytes = blobs().find(text);
  return bytes === undefined ? UNFINISHED : decodeState(bytes.toString('utf8'));
}
