import { describe, expect, test } from '@jest/globals';

import { isLoopback, isNearby, mayGoOn, shownUrl } from '../../src/oci/origin.ts';

describe('a host', () => {
  test.each([
    'http://localhost:5000',
    'http://LOCALHOST',
    'http://localhost.',
    'http://127.0.0.1',
    'http://127.200.3.4:5000',
    'http://2130706433',
    'http://[::1]:5000',
    'http://[::ffff:127.0.0.1]',
  ])('%s is this machine', (url) => {
    expect(isLoopback(new URL(url))).toBe(true);
    expect(isNearby(new URL(url))).toBe(true);
  });

  test.each([
    'http://localhost.example',
    'http://127.0.0.1.example',
    'http://128.0.0.1',
    'http://example.com/127.0.0.1',
    'http://127.0.0.1@example.com',
    'http://[::2]',
    // In the clear, and past a proxy, goes only what surely stays here.
    'http://foo.localhost',
    'http://[::127.0.0.1]',
    'http://[64:ff9b::127.0.0.1]',
  ])('%s is another one', (url) => {
    expect(isLoopback(new URL(url))).toBe(false);
  });

  test.each([
    ['http://10.1.2.3', true],
    ['http://172.16.0.1', true],
    ['http://172.32.0.1', false],
    ['http://192.168.1.1', true],
    ['http://169.254.169.254', true],
    ['http://0.0.0.0', true],
    ['http://[fd00::2]', true],
    ['http://[fe80::1]', true],
    ['http://[2001:db8::1]', false],
    ['http://100.100.100.200', true],
    ['http://100.128.0.1', false],
    ['http://[64:ff9b::10.0.0.1]', true],
    ['http://[64:ff9b::169.254.169.254]', true],
    ['http://[64:ff9b::127.0.0.1]', true],
    ['http://[64:ff9b::8.8.8.8]', false],
    ['http://[64:ff9b:1::8.8.8.8]', true],
    ['http://[64:ff9b:2::10.0.0.1]', false],
    ['http://[::10.0.0.1]', true],
    ['http://[::127.0.0.1]', true],
    ['http://[::8.8.8.8]', false],
    ['http://[::ffff:10.0.0.1]', true],
    ['http://[::ffff:8.8.8.8]', false],
    ['http://[2002:a00:1::1]', true],
    ['http://[2002:ac10:1::]', true],
    ['http://[2002:ac20:1::]', false],
    ['http://[2002:808:808::]', false],
    ['http://[fec0::1]', true],
    ['http://foo.localhost', true],
    ['http://foo.LOCALHOST.:5000', true],
    ['http://foolocalhost', false],
    ['http://localhost.example', false],
    ['http://8.8.8.8', false],
    ['http://registry.example', false],
  ])('%s means something near this machine only: %s', (url, expected) => {
    expect(isNearby(new URL(url))).toBe(expected);
  });
});

describe('what is meant for one address', () => {
  test.each([
    ['https://ghcr.io/v2/', 'https://cdn.example/blob'],
    ['http://localhost:5000/v2/', 'https://cdn.example/blob'],
    ['http://registry.example/v2/', 'https://cdn.example/blob'],
    ['http://localhost:5000/v2/', 'http://localhost:5000/upload'],
    ['http://localhost:5000/v2/', 'http://127.0.0.1:5001/upload'],
    ['http://registry.example:5000/v2/', 'http://registry.example:5000/upload'],
    ['http://registry.example/v2/', 'http://registry.example:80/upload'],
  ])('may go on: %s to %s', (from, to) => {
    expect(mayGoOn(new URL(from), new URL(to))).toBe(true);
  });

  test.each([
    ['https://ghcr.io/v2/', 'http://ghcr.io/v2/'],
    ['https://ghcr.io/v2/', 'http://localhost/upload'],
    ['https://localhost/v2/', 'http://localhost/upload'],
    ['http://localhost:5000/v2/', 'http://registry.example/upload'],
    ['http://registry.example:5000/v2/', 'http://registry.example:5001/upload'],
    ['http://registry.example/v2/', 'http://other.example/upload'],
    ['http://registry.example/v2/', 'http://localhost:6379/'],
    ['http://localhost/v2/', 'file:///etc/passwd'],
    ['http://localhost/v2/', 'data:,x'],
    ['http://localhost/v2/', 'ftp://localhost/x'],
  ])('may not go on: %s to %s', (from, to) => {
    expect(mayGoOn(new URL(from), new URL(to))).toBe(false);
  });
});

test('an address is shown without its secrets', () => {
  const url = new URL('https://user:pass@cdn.example/a/b?signature=secret#part');
  expect(shownUrl(url)).toBe('https://cdn.example/a/b?...');
});
