import { describe, expect, test } from '@jest/globals';

import { ResponseError } from '../../src/oci/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import { parseRetryAfter, retryAfterInText } from '../../src/oci/retry-after.ts';
import { Patience, type RetryPolicy, SYSTEM_CLOCK, retrying } from '../../src/oci/retry.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { fakeClock, fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();

async function open(
  handler: Handler,
  policy: RetryPolicy = fastPolicy(),
): Promise<[Remote, Server]> {
  const server = await startServer(handler);
  return [openRemote(`${server.host}/demo`, { cwd: '/', retry: policy }), server];
}

/** Answers with these statuses, one after another, and then with 404. */
function failing(...statuses: (number | 'reset')[]): Handler {
  return (_, response, request) => {
    const status = statuses.shift() ?? 404;
    if (status === 'reset') request.socket.resetAndDestroy();
    else answer(response, status);
  };
}

function errorOf(status: number, retryAfterMs: number): ResponseError {
  return new ResponseError('REMOTE', 'no', { status, problems: [], retryAfterMs });
}

function failWith(status: number, retryAfterMs: number): () => Promise<never> {
  return () => Promise.reject(errorOf(status, retryAfterMs));
}

describe('a request', () => {
  test.each([408, 429, 500, 502, 503, 504, 'reset'] as const)(
    'is sent again after %s',
    async (status) => {
      const [remote, server] = await open(failing(status, status));
      expect(await remote.resolve('main')).toBeUndefined();
      expect(server.seen).toHaveLength(3);
      expect(remote.stats.requests).toBe(3);
    },
  );

  test.each([400, 403, 409, 412, 413, 501, 505, 507])(
    'is not sent again after %i',
    async (status) => {
      const [remote, server] = await open(failing(status));
      await expect(remote.resolve('main')).rejects.toMatchObject({ status });
      expect(server.seen).toHaveLength(1);
    },
  );

  test('is given up after five tries, with growing waits', async () => {
    const clock = fakeClock();
    const [remote, server] = await open(failing(...Array<number>(9).fill(503)), fastPolicy(clock));
    await expect(remote.resolve('main')).rejects.toMatchObject({
      code: 'REMOTE',
      message: expect.stringContaining('503'),
    });
    expect(server.seen).toHaveLength(5);
    expect(clock.waits).toEqual([500, 1000, 2000, 4000]);
  });

  test('tells of each wait, with what failed and which try is next', async () => {
    const events: unknown[] = [];
    const server = await startServer(failing(503, 'reset'));
    const remote = openRemote(`${server.host}/demo`, {
      cwd: '/',
      retry: fastPolicy(),
      observer: (event) => events.push(event),
    });
    await remote.resolve('main');
    expect(events).toEqual([
      {
        kind: 'retry',
        message: `HEAD ${server.origin}/v2/demo/manifests/main answered 503. Trying again in 0.50 s (2 of 5).`,
        attempt: 2,
        attempts: 5,
        waitMs: 500,
      },
      {
        kind: 'retry',
        message: expect.stringMatching(
          /^The connection to .+ failed: .+ Trying again in 1\.0 s \(3 of 5\)\.$/,
        ),
        attempt: 3,
        attempts: 5,
        waitMs: 1000,
      },
    ]);
  });

  test('that is not made again is told of by its error alone', async () => {
    const events: unknown[] = [];
    const server = await startServer(failing(400));
    const remote = openRemote(`${server.host}/demo`, {
      cwd: '/',
      retry: fastPolicy(),
      observer: (event) => events.push(event),
    });
    await expect(remote.resolve('main')).rejects.toMatchObject({ status: 400 });
    expect(events).toEqual([]);
  });

  test('waits for a random part of that, half at least', async () => {
    const clock = { ...fakeClock(), random: () => 0 };
    const [remote] = await open(failing(503, 503), fastPolicy(clock));
    await remote.resolve('main');
    expect(clock.waits).toEqual([250, 500]);
  });

  test.each([
    ['seconds', '7', 7000],
    ['a date', new Date(Date.now() + 30_000).toUTCString(), 30_000],
  ])('waits as long as the server asks, in %s', async (_, value, expected) => {
    const clock = fakeClock();
    const statuses = [429];
    const [remote] = await open((_seen, response) => {
      const status = statuses.shift() ?? 404;
      answer(response, status, status === 429 ? { 'retry-after': value } : {});
    }, fastPolicy(clock));
    await remote.resolve('main');
    expect(clock.waits).toHaveLength(1);
    expect(Math.abs((clock.waits[0] ?? 0) - expected)).toBeLessThan(2000);
  });

  test.each([
    ['a clock behind ours', -3600, 7, 7000],
    ['a clock ahead of ours', 3600, 7, 7000],
    ['a moment that is over', 0, -60, 0],
  ])('goes by the clock of the server: %s', async (_, ahead, wait, expected) => {
    const clock = { ...fakeClock(), random: () => 0 };
    const date = (seconds: number): string =>
      new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toUTCString();
    let first = true;
    const [remote] = await open((_seen, response) => {
      const headers = { date: date(ahead), 'retry-after': date(ahead + wait) };
      if (first) answer(response, 503, headers);
      else answer(response, 404);
      first = false;
    }, fastPolicy(clock));
    await remote.resolve('main');
    expect(clock.waits).toHaveLength(1);
    // Without a wait that was asked for, it is the usual one.
    const usual = 250;
    expect(Math.abs((clock.waits[0] ?? 0) - Math.max(expected, usual))).toBeLessThanOrEqual(1000);
  });

  test('comes back a little later than asked, so that not all come back at once', async () => {
    const waits = await Promise.all(
      [0, 0.5, 1].map(async (chance) => {
        const clock = { ...fakeClock(), random: () => chance };
        await expect(retrying(fastPolicy(clock), undefined, failWith(429, 7000))).rejects.toThrow();
        return clock.waits[0];
      }),
    );
    expect(waits).toEqual([7000, 7250, 7500]);
  });

  test('does not wait longer than three minutes in all', async () => {
    const clock = fakeClock();
    await expect(
      retrying(fastPolicy(clock), undefined, failWith(429, 80_000)),
    ).rejects.toMatchObject({ status: 429 });
    expect(clock.waits).toEqual([80_500, 80_500]);
  });

  test('waits anew where something was achieved meanwhile', async () => {
    const clock = fakeClock();
    const patience = new Patience(fastPolicy(clock), undefined);
    for (let count = 0; count < 10; count += 1) {
      await patience.after(errorOf(429, 80_000));
      patience.renew();
    }
    expect(clock.waits).toHaveLength(10);
  });

  test('does not wait for hours', async () => {
    const clock = fakeClock();
    const [remote, server] = await open((_, response) => {
      answer(response, 429, { 'retry-after': '3600' });
    }, fastPolicy(clock));
    await expect(remote.resolve('main')).rejects.toMatchObject({ status: 429 });
    expect(server.seen).toHaveLength(1);
    expect(clock.waits).toEqual([]);
  });

  test("is sent again after GitHub's 403 for bursts, but after no other 403", async () => {
    let first = true;
    const [remote, server] = await open((_, response) => {
      const message = 'You have exceeded a secondary rate limit.';
      if (first) answer(response, 403, {}, JSON.stringify({ message }));
      else answer(response, 404);
      first = false;
    });
    expect(await remote.listTags()).toEqual([]);
    expect(server.seen).toHaveLength(2);
  });

  test('is sent again after a 403 that names a wait: HEAD has no body to say why', async () => {
    const clock = fakeClock();
    let first = true;
    const [remote, server] = await open((_, response) => {
      if (first) answer(response, 403, { 'retry-after': '3' });
      else answer(response, 404);
      first = false;
    }, fastPolicy(clock));
    expect(await remote.resolve('main')).toBeUndefined();
    expect(server.seen.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
    expect(clock.waits).toEqual([3500]);
  });

  test('is not waited for once it is aborted', async () => {
    const [remote] = await open(failing(...Array<number>(9).fill(503)), {
      ...fastPolicy(SYSTEM_CLOCK),
      baseMs: 60_000,
      maxMs: 60_000,
    });
    const start = performance.now();
    const signal = AbortSignal.timeout(100);
    await expect(remote.resolve('main', { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('to nobody fails at once, and the hint names the host', async () => {
    const { host } = await startServer(() => undefined);
    const unused = host.replace(/\d+$/, '1');
    const clock = fakeClock();
    const remote = openRemote(`${unused}/demo`, { cwd: '/', retry: fastPolicy(clock) });
    await expect(remote.resolve('main')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      hint: expect.stringContaining(unused),
    });
    expect(clock.waits).toEqual([]);
  });

  test('that is never answered ends in TIMEOUT', async () => {
    const server = await startServer(() => undefined);
    const remote = openRemote(`${server.host}/demo`, {
      cwd: '/',
      retry: { ...fastPolicy(), attempts: 2 },
      timeouts: { connect: 1000, headers: 200, body: 200 },
    });
    await expect(remote.resolve('main')).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(
        new RegExp(
          `^${server.host} did not begin to answer within 0\\.20 s\\. Tried 2 times in .* s\\.$`,
        ),
      ),
    });
    expect(server.seen).toHaveLength(2);
  });
});

test('a sleep longer than timers can be is still one', async () => {
  const start = performance.now();
  await expect(SYSTEM_CLOCK.sleep(2 ** 40, AbortSignal.timeout(50))).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  expect(performance.now() - start).toBeGreaterThan(40);
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  test.each([
    ['0', 0],
    [' 12 ', 12_000],
    ['007', 7000],
    ['1.5', 1500],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Thursday, 01-Jan-26 00:00:05 GMT', 5000],
    ['Thu Jan  1 00:00:05 2026', 5000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59) - now],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
    ['-5000000000000', undefined],
    ['+5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['5s', undefined],
    ['2027', 2_027_000],
    ['2027-01-01', undefined],
    ['5, 6', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  test.each([
    ['toomanyrequests: retry-after: 182.345µs, allowed: 2000/minute', 1],
    ['retry-after: 10.3ms', 11],
    ['Retry-After: 3s', 3000],
    ['retry-after: 2m', 120_000],
    ['retry-after: 1m30.5s', 90_500],
    ['retry-after: 1h0m1s', 3_601_000],
    ['retry-after: 999ns', 1],
    ['retry-after: -3s', undefined],
    ['retry-after: 5 parsecs', undefined],
    ['retry-after: 5parsecs', undefined],
    ['nothing of the kind', undefined],
  ])('in the text %j', (text, expected) => {
    expect(retryAfterInText(text)).toBe(expected);
  });
});
