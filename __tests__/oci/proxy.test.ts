import { once } from 'node:events';
import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { describeError, messageOf } from '../../src/errors.ts';
import { type OpenRemoteOptions, openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { sourceOf } from './blob-sources.ts';
import { fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

/* Proxies with a registry behind them are in tls.test.ts. */

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
const BYTES = Buffer.from('by way of a proxy');
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };

const startServer = useServers();
let kept: Readonly<Record<string, string | undefined>>;
const remotes: Remote[] = [];

beforeEach(() => {
  kept = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
});
afterEach(async () => {
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await Promise.all(remotes.splice(0).map((remote) => remote.close()));
});

/** A registry whose name no resolver knows: only a proxy leads there. */
function open(options: Pick<OpenRemoteOptions, 'plainHttp' | 'timeouts'> = {}): Remote {
  const remote = openRemote('registry.test/demo', {
    cwd: '/',
    credentials: () => undefined,
    retry: { ...fastPolicy(), attempts: 2 },
    timeouts: { connect: 300, headers: 5000, body: 5000 },
    ...options,
  });
  remotes.push(remote);
  return remote;
}

describe('a registry without TLS behind a proxy', () => {
  /** A proxy that needs no registry, since it answers for it. */
  async function startProxy(handler: Handler): Promise<Server> {
    const proxy = await startServer(handler);
    process.env['HTTP_PROXY'] = proxy.origin.replace('//', '//me:secret@');
    return proxy;
  }

  test('is asked by whole addresses, and takes streams', async () => {
    const proxy = await startProxy(({ method }, response) => {
      if (method === 'POST') answer(response, 202, { location: '/upload' });
      else if (method === 'PUT') answer(response, 201);
      else answer(response, 200, {}, BYTES);
    });
    const remote = open({ plainHttp: true });
    await remote.putBlob(BLOB.digest, sourceOf([BYTES]));
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
    const upload = `/upload?digest=${encodeURIComponent(BLOB.digest)}`;
    expect(proxy.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST http://registry.test/v2/demo/blobs/uploads/',
      `PUT http://registry.test${upload}`,
      `GET http://registry.test/v2/demo/blobs/${BLOB.digest}`,
    ]);
    for (const { headers } of proxy.seen) {
      expect(headers.host).toBe('registry.test');
      expect(headers['proxy-authorization']).toMatch(/^Basic /);
    }
    expect(proxy.seen[1]).toMatchObject({
      headers: { 'content-length': String(BLOB.size) },
      body: BYTES,
    });
  });

  test('is not asked where the proxy wants to know who asks', async () => {
    const proxy = await startProxy((_, response) => {
      answer(response, 407, { 'proxy-authenticate': 'Basic realm="proxy"' });
    });
    const error: unknown = await open({ plainHttp: true })
      .resolve('main')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: `The proxy ${proxy.host} does not lead to registry.test: it answered 407.`,
      hint: expect.stringContaining('USER:PASSWORD@'),
    });
    expect(describeError(error)).not.toContain('secret');
    expect(proxy.seen).toHaveLength(1);
  });

  test('is not said to refuse where the proxy may have', async () => {
    const proxy = await startProxy((_, response) => {
      answer(response, 403, { 'content-type': 'text/html' }, '<h1>Blocked by policy</h1>');
    });
    await expect(open({ plainHttp: true }).listTags()).rejects.toMatchObject({
      code: 'DENIED',
      message: expect.stringContaining(
        `answered 403 by way of the proxy ${proxy.host} (Blocked by policy)`,
      ),
      hint: expect.stringContaining(`The proxy ${proxy.host} may have answered`),
    });
  });

  test('refuses with its own code, whatever passed it on', async () => {
    const proxy = await startProxy((_, response) => {
      answer(response, 403, {}, '{"errors":[{"code":"DENIED"}]}');
    });
    await expect(open({ plainHttp: true }).listTags()).rejects.toMatchObject({
      message: expect.stringContaining(proxy.host),
      hint: expect.stringMatching('No credentials were sent: registry.test did not ask for any'),
    });
  });

  test.each<[string, Handler, string]>([
    [
      'hangs up',
      (_, _response, request) => {
        request.socket.resetAndDestroy();
      },
      'UNREACHABLE',
    ],
    ['says nothing', () => undefined, 'TIMEOUT'],
  ])('is not the only one that may be at fault where the proxy %s', async (_, handler, code) => {
    const proxy = await startProxy(handler);
    const timeouts = { connect: 300, headers: 300, body: 300 };
    const error: unknown = await open({ plainHttp: true, timeouts })
      .listTags()
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code,
      message: expect.stringContaining(`registry.test by way of the proxy ${proxy.host}`),
      hint: expect.stringContaining('HTTP_PROXY'),
    });
    expect(describeError(error)).not.toContain('secret');
  });

  test('breaks off by way of the proxy in the middle of a blob, too', async () => {
    const proxy = await startProxy((_, response) => {
      response.writeHead(200, { 'content-length': String(BLOB.size) });
      response.write(BYTES.subarray(0, 3), () => response.destroy());
    });
    await expect(open({ plainHttp: true }).getBlob(BLOB)).rejects.toMatchObject({
      message: expect.stringContaining(`by way of the proxy ${proxy.host}`),
    });
  });

  test('is not said to be down where the proxy is', async () => {
    const { host } = await startServer(() => undefined);
    const unused = host.replace(/\d+$/, '1');
    process.env['HTTP_PROXY'] = `http://me:secret@${unused}`;
    const error: unknown = await open({ plainHttp: true })
      .resolve('main')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      transient: false,
      message: expect.stringContaining(`The proxy ${unused} does not lead to`),
      hint: expect.stringContaining('HTTP_PROXY'),
    });
    expect(describeError(error)).not.toContain('secret');
  });

  test('on this machine is asked without it', async () => {
    const proxy = await startProxy((_, response) => {
      answer(response, 502);
    });
    const { host } = await startServer((_, response) => {
      answer(response, 200, {}, BYTES);
    });
    const remote = openRemote(`${host}/demo`, { cwd: '/', credentials: () => undefined });
    remotes.push(remote);
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
    expect(proxy.seen).toEqual([]);
  });
});

