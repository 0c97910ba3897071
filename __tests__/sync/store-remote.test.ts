import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { NotFoundError } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import {
  AutoPull,
  type OpenOptions,
  type Store,
  type UsernamePassword,
  defaultCacheDir,
  open,
} from '../../src/index.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { KINDS, noise } from './support.ts';

const tempDir = useTempDirs();

describe.each(KINDS)('a store with a remote (%s)', (kind) => {
  let remote: string;
  beforeEach(() => {
    remote = kind === 'layout' ? `oci:${join(tempDir(), 'remote')}` : freshRepository();
  });

  /** A store on a machine of its own. */
  function openOn(
    cacheDir: string,
    more: OpenOptions = {},
    namespace = 'demo:main',
  ): Promise<Store> {
    return open(namespace, { cacheDir, remote, ...more });
  }

  async function contentsOf(store: Store): Promise<Record<string, string>> {
    const all: Record<string, string> = {};
    for (const [key] of store.list()) all[key] = (await store.get(key)).toString();
    return all;
  }

  test('what one machine pushes, another pulls', async () => {
    const large = noise(12 * 1024 * 1024);
    await using store = await openOn(tempDir());
    expect(store.ref).toBe(`${remote}:main`);
    await store.put('src/a', 'a', { meta: { mode: 0o755 } });
    await store.put('src/empty', '');
    await store.put('large', Readable.from([large]));
    await store.push();
    expect(store.dirty).toBe(false);
    await using other = await openOn(tempDir());
    expect(other.len).toBe(0);
    expect(await other.pull()).toBe(true);
    expect(other.root()).toBe(store.root());
    expect(other.stat('src/a')?.meta).toEqual({ mode: 0o755 });
    expect(other.stats()).toMatchObject({ entries: 3, blobs: 0 });
    expect((await other.get('src/a')).toString()).toBe('a');
    expect(await other.get('src/empty')).toHaveLength(0);
    expect((await buffer(await other.getStream('large'))).equals(large)).toBe(true);
    expect((await other.get('large')).equals(large)).toBe(true);
    expect(other.stats()).toMatchObject({ entries: 3, blobs: 3 });
  });

  test('every tag is a complete snapshot, after several pushes, too', async () => {
    await using store = await openOn(tempDir());
    await store.put('one', '1');
    await store.push('a', 'b', 'main');
    await store.put('two', '2');
    await store.push('b', 'c');
    for (const [tag, keys] of [
      ['a', ['one']],
      ['b', ['one', 'two']],
      ['c', ['one', 'two']],
      ['main', ['one']],
    ] as const) {
      await using other = await openOn(tempDir(), { autoPull: AutoPull.Always }, `x:${tag}`);
      expect(Object.keys(await contentsOf(other))).toEqual(keys);
    }
  });

  test('what was put by a process that ended is pushed by the next', async () => {
    const cacheDir = tempDir();
    {
      await using store = await openOn(cacheDir);
      await store.put('k', 'content');
    }
    {
      await using store = await openOn(cacheDir);
      await store.push();
    }
    await using other = await openOn(tempDir(), { autoPull: AutoPull.Always });
    expect(await contentsOf(other)).toEqual({ k: 'content' });
  });

  test('a remote that was emptied is filled again', async () => {
    await using store = await openOn(tempDir());
    await store.put('k', 'content');
    await store.push();
    remote = kind === 'layout' ? `oci:${join(tempDir(), 'remote')}` : freshRepository();
    const cacheDir = tempDir();
    {
      await using local = await open('demo:main', { cacheDir });
      await local.put('k', 'content');
    }
    await using again = await openOn(cacheDir);
    await again.push();
    await using other = await openOn(tempDir(), { autoPull: AutoPull.Always });
    expect(await contentsOf(other)).toEqual({ k: 'content' });
  });

  test('deletions travel, and what is only here stays', async () => {
    await using store = await openOn(tempDir());
    await store.put('kept', '1');
    await store.put('deleted', '2');
    await store.push();
    await using other = await openOn(tempDir(), { autoPull: AutoPull.Always });
    await other.put('mine', 'mine');
    await other.put('kept', 'edited here');
    store.delete('deleted');
    await store.put('new', '3');
    await store.push();
    await other.pull();
    expect(await contentsOf(other)).toEqual({ kept: 'edited here', mine: 'mine', new: '3' });
  });

  test('what was put since a push is not taken back by a pull', async () => {
    await using store = await openOn(tempDir());
    await store.put('k', 'content', { meta: 1 });
    await store.push();
    await store.put('k', 'content', { meta: 2 });
    await store.pull();
    expect(store.stat('k')?.meta).toBe(2);
  });

  test('what was put during a push is not taken for pushed', async () => {
    await using store = await openOn(tempDir());
    await store.put('before', 'same');
    const pushing = store.push();
    await store.put('meanwhile', 'same');
    await pushing;
    await store.pull();
    expect([...store.list()].map(([key]) => key)).toEqual(['before', 'meanwhile']);
  });

  test('what was pushed to another tag alone is not pulled away', async () => {
    await using store = await openOn(tempDir());
    await store.put('old', '1');
    await store.push();
    await store.put('new', '2');
    await store.push('v1');
    await store.pull();
    expect(await contentsOf(store)).toEqual({ new: '2', old: '1' });
  });

  test('what was pulled from one tag is pushed to another, and to another remote', async () => {
    await using store = await openOn(tempDir());
    await store.put('k', 'content');
    await store.put('large', Readable.from([noise(9 * 1024 * 1024)]));
    await store.push();
    const cacheDir = tempDir();
    {
      await using other = await openOn(cacheDir, { autoPull: AutoPull.Always });
      await other.push('elsewhere');
    }
    await using third = await openOn(tempDir(), { autoPull: AutoPull.Always }, 'x:elsewhere');
    expect(third.root()).toBe(store.root());
    expect((await third.get('k')).toString()).toBe('content');
    expect((await third.get('large')).byteLength).toBe(9 * 1024 * 1024);
  });

  test('push and pull stop when they are told to', async () => {
    await using store = await openOn(tempDir());
    await store.put('k', 'content');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(store.push('a', { signal })).rejects.toThrow('enough');
    await expect(store.pull({ signal })).rejects.toThrow('enough');
    await store.push('a', { signal: new AbortController().signal });
    await using other = await openOn(tempDir(), { autoPull: AutoPull.Always }, 'x:a');
    expect(await contentsOf(other)).toEqual({ k: 'content' });
  });

  test('progress of push and pull is told', async () => {
    const kinds = new Set<string>();
    const observer = ({ kind }: { readonly kind: string }): void => void kinds.add(kind);
    await using store = await openOn(tempDir(), { observer, concurrency: 1 });
    await store.put('k', 'content');
    await store.push();
    await using other = await openOn(tempDir(), { autoPull: AutoPull.Always, observer });
    await other.get('k');
    expect([...kinds].sort()).toEqual(['download', 'upload']);
  });

  test('AutoPull: never, missing, always', async () => {
    await using store = await openOn(tempDir());
    await store.put('k', 'one');
    await store.push();
    const cacheDir = tempDir();
    const lookAs = async (autoPull?: AutoPull): Promise<Record<string, string>> => {
      await using other = await openOn(cacheDir, autoPull === undefined ? {} : { autoPull });
      return await contentsOf(other);
    };
    expect(await lookAs()).toEqual({});
    expect(await lookAs(AutoPull.Never)).toEqual({});
    expect(await lookAs(AutoPull.Missing)).toEqual({ k: 'one' });
    await store.put('k', 'two');
    await store.push();
    expect(await lookAs(AutoPull.Missing)).toEqual({ k: 'one' });
    expect(await lookAs(AutoPull.Always)).toEqual({ k: 'two' });
  });

  test('a tag that does not exist is an empty store, and an error to pull', async () => {
    const cacheDir = tempDir();
    await using store = await openOn(cacheDir, { autoPull: AutoPull.Always });
    expect(store.len).toBe(0);
    await store.put('k', 'mine');
    await expect(store.pull()).rejects.toBeInstanceOf(NotFoundError);
    expect(await store.pull({ ifExists: true })).toBe(false);
    expect(await contentsOf(store)).toEqual({ k: 'mine' });
  });

  test('something else at the tag is an error, and not an empty store', async () => {
    const other = openRemote(remote, { cwd: '/' });
    const config = Buffer.from('{}');
    await other.putBlob(digestOf(config), config);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: digestOf(config),
        size: 2,
      },
      layers: [],
    };
    await other.putManifest(Buffer.from(JSON.stringify(manifest)), mediaType, ['main']);
    await other.close();
    for (const autoPull of [AutoPull.Missing, AutoPull.Always]) {
      await expect(openOn(tempDir(), { autoPull })).rejects.toMatchObject({
        code: 'NOT_A_SNAPSHOT',
      });
    }
  });

  test('damage on this disk is healed from the remote', async () => {
    await using store = await openOn(tempDir());
    const { digest } = await store.put('k', 'content');
    await store.push();
    writeFileSync(store.path(digest), 'c0ntent');
    expect((await store.get('k')).toString()).toBe('content');
    rmSync(store.path(digest));
    expect((await store.get('k')).toString()).toBe('content');
    expect(await store.verify()).toMatchObject({ damaged: [], missing: [] });
  });

  test('an entry whose content is gone cannot be pushed, and is named', async () => {
    await using store = await openOn(tempDir());
    const { digest } = await store.put('the key', 'content');
    rmSync(store.path(digest));
    await expect(store.push()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"the key"'),
    });
    await using other = await openOn(tempDir());
    expect(await other.pull({ ifExists: true })).toBe(false);
  });

  test.each(['a b', '-x', '', 'x'.repeat(129), 'a/b'])('%j is no tag to push to', async (tag) => {
    await using store = await openOn(tempDir());
    await store.put('k', 'content');
    await expect(store.push('good', tag)).rejects.toMatchObject({ code: 'INVALID_REFERENCE' });
    await using other = await openOn(tempDir(), {}, 'x:good');
    expect(await other.pull({ ifExists: true })).toBe(false);
  });
});

