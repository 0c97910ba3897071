import { describe, expect, test } from '@jest/globals';

import { proxiesOf, proxyFor } from '../../src/oci/proxies.ts';

describe('the variables of proxies', () => {
  test.each([
    [{}, '', ''],
    [{ HTTP_PROXY: '', https_proxy: ' ' }, '', ''],
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, '', 'http://proxy.example:3128/'],
    [
      { https_proxy: 'https://a.example', HTTPS_PROXY: 'http://b.example' },
      '',
      'https://a.example/',
    ],
    [{ https_proxy: '', HTTPS_PROXY: 'http://b.example' }, '', ''],
    [{ http_proxy: 'proxy.example:3128' }, 'http://proxy.example:3128/', ''],
    [{ HTTP_PROXY: '10.0.0.1' }, 'http://10.0.0.1/', ''],
    [{ HTTPS_PROXY: 'me:p%40ss@proxy.example' }, '', 'http://me:p%40ss@proxy.example/'],
    [{ HTTPS_PROXY: 'socks5://proxy.example:1080' }, '', 'socks5://proxy.example:1080'],
  ])('%j', (env, httpProxy, httpsProxy) => {
    expect(proxiesOf(env)).toEqual({ httpProxy, httpsProxy, noProxy: '' });
  });

  test.each([
    'no address',
    'ftp://proxy.example',
    'file:///etc/passwd',
    'http://',
    'http://proxy.example:99999',
    'http://me:secret%zz@proxy.example',
    'me:sec/ret@proxy.example',
  ])('are refused where they hold something else, which is not shown: %s', (HTTPS_PROXY) => {
    expect(() => proxiesOf({ HTTPS_PROXY })).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: 'The variable HTTPS_PROXY holds no address of a proxy.',
        hint: expect.stringContaining('http://proxy.example:3128'),
      }),
    );
  });
});

describe('an address is asked', () => {
  const env = { HTTPS_PROXY: 'http://tls.example', HTTP_PROXY: 'http://clear.example' };
  const way = (url: string, more: Record<string, string> = {}): string | undefined =>
    proxyFor(new URL(url), proxiesOf({ ...env, ...more }))?.host;

  test.each([
    ['https://ghcr.io/v2/', 'tls.example'],
    ['http://ghcr.io/v2/', 'clear.example'],
    ['http://127.0.0.1:5000/', undefined],
    ['https://[::1]/', undefined],
    ['https://localhost/', undefined],
  ])('%s by way of %s', (url, proxy) => {
    expect(way(url)).toBe(proxy);
  });

  test('by the proxy of http where there is none for TLS', () => {
    expect(way('https://ghcr.io/', { HTTPS_PROXY: '' })).toBe('clear.example');
    expect(way('https://ghcr.io/', { HTTPS_PROXY: '', HTTP_PROXY: '' })).toBeUndefined();
  });

  test.each([
    ['https://a.example/', 'a.example', true],
    ['https://A.example./', ' b.example, a.EXAMPLE. ', true],
    ['https://x.a.example/', 'a.example', true],
    ['https://xa.example/', 'a.example', false],
    ['https://a.example/', '.a.example', true],
    ['https://x.a.example/', '*.a.example', true],
    ['https://a.example/', '*.a.example', false],
    ['https://a.example/', '*', true],
    ['https://a.example/', 'none.invalid *', true],
    ['https://a.example/', '*:80', false],
    ['https://a.example:8443/', 'a.example:8443', true],
    ['https://a.example/', 'a.example:8443', false],
    ['https://a.example/', 'a.example:443', true],
    ['http://a.example/', 'a.example:80', true],
    ['https://10.1.2.3/', '10.1.2.3', true],
    ['https://10.1.2.3:5000/', '10.1.2.3:5000', true],
    ['https://10.1.2.3/', '2.3', false],
    ['https://10.1.2.3:5000/', '10.0.0.0/8', true],
    ['https://11.1.2.3/', '10.0.0.0/8', false],
    ['https://192.0.2.130/', '10.0.0.0/8,192.0.2.128/25', true],
    ['https://192.0.2.127/', '192.0.2.128/25', false],
    ['https://10.1.2.3/', '0.0.0.0/0', true],
    ['https://10.1.2.3/', '10.0.0.0/33', false],
    ['https://10.1.2.3/', 'ten.example/8', false],
    ['https://a.example/', '0.0.0.0/0', false],
    ['https://[2001:db8::1]/', '2001:db8::1', true],
    ['https://[2001:db8::1]/', '2001:db8:0::1', true],
    ['https://[2001:db8::1]:5000/', '[2001:db8::1]:5000', true],
    ['https://[2001:db8::1]/', '[2001:db8::1]:5000', false],
    ['https://[2001:db8::1]/', '2001:db8::/32', true],
    ['https://[2001:db9::1]/', '2001:db8::/32', false],
    ['https://a.example/', '', false],
    ['https://a.example/', ',. .,', false],
  ])('%s without one where NO_PROXY is %j: %p', (url, NO_PROXY, isExempt) => {
    expect(way(url, { NO_PROXY })).toBe(isExempt ? undefined : way(url));
    expect(way(url, { NO_PROXY: '', no_proxy: NO_PROXY })).toBe(isExempt ? undefined : way(url));
  });
});
