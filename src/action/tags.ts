import { digestOf, hexOf, type Digest } from '../digest.ts';

/** Whose cache it is: what a job may write and what others read. */
export type Scope =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'pull-request'; readonly number: number };

/** The longest tag. @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const MAX_TAG = 128;

/** Of `-` and the part of a name's SHA-256. */
const HASH_LENGTH = 9;

/**
 * A tag for a name: other characters than `[A-Za-z0-9_.-]` become `-`. Whatever was changed or
 * cut, or could be mistaken for such a slug or for a platform, gets a part of the name's SHA-256,
 * so that two names never share a tag.
 */
export function slug(prefix: string, name: string, suffix: string): string {
  const room = roomFor(prefix, suffix);
  const plain = plainOf(name);
  const ambiguous = /-[0-9a-f]{8}$|\.[a-z0-9]+-[a-z0-9]+$/.test(plain);
  if (plain === name && plain.length <= room && !ambiguous) return prefix + plain + suffix;
  const hash = `-${hexOf(digestOf(name)).slice(0, 8)}`;
  return prefix + plain.slice(0, room - HASH_LENGTH) + hash + suffix;
}

/**
 * What the slug of a name begins with if the name begins with this text: all of it, as far as no slug is
 * cut. Names that begin otherwise may have such a slug, too.
 */
function slugStart(prefix: string, start: string, suffix: string): string {
  return prefix + plainOf(start).slice(0, roomFor(prefix, suffix) - HASH_LENGTH);
}

/** A character for each UTF-16 code unit, so that what begins alike still does. */
function plainOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '-');
}

function roomFor(prefix: string, suffix: string): number {
  return MAX_TAG - prefix.length - suffix.length;
}

/** A scope as GitHub names it: `refs/heads/main`, `refs/pull/7/merge`. */
export function refOf(scope: Scope): string {
  switch (scope.kind) {
    case 'branch':
      return `refs/heads/${scope.name}`;
    case 'pull-request':
      return `refs/pull/${String(scope.number)}/merge`;
  }
}

/** Makes the tags of one workflow run. */
export class Tags {
  readonly #suffix: string;
  readonly #defaultBranch: string | undefined;

  /** @param platform `linux-x64`, or `any` for tags that all platforms share */
  constructor(platform: string, defaultBranch: string | undefined) {
    this.#suffix = platform === 'any' ? '' : `.${platform}`;
    this.#defaultBranch = defaultBranch;
  }

  /** The newest snapshot of a branch or of a pull request. */
  ofScope(scope: Scope): string {
    switch (scope.kind) {
      case 'branch':
        return slug('branch-', scope.name, this.#suffix);
      case 'pull-request':
        return `pr-${String(scope.number)}${this.#suffix}`;
    }
  }

  /** The snapshot of a commit. */
  ofCommit(sha: string): string {
    return `sha-${sha}${this.#suffix}`;
  }

  /**
   * One subtree by its fingerprint, as a scope knows it. What a pull request or another branch
   * wrote has another tag than what the default branch wrote, and is not found by it.
   */
  ofFingerprint(fingerprint: Digest, scope: Scope): string {
    const mark = this.#mark(scope);
    return `fp-${hexOf(fingerprint)}${mark === '' ? '' : `-${mark}`}${this.#suffix}`;
  }

  /**
   * A key, as a scope knows it. The mark of a scope stands in front of the slug: behind it, a slug could
   * end like a mark.
   */
  ofKey(key: string, scope: Scope): string {
    return slug(this.#keyPrefix(scope), key, this.#suffix);
  }

  /**
   * Whether a tag may be that of a key which begins with this text, in a scope. All such tags are among those for
   * which this is so, and others are, too: what was saved there tells.
   */
  mayBeOfKey(tag: string, start: string, scope: Scope): boolean {
    return (
      tag.startsWith(slugStart(this.#keyPrefix(scope), start, this.#suffix)) &&
      tag.endsWith(this.#suffix)
    );
  }

  #keyPrefix(scope: Scope): string {
    const mark = this.#mark(scope);
    return mark === '' ? 'key-' : `key.${mark}-`;
  }

  /** What tells a scope's tags from the default branch's, which have none. */
  #mark(scope: Scope): string {
    const isDefault = scope.kind === 'branch' && scope.name === this.#defaultBranch;
    return isDefault ? '' : hexOf(digestOf(this.ofScope(scope))).slice(0, 8);
  }
}
