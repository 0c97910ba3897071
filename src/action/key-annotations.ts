import type { Manifest } from '../oci/types.ts';
import { type Scope, type Tags, refOf } from './tags.ts';

/** The whole key that a snapshot was saved under: its tag has only a slug of it. */
const KEY = 'dev.cafs.key';

/** The scope that it was saved in. */
const SCOPE = 'dev.cafs.scope';

/** Says of a snapshot under which key, and in which scope, it was saved. */
export function keyAnnotations(key: string, scope: Scope): Record<string, string> {
  return { [KEY]: key, [SCOPE]: refOf(scope) };
}

/**
 * The key that a snapshot was saved under. Anybody can write anything into a manifest: what it says counts only
 * where it leads to the very tag that it was found under.
 *
 * @returns undefined where it says nothing, or something that is not true of this tag
 */
export function keyUnder(
  { annotations }: Pick<Manifest, 'annotations'>,
  tag: string,
  scope: Scope,
  tags: Tags,
): string | undefined {
  const key = annotations?.[KEY];
  if (key === undefined || annotations?.[SCOPE] !== refOf(scope)) return undefined;
  return tags.ofKey(key, scope) === tag ? key : undefined;
}

/** When a snapshot was made, in milliseconds since 1970; undefined where it does not say so. */
export function createdAt({ annotations }: Pick<Manifest, 'annotations'>): number | undefined {
  const text = annotations?.['org.opencontainers.image.created'];
  // As we write it. Date.parse would take much else, and some of it by this machine's time zone.
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text))
    return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
