import { digestOf, hexOf, type Digest } from '../digest.ts';

/** Whose cache it is: what a job may write and what others read. */
export type Scope =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'pull-request'; readonly number: number };

/** A scope for people: `main`, `pull request 12`. */
export function describeScope(scope: Scope): string {
  switch (scope.kind) {
    case 'branch':
      return scope.name;
    case 'pull-request':
      return `pull request ${String(scope.number)}`;
  }
}

/** The longest tag. @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const MAX_TAG = 128;

/**
 * A tag for a name: other characters than `[A-Za-z0-9_.-]` become `-`. Whatever was changed or
 * cut, or could be mistaken for such a slug or for a platform, gets a part of the name's SHA-256,
 * so that two names never share a tag.
 */
export function slug(prefix: string, name: string, suffix: string): string {
  const room = MAX_TAG - prefix.length - suffix.length;
  const plain = name.replace(/[^A-Za-z0-9_.-]/g, '-');
  const ambiguous = /-[0-9a-f]{8}$|\.[a-z0-9]+-[a-z0-9]+$/.test(plain);
  if (plain === name && plain.length <= room && !ambiguous) return prefix + plain + suffix;
  const hash = `-${hexOf(digestOf(name)).slice(0, 8)}`;
  return prefix + plain.slice(0, room - hash.length) + hash + suffix;
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
    const isDefault = scope.kind === 'branch' && scope.name === this.#defaultBranch;
    const mark = isDefault ? '' : `-${hexOf(digestOf(this.ofScope(scope))).slice(0, 8)}`;
    return `fp-${hexOf(fingerprint)}${mark}${this.#suffix}`;
  }
}
