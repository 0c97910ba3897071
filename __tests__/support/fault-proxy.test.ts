import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

import { afterEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { startFaultProxyApart } from './fault-proxy/apart.ts';
import { randomDelays } from './fault-proxy/delays.ts';
import { phaseOf } from './fault-proxy/phase.ts';
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy/proxy.ts';
import { freshRepository } from './registry/repository.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const BYTES = randomBytes(100_000);
const DIGEST = digestOf(BYTES);

/** A proxy before the registry of all tests, and a repository with a blob. */
async function start(
  options: Omit<FaultProxyOptions, 'upstream'> = {},
): Promise<readonly [proxy: FaultProxy, base: string, direct: string]> {
  const [upstream = '', ...name] = freshRepository().split('/');
  const direct = `http://${upstream}/v2/${name.join('/')}`;
  await upload(direct);
  const proxy = await startFaultProxy({ ...options, upstream });
  stops.push(() => proxy.stop());
  return [proxy, `${proxy.origin}/v2/${name.join('/')}`, direct];
}

async function upload(base: string, bytes: Uint8Array = BYTES): Promise<Response> {
  const started = await request(`${base}/blobs/uploads/`, { method: 'POST' });
  await started.arrayBuffer();
  const url = new URL(started.headers.get('location') ?? '', base);
  url.searchParams.set('digest', digestOf(bytes));
  return request(url.href, { method: 'PUT', body: new Uint8Array(bytes) });
}

/** Over a connection of its own, so that none is left when the proxy is stopped. */
function request(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string> | undefined), connection: 'close' };
  return fetch(url, { ...init, headers, redirect: 'manual' });
}

describe('without faults', () => {
  test('all goes through, and is counted', async () => {
    const [proxy, base] = await start();
    const bytes = randomBytes(300_000);
    expect((await upload(base, bytes)).status).toBe(201);
    const found = await request(`${base}/blobs/${digestOf(bytes)}`);
    expect(bytes.equals(Buffer.from(await found.arrayBuffer()))).toBe(true);
    expect(proxy.journal.entries.map(({ phase, status }) => [phase, status])).toEqual([
      ['upload-start', 202],
      ['upload-finish', 201],
      ['blob', 200],
    ]);
    expect(proxy.journal.sent()).toBe(300_000);
    expect(proxy.journal.received('blob')).toBe(300_000);
  });

  test('requests can be held up, and looked at one by one', async () => {
    const seen: number[] = [];
    const [, base] = await start({
      delay: ({ index }) => (index === 2 ? 300 : 0),
      onRequest: ({ index }) => void seen.push(index),
    });
    const times: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      const begin = performance.now();
      await request(`${base}/blobs/${DIGEST}`, { method: 'HEAD' });
      times.push(performance.now() - begin);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(times[1]).toBeGreaterThan(290);
  });

  test('a connection that a client leaves open is complained of', async () => {
    const [proxy] = await start();
    stops.pop();
    const socket: Socket = connect(Number(proxy.host.split(':')[1]), '127.0.0.1');
    await once(socket, 'connect');
    await expect(proxy.stop()).rejects.toThrow('1 connections to the proxy were left open');
  });
});

