import { describe, expect, test } from '@jest/globals';

import { connectionError } from '../../src/oci/connection-error.ts';
import { openRemote } from '../../src/oci/open.ts';
import { fastPolicy } from './clock.ts';
import { useRawServers } from './raw-servers.ts';

const servers = useRawServers();

test('a server that does not speak TLS is asked once, and the hint says what can be done', async () => {
  const starts: number[] = [];
  const { host } = await servers.tcp((socket) => {
    socket.once('data', (chunk) => {
      starts.push(chunk[0] ?? 0);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
  });
  // Still this machine, but by a name that does not say so.
  const elsewhere = host.replace('127.0.0.1', '0.0.0.0');
  const remote = openRemote(`${elsewhere}/demo`, { cwd: '/', retry: fastPolicy() });
  await expect(remote.resolve('main')).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: `The connection to ${elsewhere} failed: wrong version number.`,
    hint: expect.stringMatching(/does not speak TLS.*plainHttp.*--plain-http/),
  });
  // What a TLS handshake begins with.
  expect(starts).toEqual([0x16]);
  await remote.close();
});

test.each([
  ['ENOTFOUND', 'UNREACHABLE', false, /spelling/],
  ['ECONNREFUSED', 'UNREACHABLE', false, /Nothing listens/],
  ['ECONNRESET', 'UNREACHABLE', true, /can be reached/],
  ['EPIPE', 'UNREACHABLE', true, /can be reached/],
  ['EAI_AGAIN', 'UNREACHABLE', true, /can be reached/],
  ['UND_ERR_SOCKET', 'UNREACHABLE', true, /can be reached/],
  ['UND_ERR_DESTROYED', 'UNREACHABLE', false, /can be reached/],
  ['ETIMEDOUT', 'TIMEOUT', true, /try later/],
  ['UND_ERR_BODY_TIMEOUT', 'TIMEOUT', true, /try later/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'UNREACHABLE', false, /NODE_EXTRA_CA_CERTS/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNREACHABLE', false, /NODE_EXTRA_CA_CERTS/],
  ['CERT_HAS_EXPIRED', 'UNREACHABLE', false, /clock of this machine.*renewed/],
  ['CERT_NOT_YET_VALID', 'UNREACHABLE', false, /clock of this machine/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'UNREACHABLE', false, /Use a name that the certificate has/],
  ['EPROTO', 'UNREACHABLE', false, /does not speak TLS/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'UNREACHABLE', false, /does not speak TLS/],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'UNREACHABLE', false, /does not speak TLS/],
])('%s is %s; it may pass: %s', (code, expected, transient, hint) => {
  const cause = Object.assign(new Error('it failed'), { code });
  const error = connectionError(cause, new URL('https://ghcr.io/v2/'));
  expect(error).toMatchObject({ code: expected, transient, cause });
  expect(error.hint).toMatch(hint);
  expect(error.hint).toContain('ghcr.io');
});

test.each([
  ['UND_ERR_CONNECT_TIMEOUT', 'ghcr.io took no connection within 10.0 s.'],
  ['UND_ERR_HEADERS_TIMEOUT', 'ghcr.io did not begin to answer within 30.0 s.'],
  ['UND_ERR_BODY_TIMEOUT', 'ghcr.io began to answer, and did not go on within 2 min 0 s.'],
  ['ETIMEDOUT', 'ghcr.io did not answer in time.'],
])('%s says what was waited for, and how long', (code, message) => {
  const cause = Object.assign(new Error('Headers Timeout Error'), { code });
  const limits = { connect: 10_000, headers: 30_000, body: 120_000 };
  const error = connectionError(cause, new URL('https://ghcr.io/v2/'), { limits });
  expect(error.message).toBe(message);
  expect(error.hint).toMatch(/timeouts and retry, options of openRemote/);
});

test('an error without a message is shown by its code', () => {
  const cause = Object.assign(new AggregateError([]), { code: 'EHOSTUNREACH' });
  const { message } = connectionError(cause, new URL('https://ghcr.io/v2/'));
  expect(message).toBe('The connection to ghcr.io failed: EHOSTUNREACH.');
});

describe('a certificate for other names', () => {
  const messageFor = (cert: unknown): string => {
    const details = { code: 'ERR_TLS_CERT_ALTNAME_INVALID', host: 'ghcr.io', cert };
    const cause = Object.assign(new Error('Hostname/IP does not match'), details);
    return connectionError(cause, new URL('https://ghcr.io/v2/')).message;
  };

  test.each<[unknown, string]>([
    [{ subjectaltname: 'DNS:a.example, DNS:*.b.example' }, 'it is for a.example, *.b.example.'],
    [{ subjectaltname: 'IP Address:192.0.2.1', subject: { CN: 'x' } }, 'it is for 192.0.2.1.'],
    [
      { subjectaltname: Array.from({ length: 9 }, (_, n) => `DNS:h${String(n)}`).join(', ') },
      'it is for h0, h1, h2, h3, h4, and 4 more.',
    ],
    [{ subject: { CN: 'registry.test' } }, 'it is for registry.test.'],
    [{ subject: { CN: 'a\n::error::b' } }, 'it is for a : :error: :b.'],
    [{ subjectaltname: 7, subject: null }, 'it has no name.'],
    [undefined, 'it has no name.'],
  ])('%j', (cert, told) => {
    expect(messageFor(cert)).toBe(
      `The connection to ghcr.io failed: its certificate is not for ghcr.io; ${told}`,
    );
  });
});
