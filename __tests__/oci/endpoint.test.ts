import { describe, expect, test } from '@jest/globals';

import { baseUrl, checkedReference } from '../../src/oci/endpoint.ts';

describe('where the API of a repository is', () => {
  test.each([
    ['ghcr.io', 'https://ghcr.io/v2/a/b/', 'http://ghcr.io/v2/a/b/'],
    ['docker.io', 'https://registry-1.docker.io/v2/a/b/', 'http://registry-1.docker.io/v2/a/b/'],
    ['localhost', 'http://localhost/v2/a/b/', 'http://localhost/v2/a/b/'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000/v2/a/b/', 'http://127.0.0.1:5000/v2/a/b/'],
    ['[::1]:5000', 'http://[::1]:5000/v2/a/b/', 'http://[::1]:5000/v2/a/b/'],
    ['10.0.0.7:5000', 'https://10.0.0.7:5000/v2/a/b/', 'http://10.0.0.7:5000/v2/a/b/'],
    ['localhost.example', 'https://localhost.example/v2/a/b/', 'http://localhost.example/v2/a/b/'],
  ])('%s: %s, and in the clear %s', (host, usual, clear) => {
    const repository = { kind: 'registry', host, name: 'a/b' } as const;
    expect(baseUrl(repository).href).toBe(usual);
    expect(baseUrl(repository, false).href).toBe(usual);
    expect(baseUrl(repository, true).href).toBe(clear);
  });
});

test.each(['', '..', 'a/b', 'a?b', 'sha256:abc', `sha512:${'0'.repeat(128)}`])(
  'what is no reference is not put into an address: %j',
  (reference) => {
    expect(() => checkedReference(reference)).toThrow(
      expect.objectContaining({ code: 'INVALID_REFERENCE' }),
    );
  },
);