describe('the journal', () => {
  test('tells how much there was of each kind, and all requests in their order', async () => {
    const [proxy, base] = await start();
    const bytes = randomBytes(3000);
    await upload(base, bytes);
    await request(`${base}/blobs/${DIGEST}`, { method: 'HEAD' });
    await (await request(`${base}/blobs/${DIGEST}`)).arrayBuffer();
    const range = { headers: { range: 'bytes=10-19' } };
    await (await request(`${base}/blobs/${DIGEST}`, range)).arrayBuffer();
    const { pathname } = new URL(base);
    const missing = await request(`${base}/manifests/none`);
    const size = (await missing.arrayBuffer()).byteLength;
    expect(Object.fromEntries(proxy.journal.totals())).toEqual({
      'blob POST': { requests: 1, sent: 0, received: 0 },
      'blob PUT': { requests: 1, sent: 3000, received: 0 },
      'blob HEAD': { requests: 1, sent: 0, received: 0 },
      'blob GET': { requests: 2, sent: 0, received: 100_010 },
      'manifest GET': { requests: 1, sent: 0, received: size },
    });
    expect(proxy.journal.lines()).toEqual([
      `POST ${pathname}/blobs/uploads/ 202`,
      expect.stringMatching(/^PUT .*digest=sha256.* 201$/),
      `HEAD ${pathname}/blobs/${DIGEST} 200`,
      `GET ${pathname}/blobs/${DIGEST} 200`,
      `GET ${pathname}/blobs/${DIGEST} 206`,
      `GET ${pathname}/manifests/none 404`,
    ]);
  });
});

test('random delays are the same for the same seed, and reach from nothing to the most', () => {
  const some = (seed: string): number[] =>
    Array.from({ length: 1000 }, (_, i) => randomDelays(seed, 9)({ index: i + 1 }));
  expect(some('a')).toEqual(some('a'));
  expect(some('a')).not.toEqual(some('b'));
  expect([...new Set(some('a'))].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const { length } = some('a').filter((ms) => ms < 5);
  expect(Math.abs(length - 500)).toBeLessThan(60);
});

/** Sends a blob and gets it again, as a process of its own. */
const CLIENT = `
  import { createHash, randomBytes } from 'node:crypto';
  const base = process.argv[1];
  const bytes = randomBytes(20_000);
  const digest = 'sha256:' + createHash('sha256').update(bytes).digest('hex');
  console.log(digest);
  const started = await fetch(base + '/blobs/uploads/', { method: 'POST' });
  const url = new URL(started.headers.get('location'), base);
  url.searchParams.set('digest', digest);
  await fetch(url, { method: 'PUT', body: bytes });
  const found = await fetch(base + '/blobs/' + digest);
  process.exitCode = bytes.equals(Buffer.from(await found.arrayBuffer())) ? 0 : 1;
`;

function startClient(base: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', CLIENT, base], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('clients in processes of their own', () => {
  test.each([1, 2])('can be killed at request %i, which the registry never sees', async (last) => {
    const clients: ChildProcess[] = [];
    const [proxy, base, direct] = await start({
      onRequest: async ({ index }) => {
        if (index < last) return undefined;
        const exits = clients.map((client) => once(client, 'exit'));
        for (const client of clients) client.kill('SIGKILL');
        await Promise.all(exits);
        return 'drop';
      },
    });
    const client = startClient(base);
    clients.push(client);
    const [[said], [, signal]] = (await Promise.all([
      once(client.stdout!, 'data'),
      once(client, 'close'),
    ])) as [[Buffer], [number, string]];
    expect(signal).toBe('SIGKILL');
    expect(proxy.journal.entries.map(({ status }) => status)).toEqual([202, 0].slice(-last));
    const digest = said.toString().trim();
    const found = await fetch(`${direct}/blobs/${digest}`, { method: 'HEAD' });
    expect(found.status).toBe(404);
  });

  test('may be 32 at once, of a proxy in one of its own', async () => {
    const [upstream = '', ...name] = freshRepository().split('/');
    const proxy = await startFaultProxyApart({
      upstream,
      delays: { seed: 'clients', mostMs: 100 },
      faults: [{ phase: 'blob', kind: 'drip', bytes: 5000, everyMs: 1, times: Infinity }],
    });
    stops.push(() => proxy.stop());
    const base = `http://${proxy.host}/v2/${name.join('/')}`;
    const codes = await Promise.all(
      Array.from({ length: 32 }, async () => {
        const [code] = (await once(startClient(base), 'exit')) as [number | null];
        return code;
      }),
    );
    expect(codes).toEqual(codes.map(() => 0));
    const journal = await proxy.journal();
    expect(Object.fromEntries(journal.totals())).toEqual({
      'blob POST': { requests: 32, sent: 0, received: 0 },
      'blob PUT': { requests: 32, sent: 32 * 20_000, received: 0 },
      'blob GET': { requests: 32, sent: 0, received: 32 * 20_000 },
    });
    expect(journal.lines().filter((line) => / 20[012]$/.test(line))).toHaveLength(96);
  });

  test('a proxy in a process of its own tells what went wrong with it', async () => {
    const [upstream = ''] = freshRepository().split('/');
    const proxy = await startFaultProxyApart({ upstream });
    const socket = connect(Number(proxy.host.split(':')[1]), '127.0.0.1');
    socket.on('error', () => undefined).write('GET /v2/ HTTP/1.1\r\nHost: any\r\n\r\n');
    await once(socket, 'data');
    await expect(proxy.stop()).rejects.toThrow('1 connections to the proxy were left open');
    socket.destroy();
  });
});

