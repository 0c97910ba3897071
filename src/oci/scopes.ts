import type { Challenge } from './challenge.ts';
import type { HttpRequest } from './http.ts';

/** What a request does to a repository. A token to push is one to pull as well. */
export type Access = 'pull' | 'push' | 'delete';

/** What a token must allow. */
export interface Want {
  readonly access: Access;
  /** Another repository, to pull from. */
  readonly from?: string | undefined;
}

/** As the reference implementation of registries asks for them. */
const ACTIONS: Readonly<Record<Access, string>> = {
  pull: 'pull',
  push: 'pull,push',
  delete: 'delete',
};

/** A challenge that offers more than this is not followed so far. */
const MAX_SCOPES = 8;

/** What a request needs. */
export function wantOf({ method, alsoPullFrom }: HttpRequest): Want {
  if (method === 'GET' || method === 'HEAD') return { access: 'pull' };
  if (method === 'DELETE') return { access: 'delete' };
  return alsoPullFrom === undefined ? { access: 'push' } : { access: 'push', from: alsoPullFrom };
}

/** What tells a want from another. */
export function wantKey({ access, from = '' }: Want): string {
  return `${access} ${from}`;
}

/**
 * The scopes that tokens for a repository are asked for.
 *
 * @see https://distribution.github.io/distribution/spec/auth/scope/
 */
export class Scopes {
  readonly #repository: string;
  readonly #changed = new Map<string, readonly string[]>();
  #name: string | undefined;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /**
   * Notes what a registry calls the repository: one that is behind a path prefix has another name for
   * it than we do.
   */
  learn(challenge: Challenge, { from }: Want): void {
    const name = /^repository:([^\s:]+):/.exec(challenge.params.get('scope') ?? '')?.[1];
    if (name !== undefined && name !== from) this.#name ??= name;
  }

  /** The scopes to ask for. Where another repository takes part, it goes first. */
  of(want: Want): readonly string[] {
    const changed = this.#changed.get(wantKey(want));
    if (changed !== undefined) return changed;
    const own = `repository:${this.#name ?? this.#repository}:${ACTIONS[want.access]}`;
    return want.from === undefined ? [own] : [`repository:${this.#nameThere(want.from)}:pull`, own];
  }

  /**
   * Notes that a token for these scopes was not enough. What the registry misses goes first from now
   * on: some token servers look at the first scope only, others at the last.
   *
   * @see https://github.com/google/go-containerregistry/blob/main/pkg/v1/remote/transport/bearer.go
   * @returns whether other scopes are asked for from now on
   */
  refused(want: Want, challenge: Challenge): boolean {
    const before = this.of(want);
    const missing = (challenge.params.get('scope') ?? '').split(' ').filter(isScope);
    // A registry that does not say what it misses has been given the last scope, or the first.
    let scopes = missing.length === 0 ? before.toReversed() : before;
    for (const scope of missing.slice(0, MAX_SCOPES).reverse()) {
      const known = scopes.find((asked) => covers(asked, scope));
      const others = scopes.filter((asked) => asked !== known);
      scopes = [known ?? scope, ...others].slice(0, MAX_SCOPES);
    }
    this.#changed.set(wantKey(want), scopes);
    return scopes.join(' ') !== before.join(' ');
  }

  /** What the registry calls another repository, if it leaves the same prefix out. */
  #nameThere(other: string): string {
    const ours = this.#repository;
    if (this.#name === undefined || !ours.endsWith(`/${this.#name}`)) return other;
    const prefix = ours.slice(0, -this.#name.length);
    return other.startsWith(prefix) ? other.slice(prefix.length) : other;
  }
}

function isScope(text: string): boolean {
  return text.length <= 512 && /^[\x21-\x7e]+$/.test(text);
}

/** Whether one scope allows all that another does. */
function covers(scope: string, other: string): boolean {
  const [resource, actions] = splitScope(scope);
  const [wanted, needed] = splitScope(other);
  return resource === wanted && needed.every((action) => actions.includes(action));
}

function splitScope(scope: string): readonly [resource: string, actions: readonly string[]] {
  const colon = scope.lastIndexOf(':');
  return [scope.slice(0, Math.max(colon, 0)), scope.slice(colon + 1).split(',')];
}
