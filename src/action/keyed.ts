import pMap from 'p-map';

import { describeError } from '../errors.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { Manifest } from '../oci/types.ts';
import { isUnusable } from '../sync/unusable.ts';
import type { Session } from './session.ts';
import { type Tagged, describes, readTagged } from './tagged.ts';
import type { Scope } from './tags.ts';

/** The annotation that holds the key under which a snapshot was saved. */
export const ANNOTATION_KEY = 'dev.cafs.key';

/** Manifests that are read to find the newest key that begins with a text. */
const MAX_READ = 1000;

/** A key that is there, as its manifest tells. */
interface Saved {
  readonly tag: string;
  readonly key: string;
  /** Milliseconds since 1970; 0: not known. */
  readonly created: number;
}

/**
 * Reads what `key` and `restore-keys` mean, in the order of `actions/cache`: in each scope of the read chain
 * the key itself, then the newest that begins with it, then the newest that begins with each of
 * `restore-keys`. Only as much as is needed until each path is found.
 */
export async function readKeyed(session: Session): Promise<Tagged[]> {
  const { inputs, plan, access, tags } = session;
  const paths = plan.subtrees.filter(({ hasInputs }) => !hasInputs);
  const chain: Tagged[] = [];
  const keys = new SavedKeys(session);
  const isEnough = (): boolean =>
    paths.every((path) => chain.some(({ snapshot }) => describes(snapshot, path, undefined)));
  for (const scope of access.reads) {
    const tag = tags.ofKey(inputs.key, scope);
    const exact = await readTagged(session, tag, scope);
    // Nothing is served of another key that may have the same tag.
    if (exact !== undefined && keyOf(exact.snapshot.manifest) === inputs.key)
      chain.push({ ...exact, key: inputs.key });
    if (isEnough()) return chain;
    for (const beginning of [inputs.key, ...inputs['restore-keys']]) {
      for (const saved of await keys.of(scope, beginning)) {
        if (chain.some((one) => one.tag === saved.tag)) continue;
        const found = await readTagged(session, saved.tag, scope);
        if (found !== undefined) chain.push({ ...found, key: saved.key });
        if (isEnough()) return chain;
      }
    }
  }
  return chain;
}

/** The key that a snapshot says it was saved under. */
export function keyOf({ annotations }: Manifest): string | undefined {
  return annotations?.[ANNOTATION_KEY];
}

/** The keys that a remote has. Each manifest is read once, and none before it is asked for. */
class SavedKeys {
  readonly #session: Session;
  readonly #read = new Map<string, Promise<Saved | undefined>>();
  #tags: Promise<readonly string[]> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Those of a scope that begin with a text, the newest first. */
  async of(scope: Scope, beginning: string): Promise<Saved[]> {
    const { tags, concurrency, observer } = this.#session;
    this.#tags ??= this.#list();
    const candidates = (await this.#tags).filter((tag) => tags.mayBeOfKey(tag, beginning, scope));
    if (candidates.length > MAX_READ) {
      const message = `${String(candidates.length)} tags may have keys that begin with ${JSON.stringify(beginning)}: ${String(MAX_READ)} of them are looked at.`;
      observer({ kind: 'warning', message });
      candidates.splice(MAX_READ);
    }
    const found = await pMap(candidates, (tag) => this.#readOnce(tag), { concurrency });
    return found
      .filter((saved) => saved !== undefined)
      .filter(({ tag, key }) => key.startsWith(beginning) && tags.ofKey(key, scope) === tag)
      .sort((a, b) => b.created - a.created || (a.tag < b.tag ? -1 : 1));
  }

  /** A remote that lists no tags has no other key than the one that is asked for. */
  async #list(): Promise<readonly string[]> {
    const { remote, observer } = this.#session;
    try {
      return await remote.listTags();
    } catch (error) {
      const message = `The tags cannot be listed, so that only the key itself is looked for: ${describeError(error)}`;
      observer({ kind: 'warning', message });
      return [];
    }
  }

  #readOnce(tag: string): Promise<Saved | undefined> {
    const reading = this.#read.get(tag) ?? this.#readSaved(tag);
    this.#read.set(tag, reading);
    return reading;
  }

  /** What is no snapshot that was saved under a key is none. */
  async #readSaved(tag: string): Promise<Saved | undefined> {
    try {
      const fetched = await this.#session.remote.getManifest(tag);
      if (fetched === undefined) return undefined;
      const manifest = parseManifest(fetched.bytes);
      const key = keyOf(manifest);
      const created = Date.parse(manifest.annotations?.['org.opencontainers.image.created'] ?? '');
      return key === undefined ? undefined : { tag, key, created: created || 0 };
    } catch (error) {
      if (!isUnusable(error)) throw error;
      return undefined;
    }
  }
}
