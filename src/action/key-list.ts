import pMap from 'p-map';

import type { Digest } from '../digest.ts';
import { describeError, hasCode } from '../errors.ts';
import { formatCount } from '../format.ts';
import { isTransientStatus } from '../oci/errors.ts';
import { parseManifest } from '../oci/manifest.ts';
import { compareBytes } from '../order.ts';
import { quoted } from '../quoted.ts';
import { isUnusable } from '../sync/unusable.ts';
import { createdAt, keyUnder } from './key-annotations.ts';
import type { Session } from './session.ts';
import type { Scope } from './tags.ts';

/** Manifests that are read for one scope to find the keys that begin like the one asked for. */
export const MAX_READ = 256;

/** How long a list of tags may take, in milliseconds. GHCR gives 100 a page. */
const LIST_MS = 60_000;

/** A snapshot that was saved under a key, as its manifest says. */
export interface ListedKey {
  readonly tag: string;
  readonly key: string;
  /** In milliseconds since 1970. */
  readonly created: number;
  readonly digest: Digest;
}

/** The keys that a remote holds. Tags are listed once, and manifests read as they are needed. */
export class KeyList {
  readonly #session: Session;
  readonly #timeoutMs: number;
  #tags: Promise<readonly string[]> | undefined;
  /** By tag. A tag is asked for under several prefixes, and read once. */
  readonly #read = new Map<string, ListedKey | undefined>();

  constructor(session: Session, timeoutMs = LIST_MS) {
    this.#session = session;
    this.#timeoutMs = timeoutMs;
  }

  /** The keys of a scope that begin with this text, the newest first. */
  async startingWith(start: string, scope: Scope): Promise<ListedKey[]> {
    const { tags } = this.#session;
    this.#tags ??= listTags(this.#session, this.#timeoutMs);
    const matching = (await this.#tags).filter((tag) => tags.mayBeOfKey(tag, start, scope));
    if (matching.length > MAX_READ) {
      const message =
        `${formatCount(matching.length, 'tag')} may be of a key that begins with ${quoted(start)}; ` +
        `only the last ${String(MAX_READ)} of the list are looked at. A longer "restore-keys" asks for fewer, and old tags can be deleted.`;
      this.#session.observer({ kind: 'warning', message });
    }
    // The last: GHCR lists the oldest first.
    const found = await this.#readAll(matching.slice(-MAX_READ), scope);
    return found.filter(({ key }) => key.startsWith(start)).sort(newestFirst);
  }

  async #readAll(matching: readonly string[], scope: Scope): Promise<ListedKey[]> {
    const { observer, concurrency } = this.#session;
    const fresh = matching.filter((tag) => !this.#read.has(tag));
    await pMap(
      fresh,
      async (tag) => {
        this.#read.set(tag, await readKey(this.#session, tag, scope));
      },
      { concurrency },
    );
    const [liar, ...others] = fresh.filter((tag) => this.#read.get(tag) === undefined);
    if (liar !== undefined) {
      const more = others.length === 0 ? '' : ` and ${formatCount(others.length, 'other')}`;
      const message = `The tag ${liar}${more} is not looked at: no snapshot is there that was saved under such a key.`;
      observer({ kind: 'notice', message });
    }
    return matching.flatMap((tag) => this.#read.get(tag) ?? []);
  }
}

/**
 * All tags of the remote. A registry that does not tell them is asked for exact keys alone.
 *
 * @throws the error of a registry that cannot be reached
 */
async function listTags(
  { remote, observer }: Session,
  timeoutMs: number,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await remote.listTags({ signal });
  } catch (error) {
    if (!signal.aborted && !isRefusal(error)) throw error;
    const why = signal.aborted
      ? `it took longer than ${String(timeoutMs / 1000)} seconds. A cache with fewer tags, in a repository of its own, is listed sooner.`
      : describeError(error);
    const message = `The tags of ${remote.name} cannot be listed, so that only exact keys are found: ${why}`;
    observer({ kind: 'warning', message });
    return [];
  }
}

/** Whether a registry has answered, and would answer so again. */
function isRefusal(error: unknown): boolean {
  if (isUnusable(error)) return true;
  if (hasCode(error, 'REMOTE')) {
    return !(
      error instanceof Error &&
      'status' in error &&
      isTransientStatus(Number(error.status))
    );
  }
  return (
    hasCode(error, 'UNSUPPORTED') || hasCode(error, 'UNAUTHORIZED') || hasCode(error, 'DENIED')
  );
}

/** What a tag says of its key; undefined where that is nothing, or not true. */
async function readKey(
  { remote, tags }: Session,
  tag: string,
  scope: Scope,
): Promise<ListedKey | undefined> {
  try {
    const fetched = await remote.getManifest(tag);
    if (fetched === undefined) return undefined;
    const manifest = parseManifest(fetched.bytes);
    const key = keyUnder(manifest, tag, scope, tags);
    const created = createdAt(manifest);
    if (key === undefined || created === undefined) return undefined;
    return { tag, key, created, digest: fetched.descriptor.digest };
  } catch (error) {
    if (!isUnusable(error)) throw error;
    return undefined;
  }
}

function newestFirst(a: ListedKey, b: ListedKey): number {
  return b.created - a.created || compareBytes(a.digest, b.digest);
}
