import { BlockList, isIP } from 'node:net';

/** Whether a host is this very machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback(url: URL): boolean {
  const host = bareHost(url);
  return host === 'localhost' || isListed(host, [LOOPBACK_V4], [['::1', 128]]);
}

/**
 * Whether a host only means something near this machine: a literal address that is loopback, private or
 * link-local, also inside of one that leads there (NAT64, 6to4), or a name below `localhost`. Other names
 * are not looked up.
 */
export function isNearby(url: URL): boolean {
  const host = bareHost(url);
  // A resolver need not lead such a name to this machine: it is not taken for it.
  if (isLoopback(url) || host.endsWith('.localhost')) return true;
  return isListed(host, NEARBY_V4, NEARBY_V6);
}

/**
 * Whether what is meant for one address may go on to another: over TLS; in the clear only where it
 * goes in the clear already, and stays at the same origin, or on this machine.
 */
export function mayGoOn(from: URL, to: URL): boolean {
  if (to.protocol === 'https:') return true;
  if (to.protocol !== 'http:' || from.protocol !== 'http:') return false;
  return to.origin === from.origin || (isLoopback(from) && isLoopback(to));
}

/** An address as errors show it: a query may be signed, and user information is a secret. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?...'}`;
}

/** An IP address, and how many bits of it all addresses of a network have in common. */
type Range = readonly [string, number];

const LOOPBACK_V4: Range = ['127.0.0.0', 8];
const NEARBY_V4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Shared by the customers of a carrier or a cloud, whose own services may be there.
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];
const NEARBY_V6: readonly Range[] = [
  ['::', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  // What "private" was called before `fc00::/7`.
  ['fec0::', 10],
  // NAT64 of who runs the network, see RFC 8215.
  ['64:ff9b:1::', 48],
  ...[...NEARBY_V4, LOOPBACK_V4].flatMap(hiding),
];

/** Where an IPv6 address has an IPv4 one in it: `::10.0.0.1`, NAT64 (RFC 6052), 6to4 (RFC 3056). */
function hiding([address, bits]: Range): readonly Range[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
  return [
    [`::${address}`, 96 + bits],
    [`64:ff9b::${address}`, 96 + bits],
    [`2002:${groups.join(':')}::`, 16 + bits],
  ];
}

/** The host of an address, without brackets, or the dot behind a whole name. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Whether a host is an IP address in one of some networks. */
export function isListed(host: string, v4: readonly Range[], v6: readonly Range[]): boolean {
  const version = isIP(host);
  if (version === 0) return false;
  const list = new BlockList();
  for (const [address, bits] of v4) list.addSubnet(address, bits, 'ipv4');
  for (const [address, bits] of v6) list.addSubnet(address, bits, 'ipv6');
  // An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) matches the IPv4 ranges as well.
  return list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
