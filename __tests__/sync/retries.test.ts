import { expect, test } from '@jest/globals';

import type { Observed } from '../../src/observe.ts';
import { AutoPull, open } from '../../src/sync/open.ts';
import { answer, useServers } from '../oci/servers.ts';
import { useTempDirs } from '../support/temp.ts';

const startServer = useServers();
const tempDir = useTempDirs();

test('who opens a store hears of a request that is made again', async () => {
  let requests = 0;
  const { host } = await startServer((_, response) => {
    requests += 1;
    answer(response, requests === 1 ? 503 : 404);
  });
  const events: Observed[] = [];
  const store = await open('demo', {
    cacheDir: tempDir(),
    remote: `${host}/demo`,
    auth: () => undefined,
    autoPull: AutoPull.Always,
    observer: (event) => events.push(event),
  });
  await store.close();
  expect(events).toEqual([expect.objectContaining({ kind: 'retry', attempt: 2, attempts: 5 })]);
});
