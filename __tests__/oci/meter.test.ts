import { randomBytes } from 'node:crypto';

import { expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { sourceOf } from './blob-sources.ts';
import { fastPolicy } from './clock.ts';
import { type Handler, answer, useServers } from './servers.ts';

const startServer = useServers();
const BYTES = randomBytes(400_000);
const HALF = 200_000;
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };

async function open(handler: Handler): Promise<Remote> {
  const { host } = await startServer(handler);
  return openRemote(`${host}/demo`, { cwd: '/', retry: fastPolicy() });
}

test('bytes that come twice are counted twice', async () => {
  let count = 0;
  const remote = await open((_, response, request) => {
    count += 1;
    if (count > 1) answer(response, 200, {}, BYTES);
    else {
      response.writeHead(200, { 'content-length': BYTES.byteLength });
      response.write(BYTES.subarray(0, HALF), () => request.socket.end());
    }
  });
  expect(BYTES.equals(await remote.getBlob(BLOB))).toBe(true);
  const { requests, downloadedBytes, uploadedBytes } = remote.stats;
  expect([requests, downloadedBytes, uploadedBytes]).toEqual([2, HALF + BLOB.size, 0]);
});

test('bytes that are sent twice are counted twice, redirects are requests', async () => {
  const remote = await open(({ method, path }, response) => {
    if (method === 'POST') answer(response, 202, { location: '/upload' });
    else if (path.startsWith('/upload')) answer(response, 307, { location: '/storage' });
    else answer(response, 201);
  });
  await remote.putBlob(BLOB.digest, sourceOf([BYTES]));
  const { requests, downloadedBytes, uploadedBytes } = remote.stats;
  expect([requests, downloadedBytes, uploadedBytes]).toEqual([3, 0, 2 * BLOB.size]);
});

test('bytes that nobody reads are not counted', async () => {
  const remote = await open((_, response) => {
    answer(response, 200, {}, BYTES);
  });
  for await (const piece of remote.getBlobStream(BLOB)) if (piece.byteLength > 0) break;
  expect(remote.stats.requests).toBe(1);
  expect(remote.stats.downloadedBytes).toBeGreaterThan(0);
  expect(remote.stats.downloadedBytes).toBeLessThan(BLOB.size);
});

test('what a source does not come to give is not counted', async () => {
  const remote = await open(({ method }, response) => {
    answer(response, method === 'POST' ? 202 : 201, { location: '/upload' });
  });
  const pieces = [BYTES.subarray(0, HALF), BYTES.subarray(HALF)];
  const put = remote.putBlob(digestOf('else'), sourceOf(pieces));
  await expect(put).rejects.toMatchObject({ code: 'INTEGRITY' });
  expect(remote.stats.uploadedBytes).toBeLessThanOrEqual(HALF);
});
