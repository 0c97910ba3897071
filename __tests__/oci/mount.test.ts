import { randomBytes } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { type FakeClock, fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();
const BYTES = Buffer.from('bytes that may be there');
const DIGEST = digestOf(BYTES);
const MOUNT = `POST /v2/demo/blobs/uploads/?mount=${encodeURIComponent(DIGEST)}&from=team%2Fother`;
const POST = 'POST /v2/demo/blobs/uploads/';
const HEAD = `HEAD /v2/demo/blobs/${DIGEST}`;
const put = (session: string): string => `PUT ${session}?digest=${encodeURIComponent(DIGEST)}`;

async function open(handler: Handler): Promise<[Remote, Server, FakeClock]> {
  const server = await startServer(handler);
  const clock = fakeClock();
  const remote = openRemote(`${server.host}/demo`, {
    cwd: '/',
    credentials: () => undefined,
    retry: fastPolicy(clock),
  });
  return [remote, server, clock];
}

function lines({ seen }: Server): string[] {
  return seen.map(({ method, path }) => `${method} ${path}`);
}

/** A registry that answers to a mount in its own way, and to all else as registries do. */
function mounting(onMount: Handler): Handler {
  return (seen, response, request) => {
    const { method, path } = seen;
    if (path.includes('mount=')) return onMount(seen, response, request);
    if (method === 'POST') answer(response, 202, { location: '/upload' });
    else answer(response, method === 'PUT' ? 201 : 404);
  };
}

describe('a blob that another repository has', () => {
  test('is mounted in one request, and not even read', async () => {
    const [remote, server] = await open(
      mounting((_, response) => {
        answer(response, 201, { location: `/v2/demo/blobs/${DIGEST}` });
      }),
    );
    const source = {
      size: BYTES.byteLength,
      open: () => {
        throw new Error('It is read.');
      },
    };
    await remote.putBlob(DIGEST, source, { mountFrom: 'team/other' });
    expect(lines(server)).toEqual([MOUNT]);
    expect(remote.stats.uploadedBytes).toBe(0);
  });

  test('is sent in the session that the registry opens instead', async () => {
    const [remote, server] = await open(
      mounting((_, response) => {
        answer(response, 202, { location: '/instead' });
      }),
    );
    await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
    expect(lines(server)).toEqual([MOUNT, put('/instead')]);
    expect(server.seen[1]?.body).toEqual(BYTES);
  });

  test.each([200, 400, 401, 403, 404, 405, 500])(
    'is sent as any other where a mount is answered with %i',
    async (status) => {
      const [remote, server] = await open(
        mounting((_, response) => {
          answer(response, status);
        }),
      );
      await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
      expect(lines(server)).toEqual([MOUNT, POST, put('/upload')]);
    },
  );

  test.each<[string, Record<string, string>]>([
    ['a page', { 'content-type': 'text/html' }],
    ['another digest', { 'docker-content-digest': digestOf('another') }],
  ])('is sent as any other where a mount is answered with 201 and %s', async (_, headers) => {
    const [remote, server] = await open(
      mounting((_seen, response) => {
        answer(response, 201, headers, 'login');
      }),
    );
    await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
    expect(lines(server)).toEqual([MOUNT, POST, put('/upload')]);
  });

  test.each([
    [429, { 'retry-after': '7' }, 7500],
    [503, { 'retry-after': '7' }, 7500],
    [500, { 'retry-after': '7' }, 7500],
    [429, {}, 500],
    [503, {}, 500],
  ] as const)(
    'is mounted later where a registry asks for that: %i %j',
    async (status, headers, ms) => {
      let mounts = 0;
      const [remote, server, clock] = await open(
        mounting((_, response) => {
          mounts += 1;
          if (mounts === 1) answer(response, status, headers);
          else answer(response, 201);
        }),
      );
      await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
      expect(lines(server)).toEqual([MOUNT, MOUNT]);
      expect(clock.waits).toEqual([ms]);
    },
  );

  test.each([429, 503])('is sent where a mount is answered with %i to the end', async (status) => {
    const [remote, server, clock] = await open(
      mounting((_, response) => {
        answer(response, status);
      }),
    );
    await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
    const mounts = Array<string>(5).fill(MOUNT);
    expect(lines(server)).toEqual([...mounts, POST, put('/upload')]);
    expect(clock.waits).toEqual([500, 1000, 2000, 4000]);
  });

  test('is sent as any other where the answer to a mount is lost', async () => {
    const [remote, server] = await open(
      mounting((_, _response, request) => {
        request.socket.resetAndDestroy();
      }),
    );
    await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
    expect(lines(server)).toEqual([MOUNT, POST, put('/upload')]);
  });

  test('is not asked for again by a mount after an upload that failed', async () => {
    let puts = 0;
    const [remote, server] = await open(({ method, path }, response) => {
      if (method === 'POST') {
        answer(response, 202, { location: path.includes('mount=') ? '/instead' : '/upload' });
      } else if (method === 'HEAD') answer(response, 404);
      else answer(response, ++puts === 1 ? 503 : 201);
    });
    await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
    expect(lines(server)).toEqual([MOUNT, put('/instead'), HEAD, POST, put('/upload')]);
  });

  test.each(['', 'Team/other', 'team/other:tag', '../other', 'a b', 'a:pull b', `a@${DIGEST}`])(
    'is not mounted from what is no repository: %j',
    async (mountFrom) => {
      const [remote, server] = await open((_, response) => {
        answer(response, 201);
      });
      await expect(remote.putBlob(DIGEST, BYTES, { mountFrom })).rejects.toMatchObject({
        code: 'INVALID_REFERENCE',
      });
      expect(server.seen).toEqual([]);
    },
  );

  test.each(['docker.io/library/app', 'my.org/app', 'v1.2/app', 'localhost'])(
    'is mounted from a repository whose name begins like a host: %j',
    async (mountFrom) => {
      const [remote, server] = await open((_, response) => {
        answer(response, 201);
      });
      await remote.putBlob(DIGEST, BYTES, { mountFrom });
      expect(server.seen).toHaveLength(1);
      expect(server.seen[0]?.path).toContain(`from=${encodeURIComponent(mountFrom)}`);
    },
  );

  test.each([
    ['ghcr.io', 'ghcr.io/team/other'],
    ['ghcr.io', 'GHCR.io/team/other'],
    ['docker.io', 'index.docker.io/library/app'],
  ])('is not mounted from the host of the registry itself, %s: %j', async (host, mountFrom) => {
    const remote = openRemote(`${host}/team/demo`, { cwd: '/', credentials: () => undefined });
    await expect(remote.putBlob(DIGEST, BYTES, { mountFrom })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      hint: expect.stringContaining(`at ${host}, without a host`),
    });
    expect(remote.stats.requests).toBe(0);
    await remote.close();
  });

  test.each(['localhost/other', 'localhost:5000/other', 'box:5000/a', '[::1]/a'])(
    'is not mounted from another host: %j',
    async (mountFrom) => {
      const [remote, server] = await open((_, response) => {
        answer(response, 201);
      });
      await expect(remote.putBlob(DIGEST, BYTES, { mountFrom })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(JSON.stringify(mountFrom)),
        hint: expect.stringContaining(`at ${server.host}, without a host`),
      });
      expect(server.seen).toEqual([]);
    },
  );

  test('needs a token that is for both repositories', async () => {
    const scopes: string[][] = [];
    const [remote] = await open(({ path, headers }, response, request) => {
      const { host = '' } = request.headers;
      if (path.startsWith('/token')) {
        scopes.push(new URL(path, 'http://x').searchParams.getAll('scope'));
        answer(response, 200, {}, '{"token":"t"}');
      } else if (headers.authorization === undefined) {
        answer(response, 401, { 'www-authenticate': `Bearer realm="http://${host}/token"` });
      } else answer(response, 201);
    });
    await remote.putBlob(DIGEST, BYTES, { mountFrom: 'team/other' });
    expect(scopes).toEqual([['repository:team/other:pull', 'repository:demo:pull,push']]);
  });

  test('comes over without being sent, at a real registry', async () => {
    const bytes = randomBytes(100_000);
    const digest = digestOf(bytes);
    const repository = freshRepository();
    const other = openRemote(`${repository}/other`, { cwd: '/' });
    await other.putBlob(digest, bytes);
    const remote = openRemote(repository, { cwd: '/' });
    const name = repository.slice(repository.indexOf('/') + 1);
    await remote.putBlob(digest, bytes, { mountFrom: `${name}/other` });
    expect(remote.stats).toMatchObject({ requests: 1, uploadedBytes: 0 });
    expect(bytes.equals(await remote.getBlob({ digest, size: bytes.byteLength }))).toBe(true);
    await Promise.all([remote.close(), other.close()]);
  });
});

describe('a blob that may be there', () => {
  test.each([
    ['is there', 200, [HEAD]],
    ['is not', 404, [HEAD, POST, put('/upload')]],
    ['cannot be looked for', 405, [HEAD, POST, put('/upload')]],
  ])('is looked for first: it %s', async (_, status, expected) => {
    const [remote, server] = await open(({ method }, response) => {
      if (method === 'HEAD') answer(response, status);
      else if (method === 'POST') answer(response, 202, { location: '/upload' });
      else answer(response, 201);
    });
    await remote.putBlob(DIGEST, BYTES, { mayExist: true });
    expect(lines(server)).toEqual(expected);
  });

  test('is looked for before it is mounted', async () => {
    const [remote, server] = await open(({ method }, response) => {
      answer(response, method === 'HEAD' ? 404 : 201);
    });
    await remote.putBlob(DIGEST, BYTES, { mayExist: true, mountFrom: 'team/other' });
    expect(lines(server)).toEqual([HEAD, MOUNT]);
  });
});
