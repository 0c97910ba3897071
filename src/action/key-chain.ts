import { KeyList } from './key-list.ts';
import { keyUnder } from './key-annotations.ts';
import { type Tagged, describes, readTagged } from './lookup.ts';
import type { Session } from './session.ts';
import type { Scope } from './tags.ts';

/** Snapshots that are opened in search of one that knows all paths. */
export const MAX_OPENED = 32;

/**
 * Reads the snapshots that may serve a job with a key, as `actions/cache` does: of each scope of the read chain the
 * key itself, then the newest of those that begin with it, then of those that begin with each of
 * `restore-keys`. The search ends with the first that know all paths of the job between them; tags are listed only
 * where the exact key does not end it.
 */
export async function readKeyChain(session: Session): Promise<Tagged[]> {
  const chain: Tagged[] = [];
  const paths = session.plan.subtrees.filter(({ hasInputs }) => !hasInputs);
  for await (const tagged of candidates(session)) {
    chain.push(tagged);
    const knowAll = paths.every((path) => chain.some((one) => describes(one, path) !== undefined));
    if (knowAll) break;
    if (chain.length === MAX_OPENED) {
      const message = `None of the ${String(MAX_OPENED)} newest snapshots whose keys match holds all paths; older ones are not looked at.`;
      session.observer({ kind: 'warning', message });
      break;
    }
  }
  return chain;
}

async function* candidates(session: Session): AsyncGenerator<Tagged> {
  const { key, 'restore-keys': restoreKeys } = session.inputs;
  const list = new KeyList(session);
  for (const scope of session.access.reads) {
    const exact = await readKey(session, key, scope);
    if (exact !== undefined) yield exact;
    const seen = new Set([key]);
    for (const start of [key, ...restoreKeys]) {
      for (const listed of await list.startingWith(start, scope)) {
        if (seen.has(listed.key)) continue;
        seen.add(listed.key);
        const tagged = await readKey(session, listed.key, scope);
        if (tagged !== undefined) yield tagged;
      }
    }
  }
}

/** What was saved under a key; what says that it was saved under another is as good as nothing. */
async function readKey(session: Session, key: string, scope: Scope): Promise<Tagged | undefined> {
  const tag = session.tags.ofKey(key, scope);
  const tagged = await readTagged(session, tag, scope);
  if (tagged === undefined) return undefined;
  if (keyUnder(tagged.snapshot.manifest, tag, scope, session.tags) === key)
    return { ...tagged, key };
  const message = `The tag ${tag} is not used: what is there was not saved under this key, in this scope.`;
  session.observer({ kind: 'warning', message });
  return undefined;
}
