import { CafsError } from '../../errors.ts';
import { plainText } from '../../oci/plain-text.ts';

/** The error for what says of itself that the Go package wrote it, and is not as it writes it. */
export function malformed(why: string, cause?: unknown): CafsError {
  const message = `The Go package's snapshot is malformed: ${plainText(why)}.`;
  return new CafsError('MALFORMED', message, { cause });
}
