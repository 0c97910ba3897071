import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { DEFAULT_POLICY } from '../../src/oci/retry.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { describeRemote, manifestOf, store } from '../contracts/remote.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/proxy.ts';
import { dockerHub } from '../support/profiles/docker-hub.ts';
import { ecr } from '../support/profiles/ecr.ts';
import { gar } from '../support/profiles/gar.ts';
import { ghcr } from '../support/profiles/ghcr.ts';
import { gitlab } from '../support/profiles/gitlab.ts';
import { harbor } from '../support/profiles/harbor.ts';
import type { Profile } from '../support/profiles/profile.ts';
import { findRegistry } from '../support/registry/find.ts';
import { type RunningRegistry, startRegistry } from '../support/registry/start.ts';
import { type TokenServer, startTokenServer } from '../support/token-server.ts';

const CREDENTIALS = { username: 'tester', password: 'secret' };
// htpasswd -nbB -C 4 tester secret
const HTPASSWD = 'tester:$2b$04$XYsIA6kvTdjU.WiEr8yySewfJZFpJSqjbxpoDN6MS5hxJvdjvOqOi\n';
const POLICY = { ...DEFAULT_POLICY, baseMs: 20, maxMs: 100 };

let tokens: TokenServer;
let registries: Readonly<Record<Profile['auth'], RunningRegistry>>;
const proxies: FaultProxy[] = [];
const remotes: Remote[] = [];

beforeAll(async () => {
  tokens = await startTokenServer({ expiresIn: 60 });
  const [basic, token] = await Promise.all([
    startRegistry({ htpasswd: HTPASSWD }),
    startRegistry({ token: tokens.auth }),
  ]);
  registries = { basic, token };
});
afterAll(async () => {
  await Promise.all(remotes.map((remote) => remote.close()));
  const stopped = await Promise.allSettled(proxies.map((proxy) => proxy.stop()));
  await Promise.all([registries.basic.stop(), registries.token.stop(), tokens.stop()]);
  // A proxy complains of connections that were left open.
  expect(stopped.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(proxies.flatMap(({ storage }) => storage.leaked)).toEqual([]);
});

async function front(profile: Profile): Promise<FaultProxy> {
  const proxy = await startFaultProxy({
    upstream: registries[profile.auth].host,
    ...(profile.auth === 'token' ? { tokens: tokens.host } : {}),
    layers: profile.layers,
  });
  proxies.push(proxy);
  return proxy;
}

function openIn({ host }: FaultProxy, { create }: Profile): Remote {
  const repository = `owner/${randomUUID()}`;
  create?.(repository);
  const credentials = (): typeof CREDENTIALS => CREDENTIALS;
  const remote = openRemote(`${host}/${repository}`, { cwd: '/', credentials, retry: POLICY });
  remotes.push(remote);
  return remote;
}

const { lacks } = await findRegistry();
for (const profile of [ghcr(), ecr(), gar(), gitlab(), harbor(), dockerHub()]) {
  let proxy: FaultProxy | undefined;
  describeRemote(
    `a registry like ${profile.name}`,
    async () => openIn((proxy ??= await front(profile)), profile),
    { ...lacks, ...profile.lacks },
  );
}

async function open(profile: Profile): Promise<[Remote, FaultProxy]> {
  const proxy = await front(profile);
  return [openIn(proxy, profile), proxy];
}

describe('GHCR', () => {
  test('more tags than fit on a page are all found', async () => {
    const [remote] = await open(ghcr());
    const bytes = await manifestOf(remote, 'with many tags');
    const tags = Array.from({ length: 205 }, (_, at) => `tag-${at}`);
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, tags);
    expect([...(await remote.listTags())].sort()).toEqual([...tags].sort());
  });

  test('a signed address is never asked for twice, nor with a token', async () => {
    const [remote, proxy] = await open(ghcr());
    const blob = await store(remote, Buffer.alloc(100_000, 'b'));
    await remote.getBlob(blob);
    await remote.getBlobRange(blob, { offset: 5, length: 50 });
    await remote.getBlob(blob);
    const asked = proxy.journal.of('storage');
    expect(new Set(asked.map(({ path }) => path)).size).toBe(asked.length);
    expect(asked.map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('ECR', () => {
  test('a repository that nobody has made is NOT_FOUND, not a broken upload', async () => {
    const proxy = await front(ecr());
    const remote = openIn(proxy, { ...ecr(), create: () => undefined });
    await expect(store(remote, Buffer.from('x'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('does not exist'),
    });
  });
});

describe.each([
  ['ECR', () => ecr({ immutableTags: true }), 'is immutable'],
  ['Harbor', () => harbor({ immutableTags: true }), 'configured as immutable'],
] as const)('%s with immutable tags', (_, make, why) => {
  test('says why a tag does not move, after one try, and leaves it where it was', async () => {
    const [remote, proxy] = await open(make());
    const first = await manifestOf(remote, 'first');
    await remote.putManifest(first, MEDIA_TYPE_MANIFEST, ['main']);
    const second = await manifestOf(remote, 'second');
    const before = proxy.journal.count('manifest-put');
    await expect(remote.putManifest(second, MEDIA_TYPE_MANIFEST, ['main'])).rejects.toMatchObject({
      message: expect.stringContaining(why),
    });
    expect(proxy.journal.count('manifest-put') - before).toBe(1);
    expect((await remote.resolve('main'))?.digest).toBe(digestOf(first));
  });
});

describe('Harbor', () => {
  test('a range out of a whole blob is right', async () => {
    const [remote, proxy] = await open(harbor());
    const bytes = Buffer.from('0123456789');
    const blob = await store(remote, bytes);
    const run = await remote.getBlobRange(blob, { offset: 3, length: 4 });
    expect(Buffer.from(run).toString()).toBe('3456');
    expect(proxy.journal.of('blob-range').map(({ status }) => status)).toEqual([200]);
  });
});

describe('Docker Hub', () => {
  test('looking where a tag points is no pull', async () => {
    const [remote, proxy] = await open(dockerHub({ pulls: 1 }));
    const bytes = await manifestOf(remote, 'popular');
    await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['main']);
    for (let count = 0; count < 5; count += 1) await remote.resolve('main');
    expect(proxy.journal.count('manifest')).toBe(0);
    expect((await remote.getManifest('main'))?.descriptor.digest).toBe(digestOf(bytes));
    await expect(remote.getManifest('main')).rejects.toMatchObject({
      code: 'REMOTE',
      message: expect.stringContaining('pull rate limit'),
    });
  });
});
