import { describe, expect, test } from '@jest/globals';

import { dockerCredentials } from '../src/oci/docker-credentials.ts';
import { openRemote } from '../src/oci/open.ts';
import { DEFAULT_POLICY } from '../src/oci/retry.ts';
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
  const withoutClock = { ...DEFAULT_POLICY, clock: undefined };

  test.each<[string, () => unknown]>([
    ['"credentials"', () => remote({ cwd: '/', credentials: { username: 'a', password: 'b' } })],
    ['"cwd"', () => remote({})],
    ['"retry.attempts"', () => remote({ cwd: '/', retry: { ...DEFAULT_POLICY, attempts: 0 } })],
    ['"retry.clock"', () => remote({ cwd: '/', retry: withoutClock })],
    [
      '"timeouts.body"',
      () => remote({ cwd: '/', timeouts: { connect: 1, headers: 1, body: '1' } }),
    ],
    ['"signal"', () => remote({ cwd: '/', signal: new AbortController() })],
    ['"auth"', () => store({ auth: 'me:secret' })],
    ['"plainHttp"', () => store({ plainHttp: 'yes' })],
    ['not an object', () => remote(undefined)],
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
