import { CafsError } from '../errors.ts';
import type { AuthOptions } from './auth-options.ts';
import type { Challenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { ConnectionError } from './connection-error.ts';
import { ResponseError } from './errors.ts';
import { hintFor } from './hints.ts';
import type { CredentialsUse, HttpRequest, Transport } from './http.ts';
import { checkedRealm } from './realm.ts';
import { retrying } from './retry.ts';
import { maskOf } from './secrets.ts';
import { Scopes, type Want, wantKey, wantOf } from './scopes.ts';
import { type Token, isTokenText, requestToken } from './token.ts';
import { orAborted } from '../until-aborted.ts';

interface HeldToken extends Token {
  readonly want: Want;
  readonly expiresAt: number;
}

/** A token is not used in its last moments: the request takes time, and clocks differ. */
const EARLY_MS = 5000;

/** An upload takes long: it starts with a token that holds this much longer. */
const UPLOAD_MS = 120_000;

/** How long credentials that are a token are used before they are asked for again. */
const GIVEN_TOKEN_MS = 60_000;

const PUSH: Want = { access: 'push' };
const PULL: Want = { access: 'pull' };

/** Bearer tokens for one repository, kept while they hold. */
export class BearerTokens {
  readonly #next: Transport;
  readonly #options: AuthOptions;
  readonly #scopes: Scopes;
  readonly #held = new Map<string, HeldToken>();
  readonly #pending = new Map<string, Promise<HeldToken>>();
  #challenge: Challenge = { scheme: 'bearer', params: new Map() };
  #rejected: string | undefined;
  #pullOnly = false;

  constructor(next: Transport, options: AuthOptions) {
    this.#next = next;
    this.#options = options;
    this.#scopes = new Scopes(options.repository);
  }

  /** A header with a token that holds, fetching one where there is none. */
  async authorization(request: HttpRequest): Promise<string> {
    const want = this.#wantOf(request);
    const held = this.#find(want, request.body === undefined ? EARLY_MS : UPLOAD_MS);
    return headerOf(held ?? (await this.#fetch(want, request.signal)));
  }

  /**
   * Takes note of a challenge: where tokens come from, and that one of them, if any, will not do.
   *
   * @returns whether the next token is for other scopes
   */
  accept(request: HttpRequest, challenge: Challenge, rejected: string | undefined): boolean {
    this.#challenge = challenge;
    this.#rejected = rejected;
    this.#scopes.learn(challenge, this.#wantOf(request));
    let changed = false;
    for (const [key, token] of this.#held) {
      if (headerOf(token) !== rejected) continue;
      this.#held.delete(key);
      changed = this.#scopes.refused(token.want, challenge) || changed;
    }
    return changed;
  }

  #wantOf(request: HttpRequest): Want {
    const want = wantOf(request);
    return want.from === this.#options.repository ? { access: want.access } : want;
  }

  #find(want: Want, leftMs: number): HeldToken | undefined {
    const now = this.#options.policy.clock.now();
    const candidates = want.access === 'pull' ? [PUSH, PULL] : [want];
    return candidates
      .map((candidate) => this.#held.get(wantKey(candidate)))
      .find(
        // Half of the life must do: some servers give tokens of one minute.
        (token) =>
          token !== undefined && token.expiresAt - now > Math.min(leftMs, token.lifetimeMs / 2),
      );
  }

  /** Requests that need a token at the same time share one; each can still be aborted alone. */
  #fetch(want: Want, signal: AbortSignal | undefined): Promise<HeldToken> {
    const key = wantKey(want);
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#request(want).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return orAborted(pending, signal);
  }

  async #request(want: Want): Promise<HeldToken> {
    const { host, repository, credentials, signal } = this.#options;
    const found = await credentials?.(host, { repository, signal });
    const [first = want, ...narrower] = this.#attempts(want, found !== undefined);
    try {
      return await this.#ask(first, found).catch(async (error: unknown) => {
        const [fallback] = narrower;
        if (fallback === undefined || !isRefusal(error)) throw error;
        const token = await this.#ask(fallback, found);
        if (fallback.access === 'pull') this.#pullOnly = true;
        return token;
      });
    } catch (error) {
      throw forRegistry(error, host, found === undefined ? 'none' : 'given');
    }
  }

  /** What to ask for, and what to be content with where the server refuses that. */
  #attempts(want: Want, hasCredentials: boolean): readonly Want[] {
    // Without its source, a mount becomes an upload.
    if (want.from !== undefined) return [want, PUSH];
    // Who has credentials will push sooner or later: one token does for both.
    if (want.access === 'pull' && hasCredentials && !this.#pullOnly) return [PUSH, PULL];
    return [want];
  }

  async #ask(want: Want, credentials: Credentials | undefined): Promise<HeldToken> {
    // From before it was asked for: then it does not matter how long the answer took, nor what the
    // server's clock says.
    const now = this.#options.policy.clock.now();
    const token = await this.#token(want, credentials);
    const held = { ...token, want, expiresAt: now + token.lifetimeMs };
    this.#held.set(wantKey(want), held);
    return held;
  }

  async #token(want: Want, credentials: Credentials | undefined): Promise<Token> {
    const { registry, host, policy, signal } = this.#options;
    if (credentials !== undefined && 'registryToken' in credentials) {
      const { registryToken: value } = credentials;
      if (isTokenText(value)) return { value, lifetimeMs: GIVEN_TOKEN_MS };
      throw new CafsError('UNAUTHORIZED', `The token for ${host} holds what no token can.`);
    }
    const mask = maskOf({}, { authorization: this.#rejected });
    const realm = checkedRealm(this.#challenge, registry, mask);
    const query = {
      service: this.#challenge.params.get('service'),
      scopes: this.#scopes.of(want),
    };
    // Tried again here and not below, since an answer may break off after the transport is done.
    return retrying(policy, signal, () =>
      requestToken(this.#next, realm, query, credentials, signal),
    );
  }
}

function headerOf(token: Token): string {
  return `Bearer ${token.value}`;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ResponseError && (error.status === 401 || error.status === 403);
}

/**
 * An error of a token server is shown as one of the registry, which is what the user knows. It has been
 * tried as often as is allowed.
 */
function forRegistry(error: unknown, host: string, credentials: CredentialsUse): unknown {
  if (error instanceof ConnectionError) return error.exhausted();
  if (!(error instanceof ResponseError)) return error;
  const { status, problems, retryAfterMs } = error;
  const hint = hintFor({ status, host, problems, credentials });
  return new ResponseError(error.code, `${host} gave no token: ${error.message}`, {
    status,
    problems,
    retryAfterMs,
    exhausted: true,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
