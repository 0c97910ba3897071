import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const BYTES = Buffer.from('bytes in the clear');
const DIGEST = digestOf(BYTES);
const BLOB = { digest: DIGEST, size: BYTES.byteLength };
const credentials = (): { username: string; password: string } => ({
  username: 'u',
  password: 'p',
});

/** An address of this machine that does not say so: what is true of it is true of any other host. */
function elsewhere({ host }: Server): string {
  return host.replace('127.0.0.1', '0.0.0.0');
}

async function open(
  handler: Handler,
  options: { readonly plainHttp?: boolean } = { plainHttp: true },
): Promise<[Remote, Server, string]> {
  const server = await startServer(handler);
  const host = elsewhere(server);
  const remote = openRemote(`${host}/demo`, {
    cwd: '/',
    credentials,
    retry: { ...fastPolicy(), attempts: 2 },
    ...options,
  });
  return [remote, server, host];
}

describe('a registry that is not this machine', () => {
  test.each([{}, { plainHttp: false }])(
    'is never asked in the clear by itself: %j',
    async (options) => {
      const [remote, server] = await open((_, response) => {
        answer(response, 200, {}, BYTES);
      }, options);
      await expect(remote.getBlob(BLOB)).rejects.toMatchObject({ code: 'UNREACHABLE' });
      await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({ code: 'UNREACHABLE' });
      expect(server.seen).toEqual([]);
    },
  );

  test('is asked in the clear where that is wanted', async () => {
    const [remote, server, host] = await open(({ method }, response) => {
      if (method === 'POST') answer(response, 202, { location: `http://${host}/upload` });
      else if (method === 'PUT') answer(response, 201);
      else answer(response, 200, {}, BYTES);
    });
    await remote.putBlob(DIGEST, BYTES);
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
    expect(server.seen[0]?.headers.host).toBe(host);
  });

  test('may send its reader on in the clear to itself', async () => {
    const [remote] = await open(({ path }, response) => {
      if (path.startsWith('/v2/')) answer(response, 307, { location: '/storage' });
      else answer(response, 200, {}, BYTES);
    });
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
  });

  test.each(['another port', 'this machine', 'another host'])(
    'may not send its reader on in the clear to %s',
    async (to) => {
      const other = await startServer((_, response) => {
        answer(response, 200, {}, BYTES);
      });
      const target = {
        'another port': `http://${elsewhere(other)}/storage`,
        'this machine': `${other.origin}/storage`,
        'another host': 'http://registry.test/storage',
      }[to];
      const location = target ?? '';
      const [remote] = await open(({ method }, response) => {
        answer(response, method === 'POST' ? 202 : 307, { location });
      });
      await expect(remote.getBlob(BLOB)).rejects.toMatchObject({ code: 'REMOTE' });
      await expect(remote.putBlob(DIGEST, BYTES)).rejects.toMatchObject({ code: 'REMOTE' });
      expect(other.seen).toEqual([]);
    },
  );

  test('gets a token from itself', async () => {
    const [remote, server, host] = await open(({ path, headers }, response) => {
      if (path.startsWith('/token')) answer(response, 200, {}, '{"token":"t"}');
      else if (headers.authorization === 'Bearer t') answer(response, 200, {}, BYTES);
      else {
        answer(response, 401, { 'www-authenticate': `Bearer realm="http://${host}/token"` });
      }
    });
    expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
    expect(server.seen).toHaveLength(3);
  });

  test.each(['http on another port', 'http on this machine', 'https elsewhere'])(
    'does not get credentials sent to %s',
    async (to) => {
      const other = await startServer((_, response) => {
        answer(response, 200, {}, '{"token":"t"}');
      });
      const realms: Readonly<Record<string, string>> = {
        'http on another port': `http://${elsewhere(other)}/token`,
        'http on this machine': `${other.origin}/token`,
        'https elsewhere': 'https://registry.test/token',
      };
      const [remote] = await open((_, response) => {
        answer(response, 401, { 'www-authenticate': `Bearer realm="${realms[to] ?? ''}"` });
      });
      await expect(remote.getBlob(BLOB)).rejects.toMatchObject({ code: 'MALFORMED' });
      expect(other.seen).toEqual([]);
    },
  );
});
