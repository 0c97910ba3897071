import { inspect } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Credentials } from '../../src/oci/credentials.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Seen, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();

const BYTES = Buffer.from('the bytes of a blob');
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };
const MANIFEST = Buffer.from('{"schemaVersion":2}');
const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';

const PASSWORD = 'the-pass:w0rd+/=&?';
const IDENTITY = 'the-identity:t0ken+/=&?';
const GIVEN = 'the-registry-t0ken.abc';
/** What the token server gives. */
const FETCHED = 'the-fetched-t0ken.abc';
const SECRETS = [PASSWORD, IDENTITY, GIVEN, FETCHED];

const KINDS: readonly (readonly [string, 'Basic' | 'Bearer', Credentials])[] = [
  ['a password by Basic', 'Basic', { username: 'me', password: PASSWORD }],
  ['a password for tokens', 'Bearer', { username: 'me', password: PASSWORD }],
  ['an identity token', 'Bearer', { identityToken: IDENTITY }],
  ['a registry token', 'Bearer', { registryToken: GIVEN }],
];

/** All forms in which a secret may be in a request or in an error. */
const FORMS: readonly string[] = SECRETS.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ x: secret }).toString().slice(2),
  ...['', ':', 'me:'].map((user) =>
    Buffer.from(user + secret)
      .toString('base64')
      .replace(/=+$/, ''),
  ),
  Buffer.from(secret).toString('hex'),
]);

function expectNoSecret(text: string): void {
  for (const form of FORMS) expect(text).not.toContain(form);
}

/** A server that must not learn anything, whatever it answers. */
function expectInnocent(server: Server): void {
  for (const { method, path, headers, body } of server.seen) {
    expect({ method, path, authorization: headers.authorization }).toEqual({
      method,
      path,
      authorization: undefined,
    });
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('proxy-authorization');
    expectNoSecret([path, JSON.stringify(headers), body.toString('latin1')].join('\n'));
  }
}

interface Setting {
  readonly registry: Server;
  readonly tokens: Server;
  readonly remote: Remote;
}

/** A registry that answers with `handler` who has said who they are, and its token server. */
async function start(
  scheme: 'Basic' | 'Bearer',
  credentials: Credentials,
  handler: Handler,
  tokenServer: Handler = (_, response) => {
    answer(response, 200, {}, JSON.stringify({ token: FETCHED }));
  },
): Promise<Setting> {
  const tokens = await startServer(tokenServer);
  const challenge =
    scheme === 'Basic' ? 'Basic realm="x"' : `Bearer realm="${tokens.origin}/token",service="s"`;
  const registry = await startServer((seen, response, request) => {
    if (seen.headers.authorization === undefined) {
      answer(response, 401, { 'www-authenticate': challenge });
      return;
    }
    return handler(seen, response, request);
  });
  const remote = openRemote(`${registry.host}/me/cache`, {
    cwd: '/',
    credentials: () => credentials,
    retry: { ...fastPolicy(fakeClock()), attempts: 2 },
  });
  return { registry, tokens, remote };
}

/**
 * Does all that can be done to a registry. Errors are part of it, and must not tell anything.
 *
 * @returns what they did tell
 */
async function doEverything(remote: Remote): Promise<string> {
  let told = '';
  const calls: readonly (() => Promise<unknown>)[] = [
    () => remote.resolve('main'),
    () => remote.getManifest('main'),
    () => remote.hasBlob(BLOB.digest),
    () => remote.getBlob(BLOB),
    () => remote.getBlobRange(BLOB, { offset: 1, length: 2 }),
    () => remote.putBlob(BLOB.digest, BYTES),
    () => remote.putBlob(BLOB.digest, BYTES, { mayExist: true, mountFrom: 'me/other' }),
    () => remote.putManifest(MANIFEST, MEDIA_TYPE, ['main']),
    () => remote.listTags(),
    () => remote.delete('main'),
    async () => {
      for await (const chunk of remote.getBlobStream(BLOB)) expect(chunk).toBeDefined();
    },
  ];
  for (const call of calls) {
    try {
      await call();
    } catch (error) {
      const shown = inspect(error, { depth: 20, showHidden: true, maxStringLength: null });
      expectNoSecret(shown);
      told += shown;
    }
  }
  await remote.close();
  return told;
}

/** Everything that came with a request and tells who asks, as a page for people who debug shows it. */
function repeated({ headers, body }: Seen): string {
  const { authorization = '' } = headers;
  const [scheme = '', value = ''] = authorization.split(' ');
  const decoded = scheme === 'Basic' ? Buffer.from(value, 'base64').toString() : '';
  const form = new URLSearchParams(body.toString());
  return [authorization, value, decoded, form.get('refresh_token') ?? ''].join(' , ');
}