describe('a fault', () => {
  test('may come late, or with others', async () => {
    const [, base] = await start({
      faults: [
        { phase: 'blob-head', kind: 'late', ms: 300 },
        {
          phase: 'blob-range',
          kind: 'ignore-range',
          and: [
            { kind: 'truncate', bytes: 7 },
            { kind: 'flip', at: 500 },
          ],
        },
      ],
    });
    const begin = performance.now();
    expect((await request(`${base}/blobs/${DIGEST}`, { method: 'HEAD' })).status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThan(290);
    const found = await request(`${base}/blobs/${DIGEST}`, { headers: { range: 'bytes=1-2' } });
    const expected = Buffer.from(BYTES.subarray(0, -7));
    expected[500] = (expected[500] ?? 0) ^ 1;
    expect(expected.equals(Buffer.from(await found.arrayBuffer()))).toBe(true);
  });

  test('comes as often as it should, where it should, and never after it is cleared', async () => {
    const [proxy, base] = await start({
      faults: [{ phase: 'blob-head', kind: 'answer', status: 503, skip: 1, times: 2 }],
    });
    const head = async (): Promise<number> =>
      (await request(`${base}/blobs/${DIGEST}`, { method: 'HEAD' })).status;
    expect([await head(), await head(), await head(), await head()]).toEqual([200, 503, 503, 200]);
    proxy.faults.add({ phase: 'blob-head', kind: 'answer', status: 500, times: Infinity });
    expect(await head()).toBe(500);
    expect((await request(`${base}/tags/list`)).status).toBe(404);
    proxy.faults.clear();
    expect(await head()).toBe(200);
    expect(proxy.faults.fired).toBe(3);
  });

  test('an answer that is lost was given: the registry has the blob', async () => {
    const [, base, direct] = await start({
      faults: [{ phase: 'upload-finish', kind: 'lose-answer', ending: 'reset' }],
    });
    const bytes = randomBytes(1000);
    await expect(upload(base, bytes)).rejects.toThrow();
    const found = await fetch(`${direct}/blobs/${digestOf(bytes)}`, { method: 'HEAD' });
    expect(found.status).toBe(200);
  });

  test('a request that breaks off leaves nothing', async () => {
    const [, base, direct] = await start({
      faults: [
        { phase: 'upload-finish', kind: 'break-request', ending: 'reset', afterBytes: 50_000 },
      ],
    });
    const bytes = randomBytes(100_000);
    await expect(upload(base, bytes)).rejects.toThrow();
    const found = await fetch(`${direct}/blobs/${digestOf(bytes)}`, { method: 'HEAD' });
    expect(found.status).toBe(404);
  });

  test.each(['reset', 'close'] as const)(
    'an answer ends with %s where it should',
    async (ending) => {
      const [proxy, base] = await start({
        faults: [{ phase: 'blob', kind: 'break-answer', ending, afterBytes: 30_000 }],
      });
      const response = await request(`${base}/blobs/${DIGEST}`);
      expect(response.headers.get('content-length')).toBe('100000');
      await expect(response.arrayBuffer()).rejects.toThrow();
      expect(proxy.journal.received('blob')).toBe(30_000);
    },
  );

  test.each([
    ['flip', { kind: 'flip', at: 500 }, 100_000],
    ['truncate', { kind: 'truncate', bytes: 7 }, 99_993],
    ['extend', { kind: 'extend', bytes: 7 }, 100_007],
  ] as const)('%s: other bytes, and a length that fits them', async (_, deed, length) => {
    const [, base] = await start({ faults: [{ ...deed, phase: 'blob' }] });
    const response = await request(`${base}/blobs/${DIGEST}`);
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.byteLength).toBe(length);
    expect(response.headers.get('content-length')).toBe(String(length));
    expect(digestOf(body)).not.toBe(DIGEST);
  });

  test('garbage is no HTTP', async () => {
    const [, base] = await start({ faults: [{ phase: 'tags', kind: 'garbage' }] });
    await expect(request(`${base}/tags/list`)).rejects.toThrow();
  });

  test('a range is ignored, or told of wrongly', async () => {
    const [, base] = await start({
      faults: [
        { phase: 'blob-range', kind: 'ignore-range' },
        { phase: 'blob-range', kind: 'content-range', as: 'off-by-one' },
      ],
    });
    const range = { headers: { range: 'bytes=10-19' } };
    const whole = await request(`${base}/blobs/${DIGEST}`, range);
    expect([whole.status, (await whole.arrayBuffer()).byteLength]).toEqual([200, 100_000]);
    const part = await request(`${base}/blobs/${DIGEST}`, range);
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 11-20/100000']);
  });
});

