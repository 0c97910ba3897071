import { CafsError, type ErrorDetails, describeError } from '../errors.ts';
import { formatSeconds } from '../format.ts';
import { plainText } from './plain-text.ts';
import { certificateNames } from './certificate-names.ts';

/** No answer, or not the whole of one. */
export class ConnectionError extends CafsError {
  declare readonly code: 'UNREACHABLE' | 'TIMEOUT';
  /** Whether trying again may help: not where a name does not exist or a certificate is wrong. */
  readonly transient: boolean;

  constructor(
    code: 'UNREACHABLE' | 'TIMEOUT',
    message: string,
    details: ErrorDetails & { readonly transient: boolean },
  ) {
    super(code, message, details);
    this.transient = details.transient;
  }

  /** The same where all tries have been used up: who tried again would multiply them. */
  exhausted(): ConnectionError {
    return this.#again(this.message, false);
  }

  /** The same with how often, and for how many milliseconds, it was tried. */
  after(tries: number, ms: number): ConnectionError {
    const message = `${this.message} Tried ${String(tries)} times in ${formatSeconds(ms)}.`;
    return this.#again(message, this.transient);
  }

  #again(message: string, transient: boolean): ConnectionError {
    const details = { cause: this, transient };
    const { code, hint } = this;
    return new ConnectionError(code, message, hint === undefined ? details : { ...details, hint });
  }
}

/**
 * Makes an error of ours of whatever a connection to a host ended with.
 *
 * @param way.proxy on the way to it: either of them may be what is wrong
 * @param way.limits how long was waited for what, in milliseconds
 */
export function connectionError(
  cause: unknown,
  url: URL,
  { proxy, limits = {} }: { readonly proxy?: URL | undefined; readonly limits?: Limits } = {},
): ConnectionError {
  const code = codeOf(cause);
  const { host } = url;
  const missed = MISSED.get(code);
  if (missed !== undefined) return silence(url, missed(limits), { cause, proxy });
  // Where several addresses were tried in vain, the error has a code but no message.
  const reason = otherNames(cause, code) ?? opensslReason(cause, code) ?? describeError(cause);
  const why = plainText(reason) || code;
  return new ConnectionError(
    'UNREACHABLE',
    `The connection to ${host}${by(proxy)} failed: ${why}.`,
    {
      cause,
      transient: !FINAL.has(code) && !TLS.test(code),
      hint: proxy === undefined || isAboutTls(code) ? hintFor(code, host) : proxyHint(proxy, host),
    },
  );
}

/** How long silence is waited for, as far as that is known, in milliseconds. */
export interface Limits {
  readonly connect?: number;
  readonly headers?: number;
  readonly body?: number;
}

/** For whoever can set how long is waited. */
export const WAITS_HINT =
  'How long is waited, and how often it is tried, is set by timeouts and retry, options of openRemote (library).';

/**
 * The error for a host that does nothing any more.
 *
 * @param what it did, or did not, behind its name
 */
export function silence(
  { host }: URL,
  what: string,
  { cause, proxy }: { readonly cause?: unknown; readonly proxy?: URL | undefined } = {},
): ConnectionError {
  return new ConnectionError('TIMEOUT', `${host}${by(proxy)} ${what}.`, {
    cause,
    transient: true,
    hint:
      proxy === undefined
        ? `Check that ${host} is a registry, that it runs, and the connection to it, or try later. ${WAITS_HINT}`
        : proxyHint(proxy, host),
  });
}

/** For all that goes wrong with a proxy. */
export const WHERE_PROXIES_ARE_NAMED =
  'HTTPS_PROXY or HTTP_PROXY names it; NO_PROXY names what is asked without it.';

function by(proxy: URL | undefined): string {
  return proxy === undefined ? '' : ` by way of the proxy ${proxy.host}`;
}

function proxyHint(proxy: URL, host: string): string {
  return `Check that the proxy ${proxy.host} runs, and leads to ${host}. ${WHERE_PROXIES_ARE_NAMED}`;
}

/** What was waited for in vain, by the code of the error that says so. */
const MISSED: ReadonlyMap<string, (limits: Limits) => string> = new Map([
  ['ETIMEDOUT', () => 'did not answer in time'],
  ['UND_ERR_CONNECT_TIMEOUT', ({ connect }: Limits) => `took no connection${within(connect)}`],
  ['UND_ERR_HEADERS_TIMEOUT', ({ headers }: Limits) => `did not begin to answer${within(headers)}`],
  [
    'UND_ERR_BODY_TIMEOUT',
    ({ body }: Limits) => `began to answer, and did not go on${within(body)}`,
  ],
]);

function within(ms: number | undefined): string {
  return ms === undefined ? ' in time' : ` within ${formatSeconds(ms)}`;
}

/** Waiting changes none of these within the patience of a job. */
const FINAL: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'EPROTO',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

const TLS = /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;

/** What OpenSSL finds where a server answers a handshake with plain http. */
const NO_TLS =
  /^EPROTO$|^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST)$/;

const OTHER_NAMES = 'ERR_TLS_CERT_ALTNAME_INVALID';

const OUT_OF_TIME = /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/;

function isAboutTls(code: string): boolean {
  return TLS.test(code) || NO_TLS.test(code);
}

function hintFor(code: string, host: string): string {
  if (code === 'ENOTFOUND') return `Check the spelling of the host ${host}.`;
  if (code === 'ECONNREFUSED') return `Nothing listens at ${host}: check that it runs.`;
  if (NO_TLS.test(code)) {
    return `${host} does not speak TLS. It is asked without only where that is wanted: plainHttp (library), --plain-http (command line).`;
  }
  if (code === OTHER_NAMES) {
    return `Use a name that the certificate has, or give ${host} one for its own name. If these are the names of somebody else, the host resolves to the wrong address, or a proxy is in between.`;
  }
  if (OUT_OF_TIME.test(code)) {
    return `Check the clock of this machine; if it is right, the certificate of ${host} must be renewed.`;
  }
  if (TLS.test(code)) {
    return `Name the certificate authority of ${host} in NODE_EXTRA_CA_CERTS.`;
  }
  return `Check that ${host} can be reached from here, and HTTPS_PROXY and NO_PROXY if there is a proxy.`;
}

/** Node says it in more words, and all the names, however many. */
function otherNames(error: unknown, code: string): string | undefined {
  if (code !== OTHER_NAMES || typeof error !== 'object' || error === null) return undefined;
  const asked = 'host' in error && typeof error.host === 'string' ? ` ${error.host}` : ' this host';
  const names = 'cert' in error ? certificateNames(error.cert) : [];
  const own = names.length === 0 ? 'it has no name' : `it is for ${names.join(', ')}`;
  return `its certificate is not for${asked}; ${own}`;
}

/** What OpenSSL says in words; its message is full of addresses and lines of its source. */
function opensslReason(error: unknown, code: string): string | undefined {
  if (!code.startsWith('ERR_SSL_') || typeof error !== 'object' || error === null) return undefined;
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
}

/** By shape, not by class: errors of Node itself may come from another realm. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' && code !== '' ? code : 'no code';
}
