import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../src/digest.ts';
import { dockerCredentials } from '../src/oci/docker-credentials.ts';
import { openRemote } from '../src/oci/open.ts';
import { DEFAULT_POLICY } from '../src/oci/retry.ts';
import { withDefaults } from '../src/options.ts';
import { open } from '../src/sync/open.ts';

/** As code without types calls it. */
const remote = (options: unknown): unknown =>
  (openRemote as (text: string, options: unknown) => unknown)('localhost:1/demo', options);
const store = (options: unknown): unknown =>
  (open as (namespace: string, options: unknown) => unknown)('demo', options);
const docker = (options: unknown): unknown =>
  (dockerCredentials as (options: unknown) => unknown)(options);

/** A promise of it, so that those who throw and those who reject are asked alike. */
const called = async (call: () => unknown): Promise<unknown> => call();

describe('an option that does not exist is refused, with the nearest that does', () => {
  test.each<[string, () => unknown, string, string]>([
    ['openRemote', () => remote({ cwd: '/', auth: () => undefined }), 'auth', 'credentials'],
    [
      'openRemote',
      () => remote({ cwd: '/', credential: () => undefined }),
      'credential',
      'credentials',
    ],
    ['openRemote', () => remote({ cwd: '/', plainHTTP: true }), 'plainHTTP', 'plainHttp'],
    ['openRemote', () => remote({ cwd: '/', password: 'x' }), 'password', 'credentials'],
    ['open', () => store({ credentials: () => undefined }), 'credentials', 'auth'],
    ['open', () => store({ autopull: 'never' }), 'autopull', 'autoPull'],
    ['open', () => store({ cachDir: '/tmp' }), 'cachDir', 'cacheDir'],
    ['dockerCredentials', () => docker({ helperTimeout: 1 }), 'helperTimeout', 'helperTimeoutMs'],
  ])('%s (%#)', async (name, call, given, meant) => {
    await expect(called(call)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `${name} has no option "${given}".`,
      hint: expect.stringMatching(
        `^Did you mean "${meant}"\\? The options of ${name} are .*${meant}`,
      ),
    });
  });

  test.each(['nothingLikeIt', '__proto__x', 'constructor', 'x'.repeat(100_000)])(
    'or with all of them',
    async (key) => {
      await expect(called(() => remote({ cwd: '/', [key]: 1 }))).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        hint: expect.stringMatching(/^The options of openRemote are cwd, credentials/),
      });
    },
  );
});

describe('an option of another kind is refused', () => {
  test.each<[string, () => unknown]>([
    ['"credentials"', () => remote({ cwd: '/', credentials: { username: 'a', password: 'b' } })],
    ['"cwd"', () => remote({ cwd: '' })],
    ['"cwd"', () => remote({ cwd: new URL('file:///tmp') })],
    ['"retry.attempts"', () => remote({ cwd: '/', retry: { ...DEFAULT_POLICY, attempts: 0 } })],
    ['"retry.attempts"', () => remote({ cwd: '/', retry: { attempts: 1.5 } })],
    ['"retry.baseMs"', () => remote({ cwd: '/', retry: { baseMs: Number.NaN } })],
    ['"retry.maxMs"', () => remote({ cwd: '/', retry: { maxMs: -1 } })],
    ['"retry.clock.now"', () => remote({ cwd: '/', retry: { clock: {} } })],
    ['"retry.maxTries"', () => remote({ cwd: '/', retry: { maxTries: 3 } })],
    ['"timeouts.read"', () => remote({ cwd: '/', timeouts: { read: 3 } })],
    [
      '"timeouts.body"',
      () => remote({ cwd: '/', timeouts: { connect: 1, headers: 1, body: '1' } }),
    ],
    ['"signal"', () => remote({ cwd: '/', signal: new AbortController() })],
    ['"auth"', () => store({ auth: 'me:secret' })],
    ['"plainHttp"', () => store({ plainHttp: 'yes' })],
    ['not an object', () => remote([])],
    ['not an object', () => remote(null)],
    ['not an object', () => store('latest')],
  ])('%s (%#)', async (what, call) => {
    await expect(called(call)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(what),
      hint: expect.stringContaining('The options of'),
    });
  });

  test('and no secret in its place is shown', async () => {
    const call = called(() => store({ auth: 'me:secret' }));
    await expect(call).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
  });
});

describe('timeouts', () => {
  const names = ['connect', 'headers', 'body', 'source'];
  const wrong = [Number.POSITIVE_INFINITY, Number.NaN, -1, 0, 0.5, 1e12, '1000', null];

  test.each(names.flatMap((name) => wrong.map((value) => [name, value] as const)))(
    '%s is not %p',
    async (name, value) => {
      await expect(called(() => remote({ cwd: '/', timeouts: { [name]: value } })))
        .rejects //
        .toMatchObject({
          code: 'INVALID_INPUT',
          message: `The option "timeouts.${name}" of openRemote: it must be milliseconds, from 1 to 86400000, which is a day.`,
        });
    },
  );
});

describe('withDefaults', () => {
  test('fills in what is absent or undefined, and nothing else', () => {
    const defaults: { a: number | null; b: number; c: string } = { a: 1, b: 2, c: '3' };
    expect(withDefaults({}, defaults)).toEqual(defaults);
    expect(withDefaults({ a: null, b: undefined, c: '' }, defaults)).toEqual({
      a: null,
      b: 2,
      c: '',
    });
  });

  test.each([
    { retry: { attempts: 2 } },
    { retry: {}, timeouts: {} },
    { retry: undefined, timeouts: undefined },
    { timeouts: { connect: 1 } },
    { timeouts: { connect: undefined, source: 86_400_000 } },
    { retry: { maxTotalWaitMs: Number.POSITIVE_INFINITY } },
  ])('lets openRemote have a part of them: %j', async (options) => {
    const opened = openRemote('localhost:1/demo', { cwd: '/', ...options });
    await opened.close();
  });
});

test('openRemote needs no options: a folder is relative to that of the process', async () => {
  const name = `.nothing-${randomUUID()}`;
  const remote = openRemote(`oci:${name}`);
  await expect(remote.getBlob({ digest: digestOf('x'), size: 1 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining(join(process.cwd(), name)),
  });
});
