import { CafsError, describeError, hasCode } from '../errors.ts';
import { quoted } from '../quoted.ts';

/**
 * Tells an entry whose content is nowhere from an entry that does not exist: what went wrong with the
 * content of a key, as the caller of a store is told it.
 *
 * @returns `CONTENT_LOST` in the place of `NOT_FOUND`; other errors as they are
 */
export function explainLost(error: unknown, key: string): unknown {
  if (!hasCode(error, 'NOT_FOUND')) return error;
  return new CafsError(
    'CONTENT_LOST',
    `The entry ${quoted(key)} is there, but its content cannot be had: ${describeError(error)}`,
    {
      hint: 'Where it is lost in the remote, a push with `repair` from a store that has it brings it back. Else put it again, or delete the entry.',
      cause: error,
    },
  );
}
