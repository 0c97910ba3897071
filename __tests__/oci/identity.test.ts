import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Credentials } from '../../src/oci/credentials.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Seen, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const IDENTITY = 'identity+token/&=';
const DIGEST = digestOf(Buffer.from('bytes'));

interface Setting {
  readonly registry: Server;
  readonly tokens: Server;
  readonly remote: Remote;
}

/** A registry that takes what `isGood` likes, with any challenge; and a token server. */
async function start(
  credentials: Credentials,
  tokenServer: Handler,
  challenge = (realm: string) => `Bearer realm="${realm}/token?x=1",service="the registry"`,
  isGood = (authorization: string) => authorization === 'Bearer good',
): Promise<Setting> {
  const tokens = await startServer(tokenServer);
  const registry = await startServer(({ headers: { authorization = '' } }, response) => {
    if (isGood(authorization)) answer(response, 404);
    else answer(response, 401, { 'www-authenticate': challenge(tokens.origin) });
  });
  const remote = openRemote(`${registry.host}/me/cache`, {
    cwd: '/',
    credentials: () => credentials,
    retry: fastPolicy(fakeClock()),
  });
  return { registry, tokens, remote };
}

const GOOD = '{"access_token":"good","refresh_token":"another","expires_in":300}';

function gives(body = GOOD): Handler {
  return (_, response) => {
    answer(response, 200, {}, body);
  };
}

/** Answers a POST with a status, and a GET with a token. */
function refusesPost(status: number): Handler {
  return ({ method }, response) => {
    if (method === 'POST') answer(response, status, {}, '{"error":"unsupported"}');
    else answer(response, 200, {}, '{"token":"good"}');
  };
}

function form(seen: Seen | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(seen?.body.toString()));
}

describe('an identity token', () => {
  test('is exchanged by POST, and the registry never sees it', async () => {
    const { registry, tokens, remote } = await start({ identityToken: IDENTITY }, gives());
    expect(await remote.hasBlob(DIGEST)).toBe(false);
    expect(tokens.seen).toHaveLength(1);
    const [seen] = tokens.seen;
    expect(seen).toMatchObject({ method: 'POST', path: '/token?x=1' });
    expect(seen?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(seen?.headers.authorization).toBeUndefined();
    expect(form(seen)).toEqual({
      grant_type: 'refresh_token',
      service: 'the registry',
      client_id: 'cafs',
      scope: 'repository:me/cache:pull,push',
      refresh_token: IDENTITY,
    });
    expect(registry.seen.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      'Bearer good',
    ]);
  });

  test.each([400, 401, 404, 405])(
    'goes in place of a password where POST answers %i',
    async (status) => {
      const { tokens, remote } = await start({ identityToken: IDENTITY }, refusesPost(status));
      expect(await remote.hasBlob(DIGEST)).toBe(false);
      expect(tokens.seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
      const basic = tokens.seen[1]?.headers.authorization?.replace('Basic ', '') ?? '';
      expect(Buffer.from(basic, 'base64').toString()).toBe(`:${IDENTITY}`);
      expect(tokens.seen[1]?.path).toContain('scope=repository%3Ame%2Fcache%3Apull%2Cpush');
    },
  );

  test('is not tried in another way after another failure', async () => {
    const { tokens, remote } = await start({ identityToken: IDENTITY }, refusesPost(403));
    await expect(remote.hasBlob(DIGEST)).rejects.toMatchObject({ code: 'DENIED' });
    expect(tokens.seen.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  test('that is refused in both ways is an error without it', async () => {
    const { registry, remote } = await start({ identityToken: IDENTITY }, (_, response) => {
      answer(response, 401, {}, '{"errors":[{"code":"UNAUTHORIZED","message":"expired"}]}');
    });
    const error = await remote.hasBlob(DIGEST).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('expired'),
      hint: expect.stringContaining(`docker login ${registry.host}`),
    });
    expect(inspectAll(error)).not.toContain(IDENTITY);
  });

  test('is of no use where only a user name and a password are taken', async () => {
    const { registry, tokens, remote } = await start(
      { identityToken: IDENTITY },
      gives(),
      () => 'Basic realm="x"',
    );
    await expect(remote.hasBlob(DIGEST)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('a user name and a password only'),
      hint: expect.stringContaining(`docker login ${registry.host}`),
    });
    expect(tokens.seen).toEqual([]);
    expect(registry.seen).toHaveLength(1);
  });
});

describe('a registry token', () => {
  test('goes to the registry as it is, and no token server is asked', async () => {
    const { registry, tokens, remote } = await start({ registryToken: 'good' }, gives());
    expect(await remote.hasBlob(DIGEST)).toBe(false);
    expect(tokens.seen).toEqual([]);
    expect(registry.seen[1]?.headers.authorization).toBe('Bearer good');
  });

  test('that is refused ends in UNAUTHORIZED, not in a loop', async () => {
    const { registry, remote } = await start({ registryToken: 'bad' }, gives());
    await expect(remote.hasBlob(DIGEST)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining('refuses the credentials that it was given'),
    });
    await expect(remote.hasBlob(DIGEST)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(registry.seen).toHaveLength(3);
  });

  test('that no header can hold is not sent', async () => {
    const { registry, remote } = await start({ registryToken: 'go\r\nod' }, gives());
    await expect(remote.hasBlob(DIGEST)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(registry.seen).toHaveLength(1);
  });
});

/** All that an error says, with its causes. */
function inspectAll(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.stack, JSON.stringify(error), inspectAll(error.cause)].join('\n');
}