const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** How servers repeat what they got. */
const ECHOES: readonly (readonly [string, Handler])[] = [
  ...[400, 401, 403, 404, 405, 412, 429, 500].map((status): [string, Handler] => [
    `the specification's errors with ${String(status)}`,
    (seen, response) => {
      const text = repeated(seen);
      const errors = [{ code: text, message: text, detail: { message: text } }];
      answer(response, status, {}, JSON.stringify({ errors }));
    },
  ]),
  ...['details', 'error_description', 'error', 'message'].map((field): [string, Handler] => [
    `a field ${field}`,
    (seen, response) => {
      answer(response, 400, {}, JSON.stringify({ [field]: repeated(seen) }));
    },
  ]),
  [
    'JSON of its own',
    (seen, response) => {
      answer(response, 400, {}, JSON.stringify({ got: [repeated(seen), seen.headers] }));
    },
  ],
  [
    'a page',
    (seen, response) => {
      answer(response, 500, { 'content-type': 'text/html' }, `<p>${asHtml(repeated(seen))}</p>`);
    },
  ],
  [
    'XML',
    (seen, response) => {
      const text = asHtml(repeated(seen));
      answer(response, 403, {}, `<Error><Code>${text}</Code><Message>${text}</Message></Error>`);
    },
  ],
  [
    'a long text, which is cut in the middle of it',
    (seen, response) => {
      answer(response, 400, {}, 'x'.repeat(280) + repeated(seen));
    },
  ],
  ...(['content-type', 'content-encoding', 'content-range'] as const).map(
    (name): [string, Handler] => [
      `a header ${name}`,
      (seen, response) => {
        const status = name === 'content-range' ? 206 : 200;
        answer(response, status, { [name]: repeated(seen) });
      },
    ],
  ),
  [
    'the address of an upload',
    (seen, response) => {
      const location = `/upload/${encodeURIComponent(repeated(seen))}`;
      if (seen.method === 'POST') answer(response, 202, { location });
      else answer(response, 500);
    },
  ],
  [
    'a redirect that is not followed',
    (seen, response) => {
      const location = `http://192.0.2.1/${encodeURIComponent(repeated(seen))}`;
      answer(response, seen.method === 'POST' ? 202 : 307, { location });
    },
  ],
  [
    'a realm',
    (seen, response) => {
      const realm = `http://192.0.2.1/${encodeURIComponent(repeated(seen))}`;
      answer(response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
    },
  ],
  [
    'a list of tags',
    (seen, response) => {
      answer(response, 200, { 'content-type': 'application/json' }, repeated(seen));
    },
  ],
];

/** Serves blobs to anyone; asks for a password, as bait, for anything else. */
const BAIT: Handler = ({ method, path }, response) => {
  if (method === 'PUT') answer(response, 201);
  else if (path.includes('bait')) {
    answer(response, 401, { 'www-authenticate': ['Basic realm="bait"', 'Bearer realm="bait"'] });
  } else answer(response, 200, { 'content-type': MEDIA_TYPE }, method === 'HEAD' ? '' : BYTES);
};

/** Takes uploads, at `location`; everything else goes somewhere else. */
function redirecting(status: number, to: string, location = '/upload/1?state=s'): Handler {
  return ({ method, path }: Seen, response) => {
    if (method === 'POST') answer(response, 202, { location });
    else answer(response, status, { location: `${to}${path}` });
  };
}

describe.each(KINDS)('%s', (_, scheme, credentials) => {
  test.each([301, 302, 303, 307, 308])(
    'does not follow a redirect with %i to another host',
    async (status) => {
      const other = await startServer(BAIT);
      const { registry, remote } = await start(
        scheme,
        credentials,
        redirecting(status, other.origin),
      );
      await doEverything(remote);
      expect(registry.seen.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
      expect(other.seen.length).toBeGreaterThan(3);
      expectInnocent(other);
    },
  );

  test('does not go where an upload goes on, nor to where that leads', async () => {
    const last = await startServer(BAIT);
    const other = await startServer(({ path }, response) => {
      answer(response, 307, { location: `${last.origin}${path}` });
    });
    const handler = redirecting(307, other.origin, `${other.origin}/upload?sig=1`);
    const { remote } = await start(scheme, credentials, handler);
    await doEverything(remote);
    expect(other.seen.some(({ method }) => method === 'PUT')).toBe(true);
    expect(last.seen.some(({ method }) => method === 'PUT')).toBe(true);
    expectInnocent(other);
    expectInnocent(last);
  });

  test('is not an answer to the challenge of another host', async () => {
    const bait = await startServer(BAIT);
    const other = await startServer((__, response) => {
      answer(response, 401, {
        'www-authenticate': [
          `Bearer realm="${bait.origin}/bait",service="s"`,
          'Basic realm="bait"',
        ],
      });
    });
    const handler = redirecting(307, other.origin, `${other.origin}/upload`);
    const { remote } = await start(scheme, credentials, handler);
    await doEverything(remote);
    expect(other.seen.length).toBeGreaterThan(3);
    expectInnocent(other);
    expectInnocent(bait);
  });

  test('is not an answer to a 401 that the registry itself sends elsewhere', async () => {
    const other = await startServer(({ method }, response) => {
      answer(response, 401, { 'www-authenticate': 'Basic realm="bait"' }, method);
    });
    // Not asked yet, it sends everyone away.
    const registry = await startServer(({ path }, response) => {
      answer(response, 307, {
        location: `${other.origin}${path}`,
        'www-authenticate': 'Basic realm="x"',
      });
    });
    const remote = openRemote(`${registry.host}/me/cache`, {
      cwd: '/',
      credentials: () => credentials,
    });
    await doEverything(remote);
    expect(other.seen.length).toBeGreaterThan(3);
    expectInnocent(other);
    expectInnocent(registry);
  });

  test('does not come back with a redirect from another host', async () => {
    const origins = { registry: '' };
    const other = await startServer((__, response) => {
      answer(response, 307, { location: `${origins.registry}/back` });
    });
    const { registry, remote } = await start(scheme, credentials, redirecting(307, other.origin));
    origins.registry = registry.origin;
    await doEverything(remote);
    expectInnocent(other);
    const back = registry.seen.filter(({ path }) => path === '/back');
    expect(back.length).toBeGreaterThan(0);
    expect(back.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  test.each(ECHOES)(
    'shows in no error where the registry repeats it in %s',
    async (where, handler) => {
      const { registry, remote } = await start(scheme, credentials, handler);
      const told = await doEverything(remote);
      // Who has a token already asks for none.
      const isQuoted = where !== 'a realm' || !('registryToken' in credentials);
      if (isQuoted) expect(told).toContain('***');
      expect(registry.seen.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
    },
  );

  test('does not go to where the next page of tags is said to be', async () => {
    const other = await startServer(BAIT);
    const { remote } = await start(scheme, credentials, (__, response) => {
      const link = `<${other.origin}/v2/me/cache/tags/list?last=a>; rel="next"`;
      answer(response, 200, { link }, '{"name":"me/cache","tags":["a"]}');
    });
    await doEverything(remote);
    expectInnocent(other);
  });
});

describe.each(KINDS.filter(([, scheme]) => scheme === 'Bearer'))(
  'at a token server, %s',
  (_, scheme, credentials) => {
    const ok: Handler = ({ method }, response) => {
      if (method === 'POST') answer(response, 202, { location: '/upload' });
      else answer(response, method === 'PUT' ? 201 : 404);
    };

    test.each([301, 302, 303, 307, 308])('does not follow a redirect with %i', async (status) => {
      const other = await startServer((__, response) => {
        answer(response, 200, {}, '{"token":"not-from-the-realm"}');
      });
      const { registry, remote } = await start(scheme, credentials, ok, ({ path }, response) => {
        answer(response, status, { location: `${other.origin}${path}` });
      });
      await doEverything(remote);
      expectInnocent(other);
      for (const { headers, body, path } of registry.seen) {
        expect(headers.authorization ?? '').not.toMatch(/^Basic/);
        for (const secret of [PASSWORD, IDENTITY]) {
          expect(path + body.toString()).not.toContain(secret);
        }
      }
    });

    test('at another host than the registry, goes there and not to the registry', async () => {
      const { registry, tokens, remote } = await start(scheme, credentials, ok);
      await doEverything(remote);
      expect(tokens.seen.length > 0).toBe(!('registryToken' in credentials));
      const expected = `Bearer ${'registryToken' in credentials ? GIVEN : FETCHED}`;
      for (const { headers } of registry.seen) {
        expect([undefined, expected]).toContain(headers.authorization);
      }
      // And what it has given goes to the registry alone.
      for (const { headers, path, body } of tokens.seen) {
        expect([JSON.stringify(headers), path, body.toString()].join('\n')).not.toContain(FETCHED);
      }
    });

    test('that is no token server of this registry’s, is not sent', async () => {
      const realms = [
        'http://tokens.example/token',
        'http://169.254.169.254/latest',
        'https://user:pass@tokens.example/token',
        'ftp://127.0.0.1/token',
      ];
      for (const realm of realms) {
        const asked: string[] = [];
        const registry = await startServer((__, response) => {
          answer(response, 401, { 'www-authenticate': `Bearer realm="${realm}"` });
        });
        const remote = openRemote(`${registry.host}/me/cache`, {
          cwd: '/',
          credentials: (host) => {
            asked.push(host);
            return credentials;
          },
        });
        const isGiven = 'registryToken' in credentials;
        await expect(remote.resolve('main')).rejects.toMatchObject({
          code: isGiven ? 'UNAUTHORIZED' : 'MALFORMED',
        });
        expect(remote.stats.requests).toBe(isGiven ? 2 : 1);
        expect(asked.every((host) => host === registry.host)).toBe(true);
        await remote.close();
      }
    });

    test.each(ECHOES)('that repeats it in %s, shows in no error', async (__, handler) => {
      const { tokens, remote } = await start(scheme, credentials, ok, handler);
      await doEverything(remote);
      expect(tokens.seen.length > 0).toBe(!('registryToken' in credentials));
    });

    test('that answers with an error, shows in none', async () => {
      const { remote } = await start(scheme, credentials, ok, (__, response) => {
        answer(response, 500, {}, '{"errors":[{"code":"UNKNOWN","message":"broken"}]}');
      });
      await doEverything(remote);
    });
  },
);
