import type { Snapshot } from '../sync/snapshot.ts';
import { keyAnnotations, keyUnder } from './key-annotations.ts';
import { type Place, isSamePlace } from './lookup.ts';
import type { RemoteView } from './remote-view.ts';
import type { Session } from './session.ts';
import type { Scope } from './tags.ts';

/** What a save may do to the tag that it writes. */
export interface SaveRule {
  readonly tag: string;
  /** Of the tag's snapshot, beside those that say who wrote it. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether what the tag points to is what it is taken for; else it is replaced. */
  accepts(own: Snapshot): boolean;
  /** Whether what the tag holds in a subtree's place stays, whatever was built. */
  isSettled(view: RemoteView, subtree: Place): boolean;
}

/** The rule of a session: with a key, or without. */
export function saveRule(session: Session, scope: Scope): SaveRule {
  return session.inputs.key === '' ? scopeRule(session, scope) : keyRule(session, scope);
}

/** The newest of each subtree counts. */
function scopeRule({ tags }: Session, scope: Scope): SaveRule {
  return {
    tag: tags.ofScope(scope),
    annotations: {},
    accepts: () => true,
    isSettled: () => false,
  };
}

/**
 * What a key holds is written once. Steps that save other paths under the same key add theirs; a path with other
 * globs is another one, and takes the place of the one that has its name.
 */
function keyRule({ tags, inputs: { key, force } }: Session, scope: Scope): SaveRule {
  const tag = tags.ofKey(key, scope);
  return {
    tag,
    annotations: keyAnnotations(key, scope),
    accepts: ({ manifest }) => keyUnder(manifest, tag, scope, tags) === key,
    isSettled(view, subtree) {
      const held = view.sound(subtree.name)?.description;
      if (force || held === undefined) return false;
      return held.fingerprint !== null || isSamePlace(held, subtree);
    },
  };
}
