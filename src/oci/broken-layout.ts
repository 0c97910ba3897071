import { CafsError, type ErrorDetails } from '../errors.ts';

/**
 * One of the two files that make a folder an image layout, `oci-layout` and `index.json`, holds something
 * else. It is the layout that is damaged, not what a tag points to: nothing that is pushed there mends it.
 */
export class BrokenLayoutError extends CafsError {
  declare readonly code: 'MALFORMED';

  constructor(message: string, details: ErrorDetails) {
    super('MALFORMED', message, details);
  }
}

/** What the file that marks an image layout holds. */
export const MARKER_TEXT = JSON.stringify({ imageLayoutVersion: '1.0.0' });
