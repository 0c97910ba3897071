import { isIP } from 'node:net';

import { bareHost, isListed } from './origin.ts';

/**
 * Whether a list as in `NO_PROXY` names where an address leads. What stands there, between commas or blanks,
 * is a host (`example.com` or `.example.com`, with all that is below it; `*.example.com`, only what is below
 * it), an IP address, a network (`10.0.0.0/8`), or `*` for all; behind any but a network a port may stand.
 *
 * @see https://about.gitlab.com/blog/2021/01/27/we-need-to-talk-no-proxy/
 */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = bareHost(url);
  const port = url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? '') : url.port;
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => covers(entry, host, port));
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function covers(entry: string, host: string, port: string): boolean {
  const [, network, bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (network !== undefined) return isWithin(host, network, Number(bits));
  // More than one colon, without brackets, is an IPv6 address.
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry);
  const [, address, name = entry, wantedPort = port] = parts ?? [];
  if (wantedPort !== port) return false;
  if (name === '*') return true;
  if (isIP(host) !== 0) {
    const given = address ?? name;
    return isWithin(host, given, isIP(given) === 6 ? 128 : 32);
  }
  const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
  if (domain === '') return false;
  return host.endsWith(`.${domain}`) || (host === domain && !name.startsWith('*'));
}

function isWithin(host: string, network: string, bits: number): boolean {
  const version = isIP(network);
  if (version === 0 || bits > (version === 6 ? 128 : 32)) return false;
  const range = [network, bits] as const;
  return version === 6 ? isListed(host, [], [range]) : isListed(host, [range], []);
}
