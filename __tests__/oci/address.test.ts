import { describe, expect, test } from '@jest/globals';

import { parseAddress } from '../../src/oci/address.ts';

const BASE = new URL('https://registry.example/v2/demo/blobs/uploads/');

describe('an address', () => {
  test.each([
    ["/a?b='c'", 'https://registry.example', "/a?b='c'"],
    [
      "https://cdn.example/a/'b'/?c=%2F%2f+d==&'#e",
      'https://cdn.example',
      "/a/'b'/?c=%2F%2f+d==&'",
    ],
    ['HTTPS://CDN.example:443/a', 'https://cdn.example', '/a'],
    ['https://me:secret@cdn.example/a', 'https://cdn.example', '/a'],
    ['https://cdn.example//a/../b', 'https://cdn.example', '//a/../b'],
    ['https://[::1]:5000/a[0]', 'https://[::1]:5000', '/a[0]'],
    ['https://cdn.example', 'https://cdn.example', '/'],
    ['https://cdn.example?a', 'https://cdn.example', '/?a'],
    ['x?y', 'https://registry.example', '/v2/demo/blobs/uploads/x?y'],
    ['?y', 'https://registry.example', '/v2/demo/blobs/uploads/?y'],
    ['//cdn.example/a', 'https://cdn.example', '/a'],
    // What is none as it stands is written as URL writes it, and leads to nowhere else.
    ['https://cdn.example\\@evil.example/a', 'https://cdn.example', '/@evil.example/a'],
    ['/\\evil.example/a', 'https://evil.example', '/a'],
    ['\\\\evil.example/a', 'https://evil.example', '/a'],
    ['https:/cdn.example/a', 'https://registry.example', '/cdn.example/a'],
    ['/a b', 'https://registry.example', '/a%20b'],
    ['/a\tb', 'https://registry.example', '/ab'],
    ['/\u00e9?<', 'https://registry.example', '/%C3%A9?%3C'],
    ['/a\r\nHost: evil', 'https://registry.example', '/aHost:%20evil'],
  ])('%j leads to %s, and asks for %s', (text, origin, target) => {
    const found = parseAddress(text, BASE);
    expect(found?.url.origin).toBe(origin);
    expect(found?.target).toBe(target);
    expect(found?.url.username).toBe('');
    expect(found?.url.hash).toBe('');
  });

  test.each(['http://[', 'https://', 'https://a b/'])('%j is none', (text) => {
    expect(parseAddress(text, BASE)).toBeUndefined();
  });
});
