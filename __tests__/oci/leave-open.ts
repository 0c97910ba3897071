/*
 * Uses a remote in ways that leave something half done, says so in a line, and ends by itself if
 * nothing keeps it: no connection, no timer.
 *
 * Usage: node leave-open.ts HOST close|leave
 */
import { openRemote } from '../../src/oci/open.ts';
import { DEFAULT_POLICY } from '../../src/oci/retry.ts';
import { digestOfSource, madeUp } from './blob-sources.ts';

const [host = '', ending] = process.argv.slice(2);
const options = {
  cwd: '/',
  credentials: () => undefined,
  retry: { ...DEFAULT_POLICY, attempts: 2, baseMs: 1 },
};
const remote = openRemote(`${host}/demo`, options);
const stalling = openRemote(`${host}/stall`, options);

const source = madeUp(8 * 1024 * 1024);
const digest = await digestOfSource(source);
await remote.putBlob(digest, source);
// Left in the middle.
for await (const piece of remote.getBlobStream({ digest, size: source.size })) {
  if (piece.byteLength > 0) break;
}
// Never begun.
remote.getBlobStream({ digest, size: source.size });
// Ended from outside, while the server does not take it.
const controller = new AbortController();
const put = stalling.putBlob(digest, madeUp(64 * 1024 * 1024), controller);
setTimeout(() => {
  controller.abort(new Error('enough'));
}, 100);
const outcome = await put.then(
  () => 'stored',
  (error: unknown) => (error as Error).message,
);
if (ending === 'close') await Promise.all([remote.close(), stalling.close()]);
console.log(outcome);
