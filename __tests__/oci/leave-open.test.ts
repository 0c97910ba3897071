import { expect, test } from '@jest/globals';

import { useChildren } from '../support/child.ts';
import { useRawServers } from './raw-servers.ts';
import { answer } from './servers.ts';

const servers = useRawServers();
const start = useChildren();

/** Less than any time for which connections are kept or waited for. */
const SOON_MS = 2500;

test.each(['close', 'leave'])('nothing keeps a process that is done (%s)', async (ending) => {
  const { host } = await servers.http((request, response) => {
    const { method, url = '' } = request;
    if (method === 'POST') answer(response, 202, { location: url });
    else if (method === 'GET') answer(response, 200, {}, Buffer.alloc(8 * 1024 * 1024));
    else if (!url.includes('/stall/')) {
      request.resume().on('end', () => {
        answer(response, 201);
      });
    }
  });
  const child = start(new URL('leave-open.ts', import.meta.url), [host, ending]);
  expect(await child.line()).toBe('enough');
  const before = performance.now();
  // Whatever was rejected and caught by nobody would have ended it in another way.
  expect(await child.end()).toEqual({ code: 0, stderr: '' });
  expect(performance.now() - before).toBeLessThan(SOON_MS);
});
