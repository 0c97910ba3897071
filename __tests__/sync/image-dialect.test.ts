import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Digest } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import type { Descriptor, Manifest } from '../../src/oci/types.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { Store } from '../../src/store/store.ts';
import { AutoPull, open } from '../../src/sync/open.ts';
import { TagUpstream } from '../../src/sync/upstream.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { hooked } from './hooked-remote.ts';

/** What GitLab and Quay take as the types of a config and of layers. */
const KNOWN_TYPES = /^application\/vnd\.(oci\.image|docker)\./;

const tempDir = useTempDirs();

function isImage({ artifactType, config, layers }: Manifest): boolean {
  const isKnown = ({ mediaType }: Descriptor): boolean => KNOWN_TYPES.test(mediaType);
  return artifactType === undefined && [config, ...layers].every(isKnown);
}

/** A registry before a real one that takes images only, as Quay and GitLab do. */
class ImageRegistry implements AsyncDisposable {
  readonly refused: Manifest[] = [];
  /** Those that a tag was pointed at. */
  readonly taken: Manifest[] = [];
  takes = isImage;
  readonly #server = createServer((incoming, answer) => {
    void this.#pass(incoming, answer);
  });

  async start(repository: string): Promise<string> {
    this.#upstream = repository.slice(0, repository.indexOf('/'));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return repository.replace(this.#upstream, `127.0.0.1:${String(port)}`);
  }

  #upstream = '';

  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    if (incoming.method === 'PUT' && incoming.url!.includes('/manifests/')) {
      const manifest = JSON.parse(body.toString()) as Manifest;
      const isTaken = this.takes(manifest);
      const isTagged = !incoming.url!.includes('/manifests/sha256:');
      if (!isTaken) this.refused.push(manifest);
      else if (isTagged) this.taken.push(manifest);
      if (!isTaken) {
        const errors = [{ code: 'MANIFEST_INVALID', message: 'unknown media type' }];
        answer.writeHead(400, { 'content-type': 'application/json' });
        answer.end(JSON.stringify({ errors }));
        return;
      }
    }
    const { method, url, headers } = incoming;
    const [host, port] = this.#upstream.split(':');
    const onward = request({ host, port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      response.pipe(answer);
    });
    onward.end(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

describe('a registry that takes images only', () => {
  let registry: ImageRegistry;
  let name: string;
  beforeEach(async () => {
    registry = new ImageRegistry();
    name = await registry.start(freshRepository());
  });
  afterEach(() => registry[Symbol.asyncDispose]());

  test('gets snapshots in the form of images, which come back', async () => {
    await using store = await open('demo:main', { cacheDir: tempDir(), remote: name });
    await store.put('a/text', 'some text');
    await store.put('large', 'x'.repeat(2_000_000));
    await store.push();
    expect(registry.refused).toHaveLength(1);
    expect(registry.taken).toHaveLength(1);

    await using back = await open('demo:main', {
      cacheDir: tempDir(),
      remote: name,
      autoPull: AutoPull.Missing,
    });
    expect(back.root()).toBe(store.root());
    expect((await back.get('a/text')).toString()).toBe('some text');
    expect((await back.get('large')).byteLength).toBe(2_000_000);
  });

  test('is asked to take something else once, also by who has only read from it', async () => {
    await using store = await open('demo:main', { cacheDir: tempDir(), remote: name });
    await store.put('a', '1');
    await store.push();
    await store.put('a', '2');
    await store.push();
    await using other = await open('demo:main', {
      cacheDir: tempDir(),
      remote: name,
      autoPull: AutoPull.Always,
    });
    await other.put('b', '3');
    await other.push();
    expect(registry.refused).toHaveLength(1);
    expect(registry.taken).toHaveLength(3);
  });

  test('gets an image that is one for other tools: a config with a digest for each layer', async () => {
    await using store = await open('demo:main', { cacheDir: tempDir(), remote: name });
    await store.put('a', '1');
    await store.push();
    const [manifest] = registry.taken;
    const remote = openRemote(name, { cwd: '.' });
    try {
      const config = JSON.parse(Buffer.from(await remote.getBlob(manifest!.config)).toString()) as {
        rootfs: { diff_ids: Digest[] };
        architecture: string;
        os: string;
      };
      expect(config.rootfs.diff_ids).toEqual(manifest!.layers.map(({ digest }) => digest));
      expect([config.architecture, config.os]).toEqual(['unknown', 'unknown']);
      expect(manifest!.annotations).toEqual({
        'dev.cafs.artifact-type': 'application/vnd.cafs.snapshot.v1',
      });
    } finally {
      await remote.close();
    }
  });

  test('refuses both forms for another reason: that is the error, and nothing is learnt', async () => {
    registry.takes = () => false;
    await using store = await open('demo:main', { cacheDir: tempDir(), remote: name });
    await store.put('a', '1');
    await expect(store.push()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(registry.refused.map(({ artifactType }) => artifactType)).toEqual([
      'application/vnd.cafs.snapshot.v1',
      undefined,
    ]);
    registry.takes = () => true;
    await store.push();
    expect(registry.taken.map(({ artifactType }) => artifactType)).toEqual([
      'application/vnd.cafs.snapshot.v1',
    ]);
  });

  test('may be slow: who has found out looks again where the tag points', async () => {
    const windowMs = 50;
    const log: string[] = [];
    const remote = slowImageRegistry(windowMs, log);
    await using store = storeAt(remote, windowMs);
    await store.put('a', '1');
    await store.push({ soleWriter: true, signal: AbortSignal.timeout(20_000) });
    expect(log).toEqual(['look', 'look', 'refused', 'taken', 'look', 'look', 'tagged']);
    await store.put('a', '2');
    await store.push({ soleWriter: true });
    expect(log.slice(7)).toEqual(['look', 'look', 'tagged']);
  });

  test('is found out for each of several tags at the same time', async () => {
    const log: string[] = [];
    const remote = slowImageRegistry(50, log);
    await using store = storeAt(remote, 50);
    await store.put('a', '1');
    const signal = AbortSignal.timeout(20_000);
    await store.push('one', 'two', 'three', { soleWriter: true, signal });
    expect(log.filter((what) => what === 'refused').length).toBeLessThanOrEqual(3);
    expect(log.filter((what) => what === 'tagged')).toHaveLength(3);
    const digests = await Promise.all(['one', 'two', 'three'].map((tag) => remote.resolve(tag)));
    expect(new Set(digests.map((at) => at?.digest)).size).toBe(1);
  });

  test('that refuses both forms later is an error, and no end of looks', async () => {
    const log: string[] = [];
    const remote = slowImageRegistry(50, log, () => false);
    await using store = storeAt(remote, 50);
    await store.put('a', '1');
    const refused = store.push({ soleWriter: true, signal: AbortSignal.timeout(20_000) });
    await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED', message: 'artifact' });
    expect(log).toEqual(['look', 'look', 'refused', 'refused']);
    expect(remote.traits).toEqual({});
  });
});

/** A registry that takes images only, whose answer to a refused manifest takes as long as a write may wait. */
function slowImageRegistry(windowMs: number, log: string[], takes = isImage): Remote {
  const inner = openRemote(`oci:${tempDir()}/layout`, { cwd: '/' });
  return hooked(inner, {
    resolve: (remote, ...args) => {
      log.push('look');
      return remote.resolve(...args);
    },
    putManifest: async (remote, bytes, mediaType, tags, { notAfter, ...options } = {}) => {
      if (performance.now() > (notAfter ?? Infinity)) throw new CafsError('TIMEOUT', 'too late');
      const manifest = JSON.parse(Buffer.from(bytes).toString()) as Manifest;
      const isTaken = takes(manifest);
      if (isTaken) log.push(tags.length === 0 ? 'taken' : 'tagged');
      else {
        log.push('refused');
        await setTimeout(2 * windowMs);
        throw new CafsError(
          'UNSUPPORTED',
          manifest.artifactType === undefined ? 'image' : 'artifact',
        );
      }
      return remote.putManifest(bytes, mediaType, tags, options);
    },
  });
}

function storeAt(remote: Remote, windowMs: number): Store {
  const cacheDir = tempDir();
  const upstream = new TagUpstream(remote, 'main', { blobs: Blobs.open(cacheDir), windowMs });
  return Store.open('demo:main', { cacheDir, upstream });
}
