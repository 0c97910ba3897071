import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { openRemote } from '../../src/oci/open.ts';
import { type EntryResult, runEntry } from '../support/action-runner.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

/** Passes connections on to a registry, until so many bytes have gone there; from then on it is down. */
async function passOn(registry: string, bytes: number): Promise<Server> {
  let left = bytes;
  const { hostname, port } = new URL(`http://${registry}`);
  const server = createServer((client) => {
    if (left < 0) return client.destroy();
    const there = connect(Number(port), hostname);
    client.on('data', (chunk: Buffer) => {
      left -= chunk.byteLength;
      if (left < 0) client.destroy();
      else there.write(chunk);
    });
    there.pipe(client);
    client.on('close', () => there.destroy());
    for (const socket of [client, there]) socket.on('error', () => client.destroy());
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('a registry that dies in the middle of a save', () => {
  let server: Server | undefined;
  let repository: string;
  let workspace: string;
  beforeEach(() => {
    repository = freshRepository();
    workspace = tempDir();
    mkdirSync(join(workspace, 'data'));
  });
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  function post(remote: string, more: Readonly<Record<string, string>> = {}): Promise<EntryResult> {
    // Bytes that no compression makes less.
    writeFileSync(join(workspace, 'data/file'), randomBytes(3_000_000));
    const inputs = { remote, path: 'data', ...more };
    return runEntry({ entry: join(import.meta.dirname, 'post-process.ts'), workspace, inputs });
  }

  async function tags(): Promise<Record<string, string | undefined>> {
    const remote = openRemote(repository, { cwd: '/' });
    const all = await remote.listTags();
    const digests = await Promise.all(all.map((tag) => remote.resolve(tag)));
    await remote.close();
    return Object.fromEntries(all.map((tag, i) => [tag, digests[i]?.digest]));
  }

  test.each([
    ['is a warning', {}, 0, '::warning::'],
    ['fails the step where it is strict', { strict: 'true' }, 1, '::error::'],
  ])('%s, and leaves the tags as they were', async (_, inputs, exitCode, annotation) => {
    const first = await post(repository, inputs);
    expect(first).toMatchObject({ exitCode: 0, outputs: { saved: 'true' } });
    const before = await tags();
    const [registry = '', ...name] = repository.split('/');
    server = await passOn(registry, 1_500_000);
    const { port } = server.address() as AddressInfo;
    const second = await post(`127.0.0.1:${String(port)}/${name.join('/')}`, inputs);
    expect(second.exitCode).toBe(exitCode);
    const lines = second.stdout.split('\n').filter((line) => line.startsWith(annotation));
    expect(lines.at(-1)).toContain('The cache could not be used');
    expect(await tags()).toEqual(before);
    const third = await post(repository, inputs);
    expect(third).toMatchObject({ exitCode: 0, outputs: { saved: 'true' } });
    expect(third.stdout).not.toContain('::warning::');
  });
});
