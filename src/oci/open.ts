import { resolve } from 'node:path';

import * as v from 'valibot';

import { SIGNAL, checkOptions } from '../options.ts';
import { CheckedRemote } from './checked-remote.ts';
import { type Authenticator, CREDENTIALS, checkedAuthenticator } from './credentials.ts';
import { dockerCredentials } from './docker-credentials.ts';
import { LayoutRemote } from './layout.ts';
import { parseRepository } from './reference.ts';
import { RegistryRemote, type RegistryOptions } from './registry.ts';
import type { Remote } from './remote.ts';

/** How a remote is opened. */
export interface OpenRemoteOptions extends RegistryOptions {
  /** The folder that a relative `oci:DIR` is relative to. Default: the one that the process is in. */
  readonly cwd?: string | undefined;
  /**
   * Gives the registry's credentials when it asks for some. Default: {@link dockerCredentials}, what
   * `docker login` has left. `() => undefined` goes without any.
   */
  readonly credentials?: Authenticator | undefined;
}

/**
 * Opens a remote: a repository in a registry, or an image layout in a folder. Nothing is sent or
 * written before the first call needs it.
 *
 * @example
 * const remote = openRemote('ghcr.io/owner/repo/cafs', { credentials });
 * const layout = openRemote('oci:./cache');
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` for an option, and where a variable holds no
 *   address of a proxy
 */
export function openRemote(text: string, options: OpenRemoteOptions = {}): Remote {
  checkOptions(options, OPTIONS);
  return new CheckedRemote(openUnchecked(text, options));
}

function openUnchecked(text: string, options: OpenRemoteOptions): Remote {
  const repository = parseRepository(text);
  if (repository.kind === 'registry') {
    const { credentials: given } = options;
    const credentials = given === undefined ? dockerCredentials() : checkedAuthenticator(given);
    return new RegistryRemote(repository, { ...options, credentials });
  }
  return new LayoutRemote(resolve(options.cwd ?? '.', repository.folder), {
    name: text,
    signal: options.signal,
    sourceMs: options.timeouts?.source,
  });
}

/** Far longer than anybody waits, and such that timers can count it: Node's go up to 24 days. */
const DAY_MS = 24 * 60 * 60 * 1000;

const A_TIMEOUT = `it must be milliseconds, from 1 to ${String(DAY_MS)}, which is a day`;
const timeout = v.optional(
  v.pipe(v.number(A_TIMEOUT), v.minValue(1, A_TIMEOUT), v.maxValue(DAY_MS, A_TIMEOUT)),
);

const A_WAIT = 'it must be milliseconds, 0 or more';
const wait = v.optional(v.pipe(v.number(A_WAIT), v.minValue(0, A_WAIT)));

const SOME_TRIES = 'it must be a whole number, 1 or more';

const OPTIONS = {
  name: 'openRemote',
  entries: {
    cwd: v.optional(v.pipe(v.string('it must be a folder'), v.nonEmpty('it must not be empty'))),
    credentials: CREDENTIALS,
    plainHttp: v.optional(v.boolean()),
    signal: SIGNAL,
    observer: v.optional(v.function()),
    retry: v.optional(
      v.strictObject({
        attempts: v.optional(
          v.pipe(v.number(SOME_TRIES), v.integer(SOME_TRIES), v.minValue(1, SOME_TRIES)),
        ),
        baseMs: wait,
        maxMs: wait,
        maxRetryAfterMs: wait,
        maxTotalWaitMs: wait,
        clock: v.optional(
          v.object({
            now: v.function(),
            monotonic: v.function(),
            random: v.function(),
            sleep: v.function(),
          }),
        ),
      }),
    ),
    timeouts: v.optional(
      v.strictObject({ connect: timeout, headers: timeout, body: timeout, source: timeout }),
    ),
  },
  otherNames: {
    auth: 'credentials',
    username: 'credentials',
    password: 'credentials',
    token: 'credentials',
    insecure: 'plainHttp',
  },
};
