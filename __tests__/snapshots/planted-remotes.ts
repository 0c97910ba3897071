import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Planted } from './hand-made.ts';

/** A remote in which anything can be planted. */
export interface PlantedRemote {
  /** As stores are given it. */
  readonly remote: string;
  /** Points its tag `main` at a snapshot, whatever that is. */
  plant(planted: Planted): void;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** An image layout, written file by file. */
export function plantedLayout(folder: string): PlantedRemote {
  const blobs = join(folder, 'blobs', 'sha256');
  const write = (digest: string, bytes: Buffer): void => {
    writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes);
  };
  mkdirSync(blobs, { recursive: true });
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return {
    remote: `oci:${folder}`,
    plant: ({ manifest, claimed = digestOf(manifest), blobs: all }) => {
      for (const [digest, bytes] of all) write(digest, bytes);
      write(claimed, manifest);
      const entry = {
        mediaType: MANIFEST,
        digest: claimed,
        size: manifest.byteLength,
        annotations: { 'org.opencontainers.image.ref.name': 'main' },
      };
      const index = { schemaVersion: 2, manifests: [entry] };
      writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
    },
  };
}

/** Registries that check nothing, and are gone when the test file ends. Call it once, outside of tests. */
export function usePlantedRegistries(): () => Promise<PlantedRemote> {
  const stops: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(stops.map((stop) => stop())));
  return async () => {
    let planted: Planted | undefined;
    const server = createServer((request, response) => {
      request.resume();
      answer(request, response, planted);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    return {
      remote: `127.0.0.1:${String(port)}/planted`,
      plant: (next) => {
        planted = next;
      },
    };
  };
}

function answer(
  { url = '', method, headers: asked }: IncomingMessage,
  response: ServerResponse,
  planted: Planted | undefined,
): void {
  const [, kind = '', reference = ''] =
    /^\/v2\/planted\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
  const digest = planted?.claimed ?? digestOf(planted?.manifest ?? '');
  const isTag = reference === 'main' || reference === digest;
  const bytes =
    kind === 'manifests' ? (isTag ? planted?.manifest : undefined) : planted?.blobs.get(reference);
  if ((method !== 'GET' && method !== 'HEAD') || bytes === undefined) {
    response.writeHead(404, { 'content-length': '0' }).end();
    return;
  }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(asked.range ?? '') ?? [];
  const part = from === undefined ? bytes : bytes.subarray(Number(from), Number(to) + 1);
  const end = Number(from) + part.byteLength - 1;
  response.writeHead(from === undefined ? 200 : 206, {
    'content-type': kind === 'manifests' ? MANIFEST : 'application/octet-stream',
    'content-length': String(part.byteLength),
    ...(kind === 'manifests' ? { 'docker-content-digest': digest } : {}),
    ...(from === undefined
      ? {}
      : { 'content-range': `bytes ${from}-${String(end)}/${String(bytes.byteLength)}` }),
  });
  response.end(method === 'HEAD' ? undefined : part);
}
