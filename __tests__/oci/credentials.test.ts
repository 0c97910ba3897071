import { describe, expect, test } from '@jest/globals';

import { describeError } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Authenticator } from '../../src/oci/credentials.ts';
import { answer, useServers } from './servers.ts';

const startServer = useServers();

/** As code without types gives them. */
const giving = (found: unknown): Authenticator => (() => found) as unknown as Authenticator;

describe.each(['Basic realm="x"', 'Bearer realm="http://127.0.0.1:1/token"'])('%s', (challenge) => {
  test.each<[string, unknown, string]>([
    ['no password', { username: 'secret' }, 'have no "password", only "username"'],
    ['an empty password', { username: 'me', password: '' }, 'have no "password", only "username"'],
    ['no name', { password: 'secret' }, 'have no "username", only "password"'],
    [
      'a password that is none',
      { username: 'me', password: 7 },
      'have no "password", only "username"',
    ],
    ['other names', { user: 'me', pass: 'secret' }, 'have no "password", only "user", "pass"'],
    ['an empty token', { identityToken: '' }, 'have no "identityToken".'],
    ['nothing', {}, 'have no "password".'],
    ['null', null, 'have no "password".'],
    ['text', 'me:secret', 'have no "password".'],
  ])('incomplete credentials are said to be that: %s', async (_, found, what) => {
    const server = await startServer((__, response) => {
      answer(response, 401, { 'www-authenticate': challenge });
    });
    const remote = openRemote(`${server.host}/demo`, { cwd: '/', credentials: giving(found) });
    const error: unknown = await remote.resolve('main').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(`The credentials for ${server.host} ${what}`),
      hint: expect.stringContaining('{ username, password }'),
    });
    expect(describeError(error)).not.toContain('secret');
    expect(server.seen).toHaveLength(1);
    await remote.close();
  });
});

test('a token beside fields without a value is a token', async () => {
  const server = await startServer(({ headers }, response) => {
    const challenge = { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token"' };
    if (headers.authorization === undefined) answer(response, 401, challenge);
    else answer(response, 404);
  });
  const credentials = giving({
    registryToken: 'abc',
    identityToken: undefined,
    password: undefined,
  });
  const remote = openRemote(`${server.host}/demo`, { cwd: '/', credentials });
  expect(await remote.resolve('main')).toBeUndefined();
  expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer abc');
  await remote.close();
});

test('a refusal says where credentials go, at every edge', async () => {
  const server = await startServer((__, response) => {
    answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
  });
  const remote = openRemote(`${server.host}/demo`, { cwd: '/', credentials: () => undefined });
  const error: unknown = await remote.resolve('main').catch((reason: unknown) => reason);
  const shown = describeError(error);
  expect(shown).toContain(`docker login ${server.host}`);
  expect(shown).toContain('inputs username and password');
  expect(shown).toContain('CAFS_USERNAME and CAFS_PASSWORD');
  expect(shown).toContain('auth of open or credentials of openRemote');
  await remote.close();
});
