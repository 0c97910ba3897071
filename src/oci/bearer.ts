import type { AuthOptions } from './auth-options.ts';
import type { Challenge } from './challenge.ts';
import { ResponseError, hintFor } from './errors.ts';
import type { HttpRequest, Transport } from './http.ts';
import { type Token, checkedRealm, requestToken } from './token.ts';

/** What a request does to a repository. A token to push is a token to pull as well. */
type Access = 'pull' | 'push';

interface HeldToken extends Token {
  readonly expiresAt: number;
}

/** A token is not used in its last moments: the request takes time, and clocks differ. */
const EARLY_MS = 5000;

/** An upload takes long: it starts with a token that holds this much longer. */
const UPLOAD_MS = 120_000;

/** Bearer tokens for one repository, kept while they hold. */
export class BearerTokens {
  readonly #next: Transport;
  readonly #options: AuthOptions;
  readonly #held = new Map<Access, HeldToken>();
  readonly #pending = new Map<Access, Promise<HeldToken>>();
  #challenge: Challenge | undefined;
  #pullOnly = false;

  constructor(next: Transport, options: AuthOptions) {
    this.#next = next;
    this.#options = options;
  }

  /** Notes where tokens come from. */
  accept(challenge: Challenge): void {
    this.#challenge = challenge;
  }

  /** A header with a token that holds, fetching one where there is none. */
  async authorization(request: HttpRequest): Promise<string> {
    const access = accessOf(request);
    const held = this.#find(access, request.body === undefined ? EARLY_MS : UPLOAD_MS);
    return headerOf(held ?? (await this.#fetch(access, request.signal)));
  }

  /** A header with another token than the one that a registry has rejected. */
  async renewed(request: HttpRequest, rejected: string | undefined): Promise<string> {
    for (const [access, token] of this.#held) {
      if (headerOf(token) === rejected) this.#held.delete(access);
    }
    return this.authorization(request);
  }

  #find(access: Access, leftMs: number): HeldToken | undefined {
    const now = this.#options.clock.now();
    const candidates = [
      this.#held.get('push'),
      access === 'pull' ? this.#held.get('pull') : undefined,
    ];
    return candidates.find(
      // Half of the life must do: some servers give tokens of one minute.
      (token) =>
        token !== undefined && token.expiresAt - now > Math.min(leftMs, token.lifetimeMs / 2),
    );
  }

  /** Requests that need a token at the same time share one; each can still be aborted alone. */
  #fetch(access: Access, signal: AbortSignal | undefined): Promise<HeldToken> {
    let pending = this.#pending.get(access);
    if (pending === undefined) {
      pending = this.#request(access).finally(() => this.#pending.delete(access));
      this.#pending.set(access, pending);
    }
    return abortable(pending, signal);
  }

  async #request(access: Access): Promise<HeldToken> {
    const { registry, host, credentials, clock, signal } = this.#options;
    const challenge = this.#challenge ?? { scheme: 'bearer', params: new Map<string, string>() };
    const realm = checkedRealm(challenge, registry);
    const found = await credentials?.(host);
    const ask = async (granted: Access): Promise<HeldToken> => {
      const now = clock.now();
      const query = { service: challenge.params.get('service'), scope: this.#scope(granted) };
      const token = await requestToken(this.#next, realm, query, found, signal);
      const held = { ...token, expiresAt: now + token.lifetimeMs };
      this.#held.set(granted, held);
      return held;
    };
    try {
      // Who has credentials will push sooner or later: one token does for both.
      const wide = access === 'push' || (found !== undefined && !this.#pullOnly);
      if (!wide) return await ask('pull');
      try {
        return await ask('push');
      } catch (error) {
        if (access === 'push' || !isRefusal(error)) throw error;
        const token = await ask('pull');
        this.#pullOnly = true;
        return token;
      }
    } catch (error) {
      throw forRegistry(error, host, found !== undefined);
    }
  }

  /**
   * The scope to ask for. The repository's name is the one in the challenge where it has one: a
   * registry behind a path prefix knows the repository by another name than we do.
   */
  #scope(access: Access): string {
    const offered = /^repository:([^\s:]+):/.exec(this.#challenge?.params.get('scope') ?? '')?.[1];
    const actions = access === 'push' ? 'pull,push' : 'pull';
    return `repository:${offered ?? this.#options.repository}:${actions}`;
  }
}

function accessOf({ method }: HttpRequest): Access {
  return method === 'GET' || method === 'HEAD' ? 'pull' : 'push';
}

function headerOf(token: Token): string {
  return `Bearer ${token.value}`;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ResponseError && (error.status === 401 || error.status === 403);
}

/** An error of a token server is shown as one of the registry, which is what the user knows. */
function forRegistry(error: unknown, host: string, credentialsGiven: boolean): unknown {
  if (!(error instanceof ResponseError)) return error;
  const { status, problems, retryAfterMs } = error;
  const hint = hintFor(status, host, problems, credentialsGiven);
  return new ResponseError(error.code, `${host} gave no token: ${error.message}`, {
    status,
    problems,
    retryAfterMs,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
