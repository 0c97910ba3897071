/** What credentials are wanted for. */
export interface Wanted {
  /** As in the reference, with the port: `ghcr.io`, `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** `owner/repository`. */
  readonly repository: string;
}

/** What Docker calls its own registry, in its files and to its helpers. */
const HUB_KEY = 'https://index.docker.io/v1/';

const HUB_HOSTS: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io']);

/** What Docker calls a registry, in its files and to its helpers. */
export function dockerKey(host: string): string {
  return host === 'docker.io' ? HUB_KEY : host;
}

/**
 * The values whose keys mean a repository, the most specific one first. A key is a host, with the
 * scheme and the `/v1/` that Docker has written behind some, or a host and the first parts of a path,
 * as podman has it. Hosts and parts are compared whole: `ghcr.io/own` does not mean `ghcr.io/owner`.
 *
 * @example
 * valuesFor({ 'ghcr.io': 1, 'ghcr.io/me': 2 }, { host: 'ghcr.io', repository: 'me/cache' }) // [2, 1]
 */
export function valuesFor<T>(table: Readonly<Record<string, T>>, wanted: Wanted): readonly T[] {
  const usual = dockerKey(wanted.host);
  return Object.entries(table)
    .map(([key, value]) => ({ value, isUsual: key === usual, parts: partsInCommon(key, wanted) }))
    .filter(({ parts }) => parts !== -1)
    .sort((a, b) => b.parts - a.parts || Number(b.isUsual) - Number(a.isUsual))
    .map(({ value }) => value);
}

/** How many parts of the repository's path a key names; -1: it means something else. */
function partsInCommon(key: string, { host, repository }: Wanted): number {
  const [keyHost = '', ...parts] = key.replace(/^https?:\/\//i, '').split('/');
  while (parts.at(-1) === '') parts.pop();
  if (parts.length === 1 && (parts[0] === 'v1' || parts[0] === 'v2')) parts.pop();
  const lower = keyHost.toLowerCase();
  if ((HUB_HOSTS.has(lower) ? 'docker.io' : lower) !== host) return -1;
  const wanted = repository.split('/');
  return parts.every((part, i) => part === wanted[i]) ? parts.length : -1;
}
