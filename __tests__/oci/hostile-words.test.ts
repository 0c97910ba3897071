import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { describeError } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { fastPolicy } from './clock.ts';
import { answer, useServers } from './servers.ts';

const startServer = useServers();

/** What a terminal takes for a command, and what a runner does. */
const WORDS = '\u009b31m ::error::a ##[error]b';
const BLOB = { digest: digestOf('abc'), size: 3 };

describe('what a registry writes is shown without what is a command', () => {
  test.each<[string, number, Record<string, string>, (remote: Remote) => Promise<unknown>]>([
    [
      'a media type',
      200,
      { 'content-type': `text/x ${WORDS}` },
      (remote) => remote.getManifest('main'),
    ],
    ['an encoding', 200, { 'content-encoding': WORDS }, (remote) => remote.getBlob(BLOB)],
    [
      'a range',
      206,
      { 'content-range': WORDS },
      (remote) => remote.getBlobRange(BLOB, { offset: 0, length: 1 }),
    ],
    [
      'a realm',
      401,
      { 'www-authenticate': `Bearer realm="${WORDS}"` },
      (remote) => remote.resolve('main'),
    ],
  ])('%s', async (_, status, headers, call) => {
    const server = await startServer((_seen, response) => {
      answer(response, status, headers);
    });
    const remote = openRemote(`${server.host}/demo`, {
      cwd: '/',
      retry: fastPolicy(),
      credentials: () => undefined,
    });
    const error: unknown = await call(remote).catch((reason: unknown) => reason);
    const shown = describeError(error);
    expect(shown).toContain('31m : :error: :a # #[error]b');
    expect(shown).not.toMatch(/\p{C}|::error|##\[/u);
  });
});
