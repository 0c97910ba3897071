import { formatBytes, formatCount } from '../format.ts';
import type { Progress } from '../observe.ts';

/** Work that takes no longer than this is not spoken of, in milliseconds. */
const FIRST_MS = 1000;

/** Between two lines, once work has gone on for long, in milliseconds. */
const MAX_MS = 10_000;

/** How each kind of progress is said, and what it counts. */
const WORDS: Readonly<Record<Progress['kind'], readonly [verb: string, noun: string]>> = {
  hash: ['Hashed', 'file'],
  upload: ['Uploaded', 'pack'],
  download: ['Downloaded', 'piece'],
  restore: ['Restored', 'file'],
};

/**
 * Says how far work is that takes more than a second: after one second, then in steps that grow from
 * two to ten, so that the log of an hour can still be read.
 *
 * @param show gets a line
 * @param now milliseconds of some clock
 */
export function progressLines(
  show: (line: string) => void,
  now: () => number = () => performance.now(),
): (event: Progress) => void {
  let wait = FIRST_MS;
  let next = now() + wait;
  return ({ kind, done, total, bytes }) => {
    const moment = now();
    if (moment < next) return;
    wait = Math.min(wait * 2, MAX_MS);
    next = moment + wait;
    const [verb, noun] = WORDS[kind];
    const files =
      total === undefined
        ? formatCount(done, noun)
        : `${done.toLocaleString('en')} of ${formatCount(total, noun)}`;
    show(`${verb} ${files}, ${formatBytes(bytes)} so far`);
  };
}
