import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { describeRemote, manifestOf, store } from '../contracts/remote.ts';
import { findRegistry } from '../support/registry/find.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { type RunningRegistry, startRegistry } from '../support/registry/start.ts';

const cwd = '/';

const { lacks } = await findRegistry();
describeRemote('a registry', () => openRemote(freshRepository(), { cwd }), lacks);

describe('a registry', () => {
  test('nothing new costs one request', async () => {
    const remote = openRemote(freshRepository(), { cwd });
    const bytes = await manifestOf(remote, 'one');
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    const { requests, downloadedBytes } = remote.stats;
    await remote.resolve('main');
    expect(remote.stats.requests - requests).toBe(1);
    expect(remote.stats.downloadedBytes - downloadedBytes).toBe(0);
    await remote.close();
  });

  test('a blob costs a POST and a PUT', async () => {
    const remote = openRemote(freshRepository(), { cwd });
    await store(remote, Buffer.from('bytes'));
    expect(remote.stats.requests).toBe(2);
    await remote.close();
  });

  test('opening sends nothing', () => {
    expect(openRemote('ghcr.io/owner/repo/cafs', { cwd }).stats.requests).toBe(0);
  });
});

describe('a registry that wants Basic authentication', () => {
  // htpasswd -nbB -C 4 tester secret
  const htpasswd = 'tester:$2b$04$XYsIA6kvTdjU.WiEr8yySewfJZFpJSqjbxpoDN6MS5hxJvdjvOqOi\n';
  const credentials = { username: 'tester', password: 'secret' };
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ htpasswd });
  });
  afterAll(async () => {
    await registry.stop();
  });

  test('takes the right password, asked for once', async () => {
    const asked: string[] = [];
    const remote = openRemote(freshRepository(registry.host), {
      cwd,
      credentials: (host) => {
        asked.push(host);
        return credentials;
      },
    });
    const bytes = await manifestOf(remote, 'kept');
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    expect((await remote.resolve('main'))?.digest).toBe(digestOf(bytes));
    expect(asked).toEqual([registry.host]);
    expect(remote.name).not.toContain('secret');
    await remote.close();
  });

  test.each([
    ['a wrong password', () => ({ username: 'tester', password: 'wrong' })],
    ['no credentials', () => undefined],
  ])('refuses %s, and says what to do', async (_, source) => {
    const remote = openRemote(freshRepository(registry.host), { cwd, credentials: source });
    for (const call of [
      () => remote.resolve('main'),
      () => remote.putBlob(digestOf('x'), Buffer.from('x')),
      () => remote.listTags(),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'UNAUTHORIZED',
        hint: expect.stringContaining(registry.host),
      });
    }
    await remote.close();
  });
});
