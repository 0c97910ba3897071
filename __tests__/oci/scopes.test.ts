import { afterEach, describe, expect, test } from '@jest/globals';

import { withAuth } from '../../src/oci/auth.ts';
import { baseUrl } from '../../src/oci/endpoint.ts';
import type { Authenticator } from '../../src/oci/credentials.ts';
import type { HttpRequest, HttpResponse } from '../../src/oci/http.ts';
import { followingRedirects } from '../../src/oci/redirect.ts';
import { withRetries } from '../../src/oci/retry.ts';
import { Scopes } from '../../src/oci/scopes.ts';
import { DEFAULT_TIMEOUTS, openConnections } from '../../src/oci/undici-transport.ts';
import { type FakeClock, fakeClock, fastPolicy } from './clock.ts';
import { type Seen, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

const USER: Authenticator = () => ({ username: 'user', password: 'pass' });

/** What a token server grants of the scopes that it is asked for. */
type Grant = (scopes: readonly string[]) => readonly string[] | undefined;

const ALL: Grant = (scopes) => scopes;

interface Setting {
  readonly clock: FakeClock;
  readonly registry: Server;
  /** The scopes of every request for a token. */
  readonly asked: readonly (readonly string[])[];
  /** Sends a request to the repository `me/cache` and gives its status. */
  readonly send: (
    method: HttpRequest['method'],
    path: string,
    more?: Partial<HttpRequest>,
  ) => Promise<number>;
}

/** Which scopes a registry demands for a request, as distribution does. */
function neededFor({ method, path }: Seen): readonly string[] {
  const url = new URL(path, 'http://x');
  const own = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname)?.[1] ?? '';
  const from = url.searchParams.get('from');
  const actions = { GET: 'pull', HEAD: 'pull', DELETE: 'delete' }[method] ?? 'pull,push';
  const needed = [`repository:${own}:${actions}`];
  return from === null ? needed : [...needed, `repository:${from}:pull`];
}

/** One may do what the token says: `repository:a:pull,push` allows `repository:a:pull`. */
function allows(granted: readonly string[], needed: string): boolean {
  const [resource, actions = ''] = needed.split(/:(?=[^:]*$)/);
  return actions.split(',').every((action) =>
    granted.some((scope) => {
      const [other, others = ''] = scope.split(/:(?=[^:]*$)/);
      return other === resource && others.split(',').includes(action);
    }),
  );
}

/** A registry that checks what tokens are for, and its token server. */
async function start(
  options: {
    readonly grant?: Grant;
    readonly credentials?: Authenticator;
    /** Seconds. */
    readonly lifetime?: number;
    /** Whether challenges say what is missing. Default: yes. */
    readonly tells?: boolean;
  } = {},
): Promise<Setting> {
  const { grant = ALL, credentials = USER, lifetime = 300, tells = true } = options;
  const clock = fakeClock();
  const asked: string[][] = [];
  const tokens = await startServer(({ path }, response) => {
    const scopes = new URL(path, 'http://x').searchParams.getAll('scope');
    asked.push(scopes);
    const granted = grant(scopes);
    if (granted === undefined) {
      answer(response, 403, {}, '{"errors":[{"code":"DENIED"}]}');
      return;
    }
    const content = { granted, until: clock.now() + lifetime * 1000 };
    const token = Buffer.from(JSON.stringify(content)).toString('base64url');
    answer(response, 200, {}, JSON.stringify({ token, expires_in: lifetime }));
  });
  const registry = await startServer((seen, response) => {
    const needed = neededFor(seen);
    const token = /^Bearer (\S+)$/.exec(seen.headers.authorization ?? '')?.[1];
    const content = token === undefined ? '{}' : Buffer.from(token, 'base64url').toString();
    const { granted = [], until = 0 } = JSON.parse(content) as {
      granted?: string[];
      until?: number;
    };
    // Distribution lets who may not pull from the source of a mount upload instead.
    const missing = [needed[0] ?? ''].filter((scope) => !allows(granted, scope));
    if (missing.length === 0 && until > clock.now()) {
      const mounted = needed.length === 2 && allows(granted, needed[1] ?? '');
      answer(response, mounted ? 201 : 202);
      return;
    }
    const scope = tells ? `,scope="${needed.join(' ')}"` : '';
    const challenge = `Bearer realm="${tokens.origin}/token",service="s"${scope}`;
    answer(response, 401, { 'www-authenticate': challenge });
  });
  const base = baseUrl({ kind: 'registry', host: registry.host, name: 'me/cache' });
  const connections = openConnections(DEFAULT_TIMEOUTS);
  closes.push(() => connections.close());
  const policy = fastPolicy(clock);
  const transport = withAuth(withRetries(followingRedirects(connections.transport), policy), {
    registry: base,
    host: registry.host,
    repository: 'me/cache',
    credentials,
    policy,
    signal: undefined,
  });
  return {
    clock,
    registry,
    asked,
    send: async (method, path, more = {}) => {
      const request: HttpRequest = { method, url: new URL(path, base), ...more };
      const response: HttpResponse = await transport(request);
      await response.body.discard();
      return response.status;
    },
  };
}

const MOUNT = 'blobs/uploads/?mount=sha256:0&from=me/other';
const OWN = 'repository:me/cache:pull,push';
const OTHER = 'repository:me/other:pull';

