import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Digest } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Descriptor, Manifest } from '../../src/oci/types.ts';
import { AutoPull, open } from '../../src/sync/open.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';

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
      (isTaken ? this.taken : this.refused).push(manifest);
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
});
