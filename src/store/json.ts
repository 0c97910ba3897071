import { CafsError } from '../errors.ts';
import type { Json } from './entry.ts';

/**
 * A copy of a value, as JSON brings it back: later changes of the original do not reach it.
 *
 * @throws CafsError `INVALID_INPUT` for what JSON cannot hold
 */
export function copyJson(value: Json): Json {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new CafsError('INVALID_INPUT', 'Metadata must be JSON: this value is not.', { cause });
  }
  if (typeof text === 'string') return JSON.parse(text) as Json;
  throw new CafsError('INVALID_INPUT', `Metadata must be JSON: a ${typeof value} is not.`);
}
