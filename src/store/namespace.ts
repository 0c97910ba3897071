import { CafsError } from '../errors.ts';

/** Which index of a cache folder a store uses. */
export interface Namespace {
  /** Parts joined by `/`. */
  readonly name: string;
  readonly tag: string;
}

const PART = /^[A-Za-z0-9_.:@+-]+$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * Reads `"name"` or `"name:tag"`; the tag is `latest` where none is given.
 *
 * @throws CafsError `INVALID_NAMESPACE`
 */
export function parseNamespace(text: string): Namespace {
  if (typeof (text as unknown) !== 'string') {
    throw new CafsError('INVALID_NAMESPACE', `A namespace is text, not ${typeof text}.`);
  }
  const colon = text.lastIndexOf(':');
  const hasTag = colon > text.lastIndexOf('/');
  const name = hasTag ? text.slice(0, colon) : text;
  const tag = hasTag ? text.slice(colon + 1) : 'latest';
  const refuse = (rule: string): never => {
    throw new CafsError(
      'INVALID_NAMESPACE',
      `${JSON.stringify(text)} is no valid namespace: ${rule}.`,
      {
        hint: 'Write "name" or "name:tag", such as "myproject:main" or "myproject:feature-x".',
      },
    );
  };
  if (name === '') refuse('its name is empty');
  if (name.startsWith('/')) refuse('its name is an absolute path');
  if (name.length > 512) refuse('its name has more than 512 characters');
  for (const [number, part] of name.split('/').entries()) {
    // A host may have a port; in any other place, somebody meant a tag.
    if (part.includes(':') && !(number === 0 && /^[^:]+:\d+$/.test(part)))
      refuse('a tag has neither "/" nor ":"');
    if (part === '') refuse('its name has an empty part');
    if (/^\.+$/.test(part) || part.includes('..')) refuse('its name holds ".." or a part of dots');
    if (!PART.test(part))
      refuse(`the part ${JSON.stringify(part)} has a character other than A-Z a-z 0-9 _ . : @ + -`);
  }
  if (!TAG.test(tag)) refuse('its tag is not of the form [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}');
  return { name, tag };
}