test('a remote that cannot be reached is an error, and not an empty store', async () => {
  const options = { cacheDir: tempDir(), remote: 'localhost:1/nothing/here' };
  const signal = AbortSignal.timeout(500);
  await expect(
    open('demo', { ...options, autoPull: AutoPull.Missing, signal }),
  ).rejects.toBeInstanceOf(Error);
  await using store = await open('demo', options);
  expect(store.ref).toBe('localhost:1/nothing/here:latest');
});

test('credentials are asked for where the registry wants them', async () => {
  const [address = '', name = ''] = freshRepository().split(/\/(.*)/);
  const secret = `Basic ${Buffer.from('user:secret').toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== secret) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="tests"' }).end();
      return;
    }
    const { method, headers, url } = request;
    const passed = httpRequest(`http://${address}${url ?? ''}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const remote = `127.0.0.1:${port}/${name}`;
    const hosts: string[] = [];
    const auth = (host: string): UsernamePassword => {
      hosts.push(host);
      return { username: 'user', password: 'secret' };
    };
    {
      await using store = await open('demo', { cacheDir: tempDir(), remote, auth });
      await store.put('k', 'content');
      await store.push();
    }
    expect(new Set(hosts)).toEqual(new Set([`127.0.0.1:${port}`]));
    await using store = await open('demo', { cacheDir: tempDir(), remote });
    await expect(store.pull()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await using other = await open('demo', { cacheDir: tempDir(), remote, auth });
    await other.pull();
    expect((await other.get('k')).toString()).toBe('content');
  } finally {
    server.close();
  }
});

