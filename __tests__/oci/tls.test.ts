import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { selfSigned } from '../support/certificate.ts';
import { type ConnectProxy, startConnectProxy } from './connect-proxy.ts';
import type { Report } from './put-and-get.ts';
import { answer, useServers } from './servers.ts';

/** A name that no resolver knows: only by way of the proxy is anything there. */
const NAME = 'registry.test';

const startServer = useServers();
let folder: string;
let server: ReturnType<typeof createServer>;
let port: number;
let proxy: ConnectProxy;
let kept = Buffer.alloc(0);
/** Connections to the registry, and headers that it has seen. */
let connections = 0;
const seen = new Set<string>();
const certificates = new Map<string, { readonly cert: string; readonly key: string }>();

/** The smallest registry there is: whatever is asked for, it has the blob that it was sent last. */
function registry(request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '', headers } = request;
  for (const name of Object.keys(headers)) seen.add(name);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (method === 'POST') answer(response, 202, { location: '/upload' });
    else if (method === 'PUT') {
      kept = Buffer.concat(chunks);
      answer(response, 201);
    } else if (url.includes('/blobs/')) answer(response, 200, {}, kept);
    else answer(response, 404);
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cafs-tls-'));
  for (const name of ['localhost', NAME]) {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { pem } = selfSigned(name, keys);
    await writeFile(join(folder, `${name}.pem`), pem);
    certificates.set(name, {
      cert: pem,
      key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
  }
});

async function startTls(name: string): Promise<void> {
  connections = 0;
  seen.clear();
  server = createServer({ ...certificates.get(name) }, registry);
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  proxy = await startConnectProxy(port);
}

afterEach(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function putAndGet(
  repository: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Report> {
  const script = join(import.meta.dirname, 'put-and-get.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, repository], {
    env: { PATH: process.env['PATH'], ...env },
    timeout: 60_000,
  });
  return JSON.parse(stdout) as Report;
}

describe('a certificate of an authority that nobody knows', () => {
  /** A registry in the clear on this machine, which keeps its blobs at another host over TLS. */
  async function registryWithStorage(): Promise<string> {
    await startTls('localhost');
    const { host } = await startServer(({ method, path }, response) => {
      const location = `https://localhost:${String(port)}${path}`;
      if (method === 'POST') answer(response, 202, { location });
      else answer(response, 307, { location });
    });
    return `${host}/demo`;
  }

  test('is refused once, and the error says what to do', async () => {
    const { outcome, message } = await putAndGet(await registryWithStorage());
    expect(outcome).toBe('UNREACHABLE');
    expect(message).toMatch(/self-signed certificate/i);
    expect(message).toContain('NODE_EXTRA_CA_CERTS');
    expect(connections).toBe(1);
  });

  test('is taken where NODE_EXTRA_CA_CERTS names it', async () => {
    const NODE_EXTRA_CA_CERTS = join(folder, 'localhost.pem');
    expect(await putAndGet(await registryWithStorage(), { NODE_EXTRA_CA_CERTS })).toEqual({
      outcome: 'ok',
      message: '',
    });
  });

  test('is refused for another name than its own', async () => {
    await startTls(NAME);
    const { host } = await startServer(({ path }, response) => {
      answer(response, 202, { location: `https://localhost:${String(port)}${path}` });
    });
    const NODE_EXTRA_CA_CERTS = join(folder, `${NAME}.pem`);
    const { outcome, message } = await putAndGet(`${host}/demo`, { NODE_EXTRA_CA_CERTS });
    expect(outcome).toBe('UNREACHABLE');
    expect(message).toContain(
      `its certificate is not for localhost; it is for ${NAME}. Use a name that the certificate has`,
    );
    expect(message).not.toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('a registry behind a proxy', () => {
  const trusted = (): Record<string, string> => ({
    NODE_EXTRA_CA_CERTS: join(folder, `${NAME}.pem`),
  });

  test.each(['HTTPS_PROXY', 'https_proxy'])('is reached by the way that %s names', async (name) => {
    await startTls(NAME);
    expect(await putAndGet(`${NAME}/demo`, { ...trusted(), [name]: proxy.origin })).toEqual({
      outcome: 'ok',
      message: '',
    });
    expect([...new Set(proxy.tunnels)]).toEqual([`${NAME}:443`]);
  });

  test('gets nothing of what is for the proxy alone', async () => {
    await startTls(NAME);
    const HTTPS_PROXY = proxy.origin.replace('//', '//me:p%40ss@');
    const report = await putAndGet(`${NAME}/demo`, { ...trusted(), HTTPS_PROXY });
    expect(report.outcome).toBe('ok');
    const expected = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect([...new Set(proxy.authorizations)]).toEqual([expected]);
    expect(seen).toContain('user-agent');
    expect(seen).not.toContain('proxy-authorization');
  });

  test.each([NAME, '.test', '*'])(
    'is reached without it where NO_PROXY is %s',
    async (NO_PROXY) => {
      await startTls(NAME);
      const env = { ...trusted(), HTTPS_PROXY: proxy.origin, NO_PROXY };
      expect(await putAndGet(`${NAME}/demo`, env)).toMatchObject({ outcome: 'UNREACHABLE' });
      expect(proxy.tunnels).toEqual([]);
    },
  );

  test('still has to have the right certificate, and is never asked in the clear', async () => {
    await startTls(NAME);
    const report = await putAndGet(`${NAME}/demo`, { HTTPS_PROXY: proxy.origin });
    expect(report.outcome).toBe('UNREACHABLE');
    expect(report.message).toMatch(/self-signed certificate/i);
    expect([...new Set(proxy.tunnels)]).toEqual([`${NAME}:443`]);
  });

  test('is not used for this machine, which it cannot reach', async () => {
    await startTls('localhost');
    const { host } = await startServer(({ path }, response) => {
      answer(response, 307, { location: `https://localhost:${String(port)}${path}` });
    });
    const env = { HTTPS_PROXY: proxy.origin, HTTP_PROXY: proxy.origin };
    expect(await putAndGet(`${host}/demo`, env)).toMatchObject({ outcome: 'UNREACHABLE' });
    expect(proxy.tunnels).toEqual([]);
  });
});
