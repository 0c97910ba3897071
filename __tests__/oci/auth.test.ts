import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Authenticator } from '../../src/oci/credentials.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { checkedRealm } from '../../src/oci/realm.ts';
import { type FakeClock, fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Seen, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const USER = { username: 'user', password: 'pass' };
const BASIC = `Basic ${Buffer.from('user:pass').toString('base64')}`;
const BYTES = Buffer.from('bytes');
const DIGEST = digestOf(BYTES);

interface Setting {
  readonly registry: Server;
  readonly tokens: Server;
  readonly clock: FakeClock;
  readonly remote: Remote;
}

/** A token server that numbers its tokens. */
function numbered(expiresIn?: number): Handler {
  let count = 0;
  return (_, response) => {
    count += 1;
    const body = { token: `token-${String(count)}`, expires_in: expiresIn };
    answer(response, 200, {}, JSON.stringify(body));
  };
}

/** A registry that takes any bearer token, has nothing, and stores anything; and its tokens. */
async function start(
  options: {
    readonly tokens?: Handler;
    readonly credentials?: Authenticator;
    readonly accepts?: (seen: Seen) => boolean;
    readonly scope?: string;
  } = {},
): Promise<Setting> {
  const accepts = options.accepts ?? (({ headers }) => headers.authorization !== undefined);
  const tokens = await startServer(options.tokens ?? numbered());
  const registry = await startServer((seen, response) => {
    if (!accepts(seen)) {
      const scope = options.scope === undefined ? '' : `,scope="${options.scope}"`;
      const challenge = `Bearer realm="${tokens.origin}/token?x=1",service="the registry"${scope}`;
      answer(response, 401, { 'www-authenticate': challenge });
    } else if (seen.method === 'POST') answer(response, 202, { location: '/upload/1?state=s' });
    else if (seen.method === 'PUT') answer(response, 201);
    else answer(response, 404);
  });
  const clock = fakeClock();
  const remote = openRemote(`${registry.host}/my/repo`, {
    cwd: '/',
    credentials: options.credentials,
    retry: fastPolicy(clock),
  });
  return { registry, tokens, clock, remote };
}

function query(seen: Seen | undefined, name: string): string[] {
  return new URL(seen?.path ?? '', 'http://x').searchParams.getAll(name);
}

describe('bearer tokens', () => {
  test('are fetched anonymously, to pull, once', async () => {
    const { registry, tokens, remote } = await start();
    expect(await remote.resolve('main')).toBeUndefined();
    expect(await remote.hasBlob(DIGEST)).toBe(false);
    expect(tokens.seen).toHaveLength(1);
    expect(tokens.seen[0]?.headers.authorization).toBeUndefined();
    expect(query(tokens.seen[0], 'service')).toEqual(['the registry']);
    expect(query(tokens.seen[0], 'scope')).toEqual(['repository:my/repo:pull']);
    expect(query(tokens.seen[0], 'x')).toEqual(['1']);
    expect(registry.seen.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      'Bearer token-1',
      'Bearer token-1',
    ]);
    expect(remote.stats.requests).toBe(4);
  });

  test('are fetched with credentials, to pull and push, and serve both', async () => {
    const asked: string[] = [];
    const { registry, tokens, remote } = await start({
      credentials: (host) => {
        asked.push(host);
        return Promise.resolve(USER);
      },
    });
    await remote.hasBlob(DIGEST);
    await remote.putBlob(DIGEST, BYTES);
    expect(asked).toEqual([registry.host]);
    expect(tokens.seen).toHaveLength(1);
    expect(tokens.seen[0]?.headers.authorization).toBe(BASIC);
    expect(query(tokens.seen[0], 'scope')).toEqual(['repository:my/repo:pull,push']);
    // The registry itself never gets the password.
    expect(registry.seen.some(({ headers }) => headers.authorization === BASIC)).toBe(false);
  });

  test('to pull are enough for who may not push', async () => {
    const { tokens, remote } = await start({
      credentials: () => USER,
      tokens: (seen, response) => {
        if (query(seen, 'scope')[0]?.endsWith('push') === true) {
          const error = { errors: [{ code: 'DENIED', message: 'requested access is denied' }] };
          answer(response, 403, {}, JSON.stringify(error));
        } else answer(response, 200, {}, JSON.stringify({ access_token: 'read' }));
      },
    });
    expect(await remote.hasBlob(DIGEST)).toBe(false);
    expect(tokens.seen).toHaveLength(2);
    await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({
      code: 'DENIED',
      message: expect.stringContaining('requested access is denied'),
    });
  });

  test.each([
    { token: 'read', access_token: null, expires_in: null },
    { token: null, access_token: 'read' },
    { token: '', access_token: 'read' },
  ])('may come as %j', async (body) => {
    const { registry, remote } = await start({
      tokens: (_, response) => {
        answer(response, 200, {}, JSON.stringify(body));
      },
    });
    await remote.hasBlob(DIGEST);
    expect(registry.seen.at(-1)?.headers.authorization).toBe('Bearer read');
  });

  test('take the name of the repository from the challenge', async () => {
    const { tokens, remote } = await start({ scope: 'repository:other/name:pull' });
    await remote.resolve('main');
    expect(query(tokens.seen[0], 'scope')).toEqual(['repository:other/name:pull']);
  });

  test('are renewed when they run out', async () => {
    const { tokens, clock, remote } = await start({ tokens: numbered(300) });
    await remote.hasBlob(DIGEST);
    clock.advance(290_000);
    await remote.hasBlob(DIGEST);
    expect(tokens.seen).toHaveLength(1);
    clock.advance(6000);
    await remote.hasBlob(DIGEST);
    expect(tokens.seen).toHaveLength(2);
  });

  test('hold a minute at least, whatever the server says', async () => {
    const { tokens, clock, remote } = await start({ tokens: numbered(1) });
    await remote.hasBlob(DIGEST);
    clock.advance(29_000);
    await remote.hasBlob(DIGEST);
    expect(tokens.seen).toHaveLength(1);
  });

  test('are renewed before an upload that they might not outlive', async () => {
    const { tokens, clock, remote } = await start({
      tokens: numbered(300),
      credentials: () => USER,
    });
    await remote.hasBlob(DIGEST);
    clock.advance(200_000);
    await remote.hasBlob(DIGEST);
    expect(tokens.seen).toHaveLength(1);
    await remote.putBlob(DIGEST, BYTES);
    expect(tokens.seen).toHaveLength(2);
  });

  test('that a registry rejects are replaced, and the body is sent again', async () => {
    const rejected = new Set<string>([]);
    const { registry, tokens, remote } = await start({
      credentials: () => USER,
      accepts: ({ method, headers: { authorization = '' } }) => {
        if (method === 'PUT' && rejected.size === 0) rejected.add(authorization);
        return authorization !== '' && !rejected.has(authorization);
      },
    });
    await remote.putBlob(DIGEST, BYTES);
    expect(tokens.seen).toHaveLength(2);
    const puts = registry.seen.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(puts[1]?.body.equals(BYTES)).toBe(true);
  });

  test('that are never accepted end in UNAUTHORIZED, not in a loop', async () => {
    const { registry, tokens, remote } = await start({ accepts: () => false });
    await expect(remote.resolve('main')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(registry.seen).toHaveLength(2);
    expect(tokens.seen).toHaveLength(1);
  });

  test('are fetched once for requests at the same time', async () => {
    const { tokens, remote } = await start();
    await Promise.all(Array.from({ length: 10 }, () => remote.hasBlob(DIGEST)));
    expect(tokens.seen).toHaveLength(1);
  });

  test('go on being fetched for the others when one request is aborted', async () => {
    const { remote } = await start({
      tokens: (_, response) => {
        setTimeout(() => {
          answer(response, 200, {}, '{"token":"late"}');
        }, 300);
      },
    });
    const signal = AbortSignal.timeout(150);
    const aborted = remote.hasBlob(DIGEST, { signal });
    const other = remote.hasBlob(DIGEST);
    await expect(aborted).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await other).toBe(false);
  });

  test.each(['{}', '{"token":""}', '{"token":"a\\nb"}', '{"token":7}', '<html>', '[]'])(
    'the answer %s holds none',
    async (body) => {
      const { remote } = await start({
        tokens: (_, response) => {
          answer(response, 200, {}, body);
        },
      });
      await expect(remote.resolve('main')).rejects.toMatchObject({ code: 'MALFORMED' });
    },
  );

  test('an answer without an end is not read to the end', async () => {
    const { remote } = await start({
      tokens: (_, response) => {
        response.writeHead(200);
        response.write('x'.repeat(200 * 1024));
      },
    });
    await expect(remote.resolve('main')).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining('131072'),
    });
  });

  test.each<[string, (remote: Remote) => Promise<unknown>]>([
    ['resolve', (remote) => remote.resolve('main')],
    ['getManifest', (remote) => remote.getManifest('main')],
    ['getBlob', (remote) => remote.getBlob({ digest: DIGEST, size: 5 })],
    ['putBlob', (remote) => remote.putBlob(DIGEST, BYTES)],
    ['listTags', (remote) => remote.listTags()],
  ])('a server that is down is not asked more often than any other (%s)', async (_, work) => {
    const down = await start({
      tokens: (__, response) => {
        answer(response, 503);
      },
    });
    await expect(work(down.remote)).rejects.toMatchObject({ code: 'REMOTE' });
    expect(down.tokens.seen).toHaveLength(5);
    const broken = await start({
      tokens: (__, response) => {
        response.destroy();
      },
    });
    await expect(work(broken.remote)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(broken.tokens.seen).toHaveLength(5);
  });

  test('wrong credentials are said to be those of the registry', async () => {
    const { registry, remote } = await start({
      credentials: () => USER,
      tokens: (_, response) => {
        answer(response, 401, {}, '{"details":"incorrect username or password"}');
      },
    });
    await expect(remote.resolve('main')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('incorrect username or password'),
      hint: expect.stringContaining(`${registry.host} refuses the credentials`),
    });
  });

  test('without credentials, a token server that refuses is said to want some', async () => {
    const { registry, remote } = await start({
      tokens: (_, response) => {
        answer(response, 401);
      },
    });
    await expect(remote.resolve('main')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining(`${registry.host} wants credentials, and was given none.`),
    });
  });

  test.each([
    ['none', undefined, 'wants credentials, and was given none.'],
    ['a source that has none', () => undefined, 'wants credentials, and was given none.'],
    ['wrong ones', () => USER, 'refuses the credentials that it was given.'],
  ])('Basic with %s: the hint names every place for credentials', async (_, credentials, wish) => {
    const registry = await startServer((__, response) => {
      answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
    });
    const options = credentials === undefined ? {} : { credentials };
    const remote = openRemote(`${registry.host}/a`, { cwd: '/', ...options });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await expect(remote.resolve('main')).rejects.toMatchObject({
        code: 'UNAUTHORIZED',
        hint: `${registry.host} ${wish} Run "docker login ${registry.host}", or give them by hand. Action: the inputs username and password. Command line: CAFS_USERNAME and CAFS_PASSWORD. Library: () => ({ username, password }), as auth of open or credentials of openRemote.`,
      });
    }
  });
});