describe('the scopes of tokens', () => {
  test('to delete are asked for when something is deleted', async () => {
    const { send, asked } = await start();
    expect(await send('GET', 'manifests/a')).toBe(202);
    expect(await send('DELETE', 'manifests/a')).toBe(202);
    expect(await send('DELETE', 'manifests/b')).toBe(202);
    expect(await send('PUT', 'manifests/a', { body: Buffer.from('x') })).toBe(202);
    expect(asked).toEqual([[OWN], ['repository:me/cache:delete']]);
  });

  test('to mount are for both repositories', async () => {
    const { send, asked } = await start();
    expect(await send('POST', MOUNT, { alsoPullFrom: 'me/other' })).toBe(201);
    expect(await send('POST', MOUNT, { alsoPullFrom: 'me/other' })).toBe(201);
    expect(await send('POST', 'blobs/uploads/')).toBe(202);
    expect(asked).toEqual([[OTHER, OWN], [OWN]]);
  });

  test('to mount from the repository itself are its own', async () => {
    const { send, asked } = await start();
    await send('POST', 'blobs/uploads/?mount=sha256:0&from=me/cache', { alsoPullFrom: 'me/cache' });
    expect(asked).toEqual([[OWN]]);
  });

  test.each<[string, Grant, boolean]>([
    ['the first only', (scopes) => scopes.slice(0, 1), true],
    ['the last only', (scopes) => scopes.slice(-1), true],
    [
      'the first only, by a registry that does not say what it misses',
      (scopes) => scopes.slice(0, 1),
      false,
    ],
    [
      'the last only, by a registry that does not say what it misses',
      (scopes) => scopes.slice(-1),
      false,
    ],
  ])(
    'for a mount, of which a token server looks at %s: it becomes an upload',
    async (_, grant, tells) => {
      const { send, asked } = await start({ grant, tells });
      expect(await send('POST', MOUNT, { alsoPullFrom: 'me/other' })).toBe(202);
      // And it is remembered.
      const count = asked.length;
      expect(count).toBeLessThanOrEqual(2);
      expect(await send('POST', MOUNT, { alsoPullFrom: 'me/other' })).toBe(202);
      expect(asked).toHaveLength(count);
    },
  );

  test('for a mount that a token server refuses: it becomes an upload', async () => {
    const grant: Grant = (scopes) => (scopes.includes(OTHER) ? undefined : scopes);
    const { send, asked } = await start({ grant });
    expect(await send('POST', MOUNT, { alsoPullFrom: 'me/other' })).toBe(202);
    expect(asked).toEqual([[OTHER, OWN], [OWN]]);
  });

  test('stay the same when a token has only run out', async () => {
    const { send, clock, asked } = await start({ lifetime: 60 });
    await send('GET', 'manifests/a');
    clock.advance(61_000);
    expect(await send('GET', 'manifests/a')).toBe(202);
    expect(asked).toEqual([[OWN], [OWN]]);
  });

  test('are those to pull alone where there are no credentials', async () => {
    const { send, asked } = await start({ credentials: () => undefined });
    expect(await send('GET', 'manifests/a')).toBe(202);
    expect(asked).toEqual([['repository:me/cache:pull']]);
  });

  test('are kept apart: what runs at the same time asks once for each', async () => {
    const { send, asked } = await start();
    await send('GET', 'manifests/a');
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await send('DELETE', 'manifests/a');
        await send('POST', MOUNT, { alsoPullFrom: 'me/other' });
        await send('PUT', 'manifests/a', { body: Buffer.from('x') });
      }),
    );
    expect(asked).toHaveLength(3);
  });
});

describe('what a registry misses', () => {
  const WANT = { access: 'push' } as const;
  const challenge = (scope: string) => ({
    scheme: 'bearer',
    params: new Map([['scope', scope]]),
  });

  test('goes first from then on', () => {
    const scopes = new Scopes('me/cache');
    scopes.refused(WANT, challenge('repository:me/cache:*'));
    expect(scopes.of(WANT)).toEqual(['repository:me/cache:*', OWN]);
    expect(scopes.of({ access: 'pull' })).toEqual(['repository:me/cache:pull']);
    scopes.refused(WANT, challenge('repository:me/cache:pull'));
    expect(scopes.of(WANT)).toEqual([OWN, 'repository:me/cache:*']);
  });

  test('is bounded, and nothing but scopes', () => {
    const scopes = new Scopes('me/cache');
    scopes.refused(WANT, challenge(`a\u0001:b ${'x'.repeat(600)}   é`));
    expect(scopes.of(WANT)).toEqual([OWN]);
    for (let i = 0; i < 30; i += 1) {
      const many = Array.from({ length: 30 }, (_, j) => `repository:r${i}-${j}:pull`);
      scopes.refused(WANT, challenge(many.join(' ')));
    }
    expect(scopes.of(WANT)).toHaveLength(8);
  });

  test('is said under the name that the registry has for us', () => {
    const scopes = new Scopes('prefix/me/cache');
    scopes.learn(challenge('repository:me/cache:pull'), { access: 'pull' });
    scopes.learn(challenge('repository:something/else:pull'), { access: 'pull' });
    expect(scopes.of(WANT)).toEqual([OWN]);
    expect(scopes.of({ ...WANT, from: 'prefix/me/other' })).toEqual([OTHER, OWN]);
    expect(scopes.of({ ...WANT, from: 'elsewhere' })).toEqual(['repository:elsewhere:pull', OWN]);
  });

  test('of a mount is not taken for our own name', () => {
    const scopes = new Scopes('me/cache');
    scopes.learn(challenge(OTHER), { access: 'push', from: 'me/other' });
    expect(scopes.of(WANT)).toEqual([OWN]);
  });
});
