import type { Authenticator } from './credentials.ts';
import type { ObservedPolicy } from './retry.ts';

/** Whom one authenticates to, and how. */
export interface AuthOptions {
  /** The registry's address. Nothing secret goes to any other origin but its token server. */
  readonly registry: URL;
  /** The registry's host as in the reference, for {@link Authenticator}. */
  readonly host: string;
  /** The repository's name, for tokens. */
  readonly repository: string;
  readonly credentials: Authenticator | undefined;
  /** How often tokens are asked for, and the clock that they run out by. */
  readonly policy: ObservedPolicy;
  /** Ends the fetching of tokens, which several requests may wait for. */
  readonly signal: AbortSignal | undefined;
}