test.each(['HTTP_PROXY', 'HTTPS_PROXY'])(
  'a SOCKS proxy that is down is named: %s',
  async (name) => {
    const { host } = await startServer(() => undefined);
    const unused = host.replace(/\d+$/, '1');
    process.env[name] = `socks5://me:secret@${unused}`;
    const error: unknown = await open({ plainHttp: name === 'HTTP_PROXY' })
      .resolve('main')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      transient: false,
      message: expect.stringContaining(`registry.test by way of the proxy ${unused} failed`),
      hint: expect.stringContaining(`Check that the proxy ${unused} runs`),
    });
    expect(describeError(error)).not.toContain('secret');
  },
);

describe('a proxy that makes no tunnel', () => {
  let proxy: HttpServer;
  let sockets: Socket[];

  async function start(onConnect: (socket: Socket) => void): Promise<void> {
    sockets = [];
    proxy = createServer();
    proxy.on('connect', (_, socket: Socket) => {
      sockets.push(socket.on('error', () => undefined));
      onConnect(socket);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    process.env['HTTPS_PROXY'] = `http://${named()}`;
  }
  /** Its address. */
  const named = (): string => `127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await once(proxy, 'close');
  });

  test('and says nothing is TIMEOUT, as soon as a connection is', async () => {
    await start(() => undefined);
    const before = performance.now();
    await expect(open().resolve('main')).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining(named()),
    });
    expect(performance.now() - before).toBeLessThan(5000);
    expect(sockets).toHaveLength(2);
  });

  test.each([
    [403, 1],
    [407, 1],
    [429, 2],
    [502, 2],
  ])('but answers with %i is UNREACHABLE, and named, after %i tries', async (status, tries) => {
    await start((socket) => socket.end(`HTTP/1.1 ${String(status)} No\r\n\r\n`));
    const error = await open()
      .resolve('main')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      hint: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(messageOf(error).replace(/ in [0-9.]+ s\.$/, '.')).toBe(
      `The proxy ${named()} does not lead to registry.test:443: it answered ${String(status)}.` +
        (tries === 1 ? '' : ' Tried 2 times.'),
    );
    expect(sockets).toHaveLength(tries);
  });

  test('but wants to know who asks is told by how to say it', async () => {
    await start((socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'));
    await expect(open().resolve('main')).rejects.toMatchObject({
      hint: expect.stringContaining(`http://USER:PASSWORD@${named()}`),
    });
  });

  test('since it is down is UNREACHABLE at once, and named', async () => {
    await start(() => undefined);
    const unused = named().replace(/\d+$/, '1');
    process.env['HTTPS_PROXY'] = `http://me:secret@${unused}`;
    const error: unknown = await open()
      .resolve('main')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      transient: false,
      message: expect.stringContaining(`The proxy ${unused} does not lead to registry.test:443`),
      hint: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(describeError(error)).not.toContain('secret');
  });

  test('but hangs up is UNREACHABLE', async () => {
    await start((socket) => socket.destroy());
    await expect(open().resolve('main')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining(named()),
      hint: expect.stringContaining('HTTPS_PROXY'),
    });
  });
});
