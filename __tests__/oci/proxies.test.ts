import { describe, expect, test } from '@jest/globals';

import { proxiesOf } from '../../src/oci/proxies.ts';

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
    expect(proxiesOf(env)).toEqual({ httpProxy, httpsProxy });
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
