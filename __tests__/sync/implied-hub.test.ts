import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { AutoPull, open } from '../../src/sync/open.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

// Nothing is asked of Docker Hub.
const before = process.env['HTTPS_PROXY'];
beforeEach(() => {
  process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1';
});
afterEach(() => {
  if (before === undefined) delete process.env['HTTPS_PROXY'];
  else process.env['HTTPS_PROXY'] = before;
});

test.each(['w/reg', 'w/reg:tag'])(
  '%s, which may be meant as a folder, is said to be at Docker Hub',
  async (remote) => {
    const options = { cacheDir: tempDir(), remote, auth: () => undefined };
    const hint = expect.stringMatching(
      `"${remote}" has no host, and so means one at Docker Hub\\. Write HOST/${remote} for another registry, or oci:${remote} for`,
    );
    await using store = await open('x', options);
    await store.put('a', 'a');
    await expect(store.push()).rejects.toMatchObject({ code: 'UNREACHABLE', hint });
    await expect(store.pull()).rejects.toMatchObject({ code: 'UNREACHABLE', hint });
    await expect(open('y', { ...options, autoPull: AutoPull.Always })).rejects.toMatchObject({
      hint,
    });
  },
);

test('who names Docker Hub is not told so', async () => {
  const options = { cacheDir: tempDir(), remote: 'docker.io/w/reg', auth: () => undefined };
  await using store = await open('x', options);
  await expect(store.pull()).rejects.toMatchObject({
    hint: expect.not.stringContaining('has no host'),
  });
});
