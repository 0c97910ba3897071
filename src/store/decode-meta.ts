import type { StandardSchemaV1 } from '@standard-schema/spec';

import { CafsError } from '../errors.ts';
import type { Info } from './entry.ts';

/** How many issues a message names: metadata from a remote may have any number. */
const MAX_SHOWN = 5;

/**
 * An entry's metadata, checked and typed by a schema: one of zod, valibot, arktype, or whatever
 * else implements Standard Schema. An entry without metadata gives the schema `undefined`: an
 * optional schema takes it, others refuse it.
 *
 * @see https://standardschema.dev
 * @param info what `stat`, `list` or `put` gave
 * @returns the schema's output: with its defaults and conversions
 * @example
 * const Built = z.object({ by: z.string(), seconds: z.number().default(0) });
 * for (const [name, info] of store.list('dist')) {
 *   const { by, seconds } = decodeMeta(info, Built);
 *   console.log(name, by, seconds);
 * }
 * @throws CafsError `MALFORMED` where the metadata does not fit: the message says where and why, and
 *   `cause` is the schema's list of issues; `INVALID_INPUT` for a schema that validates asynchronously
 */
export function decodeMeta<Output>(
  { meta }: Pick<Info, 'meta'>,
  schema: StandardSchemaV1<unknown, Output>,
): Output {
  const result = schema['~standard'].validate(meta);
  if ('then' in result) {
    // Nobody waits for it any more, and a rejection that nobody handles ends the process.
    Promise.resolve(result).catch(() => undefined);
    throw new CafsError('INVALID_INPUT', 'The schema for metadata validates asynchronously.', {
      // Whatever a check or a conversion throws, zod starts anew asynchronously.
      hint: 'Use one that does not. A schema of zod does, too, when a function in it throws.',
    });
  }
  if (result.issues === undefined) return result.value;
  throw new CafsError('MALFORMED', `Metadata does not fit its schema: ${listed(result.issues)}`, {
    cause: result.issues,
  });
}

function listed(issues: readonly StandardSchemaV1.Issue[]): string {
  const shown = issues.slice(0, MAX_SHOWN).map(({ path = [], message }) => {
    const where = path.map(segment).join('').replace(/^\./, '');
    return where === '' ? message : `${where}: ${message}`;
  });
  const more = issues.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`${String(more)} more`])].join('; ');
}

/** A step of a path as one writes it in code: `.name`, `[0]` or `["any text"]`. */
function segment(step: PropertyKey | StandardSchemaV1.PathSegment): string {
  const key = typeof step === 'object' ? step.key : step;
  if (typeof key === 'string') {
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }
  return `[${String(key)}]`;
}
