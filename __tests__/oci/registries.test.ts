import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { describeRemote, manifestOf, store } from '../contracts/remote.ts';
import { findRegistry } from '../support/registry/find.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { type RunningRegistry, startRegistry } from '../support/registry/start.ts';
import { type TokenServer, startTokenServer } from '../support/token-server.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';

const CREDENTIALS = { username: 'tester', password: 'secret' };
// htpasswd -nbB -C 4 tester secret
const HTPASSWD = 'tester:$2b$04$XYsIA6kvTdjU.WiEr8yySewfJZFpJSqjbxpoDN6MS5hxJvdjvOqOi\n';

const { lacks } = await findRegistry();

describe('a registry that takes everyone', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());

  describeRemote('it', () => openRemote(freshRepository(registry.host), { cwd: '/' }), lacks);
});

describe('a registry with Basic authentication', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ htpasswd: HTPASSWD });
  });
  afterAll(() => registry.stop());

  describeRemote(
    'it',
    () => openRemote(freshRepository(registry.host), { cwd: '/', credentials: () => CREDENTIALS }),
    lacks,
  );
});

describe('a registry with a token server', () => {
  let tokens: TokenServer;
  let registry: RunningRegistry;
  beforeAll(async () => {
    tokens = await startTokenServer({ anonymous: ['pull'] });
    registry = await startRegistry({ token: tokens.auth });
  });
  afterAll(async () => {
    await registry.stop();
    await tokens.stop();
  });
  const open = (repository: string, known = true): Remote =>
    openRemote(repository, { cwd: '/', credentials: () => (known ? CREDENTIALS : undefined) });

  describeRemote('it', () => open(freshRepository(registry.host)), lacks);

  test('one token does for all that is done to a repository', async () => {
    const remote = open(freshRepository(registry.host));
    const before = tokens.given;
    const bytes = await manifestOf(remote, 'one token');
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    expect((await remote.getManifest('main'))?.descriptor.digest).toBe(digestOf(bytes));
    expect(await remote.listTags()).toEqual(['main']);
    expect(tokens.given - before).toBe(1);
    await remote.close();
  });

  test('who is nobody may read, and is told who to be when writing', async () => {
    const repository = freshRepository(registry.host);
    const remote = open(repository);
    const blob = await store(remote, Buffer.from('public'));
    const reader = open(repository, false);
    expect(Buffer.from(await reader.getBlob(blob)).toString()).toBe('public');
    await expect(store(reader, Buffer.from('more'))).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining('was given none'),
    });
    await Promise.all([remote.close(), reader.close()]);
  });
});