test('a registry elsewhere is talked to in the clear only where that is wanted', async () => {
  // Still this machine, but by a name that does not say so.
  const remote = freshRepository().replace('127.0.0.1', '0.0.0.0');
  {
    await using store = await open('demo', { cacheDir: tempDir(), remote, plainHttp: true });
    await store.put('k', 'content');
    await store.push();
  }
  await using store = await open('demo', { cacheDir: tempDir(), remote });
  await expect(store.pull()).rejects.toMatchObject({
    code: 'UNREACHABLE',
    hint: expect.stringContaining('plainHttp'),
  });
  await using other = await open('demo', { cacheDir: tempDir(), remote, plainHttp: true });
  await other.pull();
  expect((await other.get('k')).toString()).toBe('content');
});

test('a remote that lost its packs gets them again', async () => {
  const remote = join(tempDir(), 'remote');
  await using store = await open('demo', { cacheDir: tempDir(), remote: `oci:${remote}` });
  await store.put('k', noise(100_000));
  await store.push();
  for (const blob of readdirSync(join(remote, 'blobs', 'sha256'), { withFileTypes: true })) {
    const path = join(blob.parentPath, blob.name);
    if (statSync(path).size > 50_000) rmSync(path);
  }
  await using other = await open('demo', {
    cacheDir: tempDir(),
    remote: `oci:${remote}`,
    autoPull: AutoPull.Always,
  });
  await expect(other.get('k')).rejects.toMatchObject({ code: 'CONTENT_LOST' });
  // Nothing has changed here, so nothing is looked at.
  await store.push();
  await expect(other.get('k')).rejects.toMatchObject({ code: 'CONTENT_LOST' });
  await store.push({ repair: true });
  expect(await other.get('k')).toHaveLength(100_000);
});

