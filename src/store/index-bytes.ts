import { readFileSync } from 'node:fs';

import { CafsError, systemCode } from '../errors.ts';
import { explainUnreadable, isMissing } from '../file-access.ts';

/** Reads a file of an index; undefined: there is none. */
export function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw explainIndexFile(error, path);
  }
}

/** Says of an error what is wrong with the file, as far as that is known. */
export function explainIndexFile(error: unknown, path: string): unknown {
  if (systemCode(error) !== 'EISDIR') return explainUnreadable(error, path);
  return new CafsError('MALFORMED', `A folder is where the index file ${path} must be.`, {
    hint: 'Move it away.',
    cause: error,
  });
}
