import { X509Certificate, generateKeyPairSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { selfSigned } from './certificate.ts';
import { startRegistry } from './registry/start.ts';
import { type TokenServer, type TokenServerOptions, startTokenServer } from './token-server.ts';

const BASIC = `Basic ${Buffer.from('tester:secret').toString('base64')}`;
const SCOPE = 'repository:me/cache:pull,push';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(options: TokenServerOptions = {}): Promise<TokenServer> {
  const server = await startTokenServer(options);
  stops.push(() => server.stop());
  return server;
}

async function ask(
  { auth }: TokenServer,
  scopes: readonly string[],
  authorization?: string,
): Promise<Response> {
  const url = new URL(auth.realm);
  url.searchParams.set('service', auth.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return fetch(url, { headers: authorization === undefined ? {} : { authorization } });
}

async function exchange(server: TokenServer, refreshToken: string): Promise<Response> {
  const form = {
    grant_type: 'refresh_token',
    service: server.auth.service,
    client_id: 'test',
    scope: SCOPE,
    refresh_token: refreshToken,
  };
  return fetch(server.auth.realm, { method: 'POST', body: new URLSearchParams(form) });
}

async function tokenIn(response: Response): Promise<string> {
  const { token } = (await response.json()) as { token: string };
  return token;
}

describe('a token server', () => {
  test('gives tokens to those whom it knows', async () => {
    const server = await start();
    expect((await ask(server, [SCOPE], BASIC)).status).toBe(200);
    expect((await ask(server, [SCOPE], 'Basic dGVzdGVyOndyb25n')).status).toBe(401);
    expect(server.given).toBe(1);
    expect(server.requests.map(({ user, status }) => [user, status])).toEqual([
      ['tester', 200],
      ['tester', 401],
    ]);
  });

  test('grants no more than one may have', async () => {
    const server = await start({
      anonymous: ['pull'],
      allows: (_, repository) => repository !== 'not/yours',
    });
    await ask(server, [SCOPE]);
    await ask(server, [SCOPE, 'repository:not/yours:pull'], BASIC);
    expect(server.requests.map(({ granted }) => granted.map(({ actions }) => actions))).toEqual([
      [['pull']],
      [['pull', 'push'], []],
    ]);
  });

  test.each([
    ['first', 'a'],
    ['last', 'b'],
  ] as const)('may honour only the %s scope', async (honours, name) => {
    const server = await start({ honours });
    await ask(server, ['repository:a:pull', 'repository:b:pull'], BASIC);
    expect(server.requests[0]?.granted.map((right) => right.name)).toEqual([name]);
  });

  test('exchanges identity tokens, or knows nothing of it', async () => {
    const server = await start();
    expect((await exchange(server, server.refreshTokenOf('tester'))).status).toBe(200);
    expect((await exchange(server, 'made up')).status).toBe(401);
    const old = await start({ oauth: 405 });
    expect((await exchange(old, old.refreshTokenOf('tester'))).status).toBe(405);
  });

  test('is believed by a real registry, for what its tokens are for and while they hold', async () => {
    const server = await start();
    const shortLived = await start({ holds: 1 });
    await using registry = await startRegistry({ token: server.auth });
    const push = async (token: string, name: string): Promise<number> => {
      const url = `http://${registry.host}/v2/${name}/blobs/uploads/`;
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(url, { method: 'POST', headers })).status;
    };
    const token = await tokenIn(await ask(server, [SCOPE], BASIC));
    expect(await push(token, 'me/cache')).toBe(202);
    expect(await push(token, 'me/other')).toBe(401);
    const foreign = await tokenIn(await ask(shortLived, [SCOPE], BASIC));
    expect(await push(foreign, 'me/cache')).toBe(401);
  });

  test('can give tokens that a registry soon does not take any more', async () => {
    const server = await start({ holds: 1, expiresIn: 60 });
    await using registry = await startRegistry({ token: server.auth });
    const token = await tokenIn(await ask(server, [SCOPE], BASIC));
    const list = async (): Promise<number> => {
      const url = `http://${registry.host}/v2/me/cache/tags/list`;
      return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    // zot has no patience: it does not even take them at first.
    expect(await list()).toBe(registry.name.startsWith('zot') ? 401 : 404);
    await delay(2100);
    expect(await list()).toBe(401);
  });
});

describe('a certificate', () => {
  test('vouches for its own key', () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { pem } = selfSigned('a name', keys);
    const certificate = new X509Certificate(pem);
    expect(certificate.subject).toBe('CN=a name');
    expect(certificate.verify(keys.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(keys.privateKey)).toBe(true);
  });
});