test('contents that were put into another pack since are found there', async () => {
  const folder = join(tempDir(), 'remote');
  const remote = `oci:${folder}`;
  await using store = await open('demo', { cacheDir: tempDir(), remote });
  await store.put('k', noise(100_000));
  await store.push();
  await using other = await open('demo', {
    cacheDir: tempDir(),
    remote,
    autoPull: AutoPull.Always,
  });
  for (const blob of readdirSync(join(folder, 'blobs', 'sha256'), { withFileTypes: true })) {
    const path = join(blob.parentPath, blob.name);
    if (statSync(path).size > 50_000) rmSync(path);
  }
  await store.put('a', noise(100_000));
  await store.push({ repair: true });
  expect(await other.get('k')).toEqual(await store.get('k'));
});

test('a pull may bring all contents', async () => {
  const remote = `oci:${join(tempDir(), 'remote')}`;
  await using store = await open('demo', { cacheDir: tempDir(), remote });
  await store.put('a', 'a');
  await store.put('large', noise(9 * 1024 * 1024));
  await store.push();
  const cacheDir = tempDir();
  {
    await using other = await open('demo', { cacheDir, remote });
    await other.pull({ contents: true });
    expect(other.stats()).toMatchObject({ entries: 2, blobs: 2 });
    rmSync(other.path(other.stat('a')!.digest));
    await other.pull({ contents: true });
    expect(other.stats()).toMatchObject({ blobs: 2 });
  }
  await using offline = await open('demo', { cacheDir });
  expect((await offline.get('a')).toString()).toBe('a');
});

test.each<[unknown, RegExp]>([
  [{ concurrency: 0 }, /concurrency/],
  [{ concurrency: 1.5 }, /concurrency/],
  [{ autoPull: 'allways', remote: 'oci:x' }, /autoPull/],
  [{ autoPull: 'always' }, /remote/],
  [{ cacheDir: '' }, /cacheDir/],
  [{ cachDir: 'x' }, /cachDir/],
  [{ remote: 42 }, /remote/],
  [{ auth: { username: 'a', password: 'b' } }, /auth/],
  [{ signal: 'stop' }, /signal/],
  [{ plainHttp: 'yes' }, /plainHttp/],
])('the options %j are refused, with their names', async (options, name) => {
  await expect(
    open('demo', { cacheDir: tempDir(), ...(options as OpenOptions) }),
  ).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(name) });
});

test.each<[string, unknown[], RegExp]>([
  ['push', [{ sole: true }], /option "sole"/],
  ['push', [{ repair: 1 }], /"repair"/],
  ['push', [{ repair: true }, 'main'], /an object for a tag/],
  ['push', ['main', undefined], /undefined for a tag/],
  ['push', ['main', null], /not an object/],
  ['push', [42], /a number for a tag/],
  ['pull', ['main'], /not an object/],
  ['pull', [{ force: true }], /option "force"/],
  ['pull', [{ contents: 'all' }], /"contents"/],
])('%s with %j is refused', async (name, args, message) => {
  const remote = `oci:${join(tempDir(), 'remote')}`;
  await using store = await open('demo', { cacheDir: tempDir(), remote });
  const done = name === 'push' ? store.push(...(args as string[])) : store.pull(args[0] as object);
  await expect(done).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message),
  });
});

test('the cache folder of who names none', () => {
  expect(defaultCacheDir({ CAFS_CACHE_DIR: '/a', XDG_DATA_HOME: '/b' })).toBe('/a');
  expect(defaultCacheDir({ CAFS_CACHE_DIR: '', XDG_DATA_HOME: '/b' })).toBe(join('/b', 'cafs'));
  expect(defaultCacheDir({})).toBe(join(homedir(), '.local', 'share', 'cafs'));
});

test('a tag in the remote goes before the tag of the namespace', async () => {
  const remote = `oci:${join(tempDir(), 'remote')}`;
  await using store = await open('demo:main', { cacheDir: tempDir(), remote: `${remote}:release` });
  expect(store.ref).toBe(`${remote}:release`);
});