describe('where secrets go', () => {
  test('an upload at another host goes without Authorization', async () => {
    const other = await startServer((_, response) => {
      answer(response, 201);
    });
    const registry = await startServer(({ headers }, response) => {
      if (headers.authorization === undefined) {
        answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      } else answer(response, 202, { location: `${other.origin}/upload?sig=1` });
    });
    const remote = openRemote(`${registry.host}/a`, { cwd: '/', credentials: () => USER });
    await remote.putBlob(DIGEST, BYTES);
    expect(other.seen).toHaveLength(1);
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('a token server that redirects elsewhere takes no password along', async () => {
    const other = await startServer((_, response) => {
      answer(response, 200, {}, '{"token":"t"}');
    });
    const { remote } = await start({
      credentials: () => USER,
      tokens: (_, response) => {
        answer(response, 307, { location: `${other.origin}/token` });
      },
    });
    await remote.resolve('main');
    expect(other.seen).toHaveLength(1);
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('a realm in the clear elsewhere gets nothing', async () => {
    const registry = await startServer((_, response) => {
      const challenge = 'Bearer realm="http://tokens.example/token"';
      answer(response, 401, { 'www-authenticate': challenge });
    });
    const remote = openRemote(`${registry.host}/a`, { cwd: '/', credentials: () => USER });
    await expect(remote.resolve('main')).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining('not over TLS'),
    });
    expect(remote.stats.requests).toBe(1);
  });

  test.each([
    ['https://ghcr.io', 'https://ghcr.io/token', true],
    ['https://registry-1.docker.io', 'https://auth.docker.io/token', true],
    ['http://localhost:5000', 'http://127.0.0.1:5001/token', true],
    ['http://localhost:5000', 'https://auth.example/token', true],
    ['https://10.0.0.7:5000', 'https://10.0.0.7:5001/token', true],
    ['https://ghcr.io', 'http://ghcr.io/token', false],
    ['https://ghcr.io', 'http://localhost/token', false],
    ['https://ghcr.io', 'https://localhost/token', false],
    ['https://ghcr.io', 'https://169.254.169.254/token', false],
    ['https://ghcr.io', 'https://10.1.2.3/token', false],
    ['https://ghcr.io', 'https://192.168.0.1/token', false],
    ['https://ghcr.io', 'https://0x0a010203/token', false],
    ['https://ghcr.io', 'https://[::1]/token', false],
    ['https://ghcr.io', 'https://[fe80::1]/token', false],
    ['https://ghcr.io', 'https://[::ffff:10.0.0.1]/token', false],
    ['https://ghcr.io', 'https://user:pass@ghcr.io/token', false],
    ['https://ghcr.io', 'ftp://ghcr.io/token', false],
    ['https://ghcr.io', '/token', false],
    ['https://ghcr.io', '', false],
    ['http://localhost:5000', 'http://auth.example/token', false],
  ])('%s may name the token server %s: %s', (registry, realm, allowed) => {
    const challenge = { scheme: 'bearer', params: new Map([['realm', realm]]) };
    const check = (): URL => checkedRealm(challenge, new URL(registry));
    if (allowed) expect(check().href).toBe(realm);
    else expect(check).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });
});

describe('challenges', () => {
  test('bearer is taken before Basic', async () => {
    const tokens = await startServer(numbered());
    const registry = await startServer(({ headers }, response) => {
      const offered = ['Basic realm="x"', `Bearer realm="${tokens.origin}/"`];
      if (headers.authorization?.startsWith('Bearer ') === true) answer(response, 404);
      else answer(response, 401, { 'www-authenticate': offered });
    });
    const remote = openRemote(`${registry.host}/a`, { cwd: '/', credentials: () => USER });
    expect(await remote.resolve('main')).toBeUndefined();
    expect(registry.seen.every(({ headers }) => headers.authorization !== BASIC)).toBe(true);
  });

  test.each([undefined, 'Negotiate', 'Digest realm="x"'])(
    'one that cannot be answered is UNAUTHORIZED: %s',
    async (challenge) => {
      const registry = await startServer((_, response) => {
        answer(response, 401, challenge === undefined ? {} : { 'www-authenticate': challenge });
      });
      const remote = openRemote(`${registry.host}/a`, { cwd: '/', credentials: () => USER });
      await expect(remote.resolve('main')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
      expect(registry.seen).toHaveLength(1);
    },
  );
});

describe('credentials for Basic', () => {
  /** A registry that has nothing, for those who say who they are. */
  const basicRegistry = (): Promise<Server> =>
    startServer(({ headers }, response) => {
      if (headers.authorization === BASIC) answer(response, 404);
      else answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
    });
  const openWith = (registry: Server, credentials: Authenticator): Remote =>
    openRemote(`${registry.host}/my/repo`, { cwd: '/', credentials, retry: fastPolicy() });

  test('are asked for once by requests at the same time', async () => {
    const registry = await basicRegistry();
    let asked = 0;
    const remote = openWith(registry, async () => {
      asked += 1;
      await delay(50);
      return USER;
    });
    const found = await Promise.all(Array.from({ length: 16 }, () => remote.hasBlob(DIGEST)));
    expect(found).toEqual(Array<boolean>(16).fill(false));
    expect(asked).toBe(1);
  });

  test('are asked for again after a failure, and where they were refused', async () => {
    const registry = await basicRegistry();
    const answers = [
      () => Promise.reject(new Error('no helper')),
      () => ({ username: 'user', password: 'old' }),
      () => USER,
    ];
    const remote = openWith(registry, () => answers.shift()?.());
    await expect(remote.hasBlob(DIGEST)).rejects.toThrow('no helper');
    await expect(remote.hasBlob(DIGEST)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await remote.hasBlob(DIGEST)).toBe(false);
    expect(answers).toEqual([]);
  });

  test('are still asked for by the others when one request is aborted', async () => {
    const registry = await basicRegistry();
    const controller = new AbortController();
    const remote = openWith(registry, async () => {
      controller.abort(new Error('enough'));
      await delay(50);
      return USER;
    });
    const aborted = remote.hasBlob(DIGEST, { signal: controller.signal });
    const other = remote.hasBlob(DIGEST);
    await expect(aborted).rejects.toThrow('enough');
    expect(await other).toBe(false);
  });
});
