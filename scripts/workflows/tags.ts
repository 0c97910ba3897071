const OS_NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macos' };

/** The end of all tags: what this machine is to the runner. */
const SUFFIX = `.${OS_NAMES[process.platform] ?? process.platform}-${process.arch}`;

export const MAIN = `branch-main${SUFFIX}`;
export const PULL_REQUEST = `pr-42${SUFFIX}`;

export function ofCommit(sha: string): string {
  return `sha-${sha}${SUFFIX}`;
}

/** The tag of a key that main has saved, all of whose characters a tag may have. */
export function ofKey(key: string): string {
  return `key-${key}${SUFFIX}`;
}

/** The tag of a fingerprint; see {@link withoutMark}. */
export function ofFingerprint(digest: string, scope: 'main' | 'pull request'): string {
  return `fp-${digest.replace('sha256:', '')}${scope === 'main' ? '' : '-MARK'}${SUFFIX}`;
}

/** A tag of a fingerprint without what tells one scope's from another's. */
export function withoutMark(tag: string): string {
  return tag.replace(/^(fp-[0-9a-f]{64})-[0-9a-f]{8}(?=\.)/, '$1-MARK');
}
