import type { ServerResponse } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { manifestOf } from '../contracts/remote.ts';
import { findRegistry } from '../support/registry/find.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { startRegistry } from '../support/registry/start.ts';
import { fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const DIGEST = digestOf('a manifest');

async function open(handler: Handler): Promise<[Remote, Server]> {
  const server = await startServer(handler);
  const remote = openRemote(`${server.host}/demo`, {
    cwd: '/',
    credentials: () => undefined,
    retry: fastPolicy(),
  });
  return [remote, server];
}

function refusal(code: string, message = ''): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

function lines({ seen }: Server): string[] {
  return seen.map(({ method, path }) => `${method} ${path}`);
}

/** What a registry says of a manifest that it has. */
function isThere(response: ServerResponse): void {
  answer(response, 200, {
    'docker-content-digest': DIGEST,
    'content-type': MEDIA_TYPE_MANIFEST,
    'content-length': '10',
  });
}

describe('delete', () => {
  test('of a tag does not ask more often where the second look fails as well', async () => {
    const [remote, server] = await open(({ method }, response) => {
      answer(response, method === 'DELETE' ? 400 : 503);
    });
    await expect(remote.delete('main')).rejects.toMatchObject({ code: 'REMOTE' });
    expect(server.seen).toHaveLength(10);
  });

  test('of a tag asks a registry without HEAD no more often than it tries', async () => {
    const [remote, server] = await open(({ method }, response) => {
      answer(response, method === 'DELETE' ? 400 : method === 'HEAD' ? 405 : 503);
    });
    await expect(remote.delete('main')).rejects.toMatchObject({ code: 'REMOTE' });
    expect(lines(server).filter((line) => line.startsWith('GET'))).toHaveLength(5);
    expect(server.seen).toHaveLength(15);
  });

  test.each([200, 202, 204])('%i means that it was there', async (status) => {
    const [remote, server] = await open(({ method }, response) => {
      if (method === 'HEAD') isThere(response);
      else answer(response, status);
    });
    expect(await remote.delete('main')).toBe(true);
    expect(await remote.delete(DIGEST)).toBe(true);
    expect(lines(server)).toEqual([
      'DELETE /v2/demo/manifests/main',
      `HEAD /v2/demo/manifests/${DIGEST}`,
      `DELETE /v2/demo/manifests/${DIGEST}`,
    ]);
  });

  test('404 means that it was not', async () => {
    const [remote] = await open((_, response) => {
      answer(response, 404, {}, refusal('MANIFEST_UNKNOWN'));
    });
    expect(await remote.delete('main')).toBe(false);
    expect(await remote.delete(DIGEST)).toBe(false);
  });

  test.each([
    [405, ''],
    [405, refusal('UNSUPPORTED', 'The operation is unsupported.')],
    [400, refusal('UNSUPPORTED')],
    [400, refusal('DIGEST_INVALID', 'provided digest did not match uploaded content')],
    [400, ''],
  ])('%i %s means that the registry does not do it', async (status, body) => {
    const [remote, server] = await open(({ method }, response) => {
      if (method === 'DELETE') answer(response, status, {}, body);
      else isThere(response);
    });
    for (const reference of ['main', DIGEST]) {
      await expect(remote.delete(reference)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    }
    const deleted = lines(server).filter((line) => line.startsWith('DELETE'));
    // Never another reference than the one that was given.
    expect(deleted).toEqual([
      'DELETE /v2/demo/manifests/main',
      `DELETE /v2/demo/manifests/${DIGEST}`,
    ]);
  });

  test('a registry that deletes nothing says how it is switched on', async () => {
    const [remote] = await open(({ method }, response) => {
      if (method === 'HEAD') isThere(response);
      else answer(response, 405, {}, refusal('UNSUPPORTED'));
    });
    await expect(remote.delete(DIGEST)).rejects.toMatchObject({
      hint: expect.stringContaining('REGISTRY_STORAGE_DELETE_ENABLED'),
    });
  });

  test('a rule against it is DENIED', async () => {
    const [remote] = await open((_, response) => {
      answer(response, 412, {}, refusal('PRECONDITION', 'configured as immutable'));
    });
    await expect(remote.delete('main')).rejects.toMatchObject({ code: 'DENIED' });
  });

  test('what is gone after an answer was lost has been there', async () => {
    let count = 0;
    const [remote] = await open(({ method }, response, request) => {
      if (method === 'HEAD') {
        isThere(response);
        return;
      }
      count += 1;
      if (count === 1) request.socket.resetAndDestroy();
      else answer(response, 404);
    });
    expect(await remote.delete(DIGEST)).toBe(true);
  });

  test.each(['', '../main', 'sha256:abc'])('never sends what is no reference: %j', async (text) => {
    const [remote, server] = await open((_, response) => {
      answer(response, 202);
    });
    await expect(remote.delete(text)).rejects.toMatchObject({ code: 'INVALID_REFERENCE' });
    expect(server.seen).toEqual([]);
  });
});

describe('delete at a real registry', () => {
  test('takes a manifest with all its tags, by its digest', async () => {
    const remote = openRemote(freshRepository(), { cwd: '/' });
    const bytes = await manifestOf(remote, 'doomed');
    const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['a', 'b']);
    expect(await remote.delete(digest)).toBe(true);
    expect(await remote.resolve('a')).toBeUndefined();
    expect(await remote.resolve(digest)).toBeUndefined();
    expect(await remote.delete(digest)).toBe(false);
    await remote.close();
  });

  test('takes one tag and no other, or says that it cannot', async () => {
    const remote = openRemote(freshRepository(), { cwd: '/' });
    const bytes = await manifestOf(remote, 'kept');
    const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['a', 'b']);
    // Distribution 2 cannot, 3 can.
    const outcome = await remote.delete('a').catch((error: unknown) => error);
    if (outcome === true) expect(await remote.resolve('a')).toBeUndefined();
    else expect(outcome).toMatchObject({ code: 'UNSUPPORTED', hint: expect.any(String) });
    expect((await remote.resolve('b'))?.digest).toBe(digest);
    expect(await remote.delete('absent')).toBe(false);
    await remote.close();
  });

  test('is UNSUPPORTED where the registry was told not to', async () => {
    const program = await findRegistry();
    await using registry = await startRegistry({
      program: {
        ...program,
        async configure(settings) {
          const command = await program.configure(settings);
          const config = command.args.at(-1) ?? '';
          const text = await readFile(config, 'utf8');
          expect(text).toContain('"delete":{"enabled":true}');
          await writeFile(config, text.replace('"enabled":true', '"enabled":false'));
          return command;
        },
      },
    });
    const remote = openRemote(freshRepository(registry.host), { cwd: '/' });
    const bytes = await manifestOf(remote, 'kept');
    const { digest } = await remote.putManifest(bytes, MEDIA_TYPE_MANIFEST, ['a']);
    for (const reference of ['a', digest]) {
      await expect(remote.delete(reference)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    }
    expect((await remote.resolve('a'))?.digest).toBe(digest);
    await remote.close();
  });
});
