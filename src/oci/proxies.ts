import { environment } from '../environment.ts';
import { CafsError } from '../errors.ts';
import { isExempt } from './no-proxy.ts';
import { isLoopback } from './origin.ts';

/** Addresses of proxies, for http and for TLS; an empty one is none. */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  /** What is asked without one: see {@link isExempt}. */
  readonly noProxy: string;
}

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks:', 'socks5:']);

/**
 * What `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` hold, in lower case or else in upper case. As for
 * curl, `proxy.example:3128` is `http://proxy.example:3128`.
 *
 * @see https://everything.curl.dev/usingcurl/proxies/env.html
 * @throws CafsError `INVALID_INPUT` where one is no address of a proxy
 */
export function proxiesOf(env: Readonly<NodeJS.ProcessEnv> = environment()): Proxies {
  return {
    httpProxy: proxyOf('HTTP_PROXY', env),
    httpsProxy: proxyOf('HTTPS_PROXY', env),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  };
}

/** The proxy by which an address is asked; undefined: by none, as this machine, which no proxy can reach. */
export function proxyFor(url: URL, { httpProxy, httpsProxy, noProxy }: Proxies): URL | undefined {
  const proxy = url.protocol === 'https:' && httpsProxy !== '' ? httpsProxy : httpProxy;
  if (proxy === '' || isLoopback(url) || isExempt(url, noProxy)) return undefined;
  return new URL(proxy);
}

function proxyOf(name: string, env: Readonly<NodeJS.ProcessEnv>): string {
  const text = (env[name.toLowerCase()] ?? env[name] ?? '').trim();
  if (text === '') return '';
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url !== null && SCHEMES.has(url.protocol) && isDecodable(url)) return url.href;
  // It may hold a password, and is not shown.
  throw new CafsError('INVALID_INPUT', `The variable ${name} holds no address of a proxy.`, {
    hint: 'Write it like "http://proxy.example:3128"; in a password, a "%" is "%25" and an "@" is "%40".',
  });
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