describe('the other host', () => {
  test('gives a blob once, to whoever brings nothing but the address', async () => {
    const [proxy, base] = await start({
      faults: [{ phase: 'blob', kind: 'redirect', status: 307, to: 'storage', times: Infinity }],
    });
    const address = async (): Promise<string> =>
      (await request(`${base}/blobs/${DIGEST}`)).headers.get('location') ?? '';
    const first = await address();
    expect(new URL(first).origin).not.toBe(proxy.origin);
    const found = await request(first);
    expect(digestOf(new Uint8Array(await found.arrayBuffer()))).toBe(DIGEST);
    expect((await request(first)).status).toBe(400);
    const headers = { authorization: 'Bearer secret' };
    expect((await request(await address(), { headers })).status).toBe(400);
    expect((await request(`${await address()}&more=1`)).status).toBe(400);
    expect(proxy.storage.leaked).toEqual(['Bearer secret']);
  });
});

describe('phaseOf', () => {
  const upload = `/v2/a/b/blobs/uploads/${randomUUID()}`;
  test.each([
    ['GET', '/v2/', 'ping'],
    ['GET', '/token?scope=a', 'token'],
    ['HEAD', '/v2/a/blobs/sha256:0', 'blob-head'],
    ['GET', '/v2/a/blobs/sha256:0', 'blob'],
    ['POST', '/v2/a/b/blobs/uploads/', 'upload-start'],
    ['POST', '/v2/a/b/blobs/uploads/?mount=sha256:0&from=c', 'mount'],
    ['PATCH', upload, 'upload-chunk'],
    ['PUT', `${upload}?digest=sha256:0`, 'upload-finish'],
    ['HEAD', '/v2/a/manifests/main', 'manifest-head'],
    ['GET', '/v2/a/manifests/main', 'manifest'],
    ['PUT', '/v2/a/manifests/main', 'manifest-put'],
    ['DELETE', '/v2/a/manifests/main', 'manifest-delete'],
    ['GET', '/v2/a/tags/list?n=5', 'tags'],
    ['GET', '/v2/a/referrers/sha256:0', 'referrers'],
    ['GET', '/favicon.ico', 'other'],
  ])('%s %s: %s', (method, path, phase) => {
    expect(phaseOf(method, path, false)).toBe(phase);
  });
});
