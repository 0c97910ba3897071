import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { dockerKey, valuesFor } from '../../src/oci/docker-key.ts';

/** The keys, of these, that mean a repository; the most specific first. */
function matching(keys: readonly string[], host: string, repository = 'me/cache'): string[] {
  const table = Object.fromEntries(keys.map((key) => [key, key]));
  return [...valuesFor(table, { host, repository })];
}

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const host = fc
  .tuple(
    fc.array(label, { minLength: 2, maxLength: 4 }),
    fc.option(fc.integer({ min: 1, max: 65535 })),
  )
  .map(([labels, port]) => labels.join('.') + (port === null ? '' : `:${port}`))
  .filter(
    (name) => !name.startsWith('index.docker.io') && !name.startsWith('registry-1.docker.io'),
  );
const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const repository = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

describe('a key of a file of credentials', () => {
  test.each([
    ['ghcr.io', 'ghcr.io'],
    ['https://ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/', 'ghcr.io'],
    ['https://ghcr.io/v1/', 'ghcr.io'],
    ['https://ghcr.io/v2/', 'ghcr.io'],
    ['http://localhost:5000/v2', 'localhost:5000'],
    ['GHCR.io', 'ghcr.io'],
    ['ghcr.io:443', 'ghcr.io:443'],
    ['[::1]:5000', '[::1]:5000'],
    ['ghcr.io/me', 'ghcr.io'],
    ['ghcr.io/me/', 'ghcr.io'],
    ['ghcr.io/me/cache', 'ghcr.io'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['docker.io/me', 'docker.io'],
  ])('%s means me/cache at %s', (key, at) => {
    expect(matching([key], at)).toEqual([key]);
  });

  test.each([
    ['evilghcr.io', 'ghcr.io'],
    ['ghcr.io.evil.com', 'ghcr.io'],
    ['ghcr.io', 'evilghcr.io'],
    ['ghcr.io', 'ghcr.io.evil.com'],
    ['ghcr.io', 'ghcr.io:443'],
    ['ghcr.io:443', 'ghcr.io'],
    ['io', 'ghcr.io'],
    ['*.io', 'ghcr.io'],
    ['', 'ghcr.io'],
    ['ghcr.io@evil.com', 'ghcr.io'],
    ['ghcr.io@evil.com', 'evil.com'],
    ['https://me@ghcr.io', 'ghcr.io'],
    ['evil.com/ghcr.io', 'ghcr.io'],
    ['ftp://ghcr.io', 'ghcr.io'],
    ['ghcr.io/m', 'ghcr.io'],
    ['ghcr.io/me2', 'ghcr.io'],
    ['ghcr.io/me/cach', 'ghcr.io'],
    ['ghcr.io/me/cache/more', 'ghcr.io'],
    ['ghcr.io//me', 'ghcr.io'],
    ['ghcr.io/v3', 'ghcr.io'],
    ['https://index.docker.io/v1/access-token', 'docker.io'],
    ['https://index.docker.io/v1/refresh-token', 'docker.io'],
    ['hub.docker.io', 'docker.io'],
  ])('%s does not mean me/cache at %s', (key, at) => {
    expect(matching([key], at)).toEqual([]);
  });

  test('that is more specific goes first, then the one that Docker itself writes', () => {
    const keys = [
      'https://ghcr.io/v1/',
      'ghcr.io',
      'ghcr.io/me',
      'ghcr.io/me/cache',
      'ghcr.io/you',
    ];
    expect(matching(keys, 'ghcr.io')).toEqual([
      'ghcr.io/me/cache',
      'ghcr.io/me',
      'ghcr.io',
      'https://ghcr.io/v1/',
    ]);
    expect(matching(['docker.io', 'https://index.docker.io/v1/'], 'docker.io')[0]).toBe(
      'https://index.docker.io/v1/',
    );
    expect(dockerKey('docker.io')).toBe('https://index.docker.io/v1/');
    expect(dockerKey('localhost:5000')).toBe('localhost:5000');
  });

  test('is taken from names that objects have of themselves only where it is there', () => {
    expect(
      valuesFor(JSON.parse('{"__proto__": 1}') as object as Record<string, number>, {
        host: '__proto__',
        repository: 'a',
      }),
    ).toEqual([1]);
    expect(matching([], 'constructor')).toEqual([]);
  });

  test('means its own host, and never one that only contains it', () => {
    fc.assert(
      fc.property(host, host, repository, label, (own, other, name, more) => {
        expect(matching([own], own, name)).toEqual([own]);
        if (other !== own) expect(matching([own], other, name)).toEqual([]);
        for (const near of [
          more + own,
          `${more}.${own}`,
          `${own}.${more}`,
          `${own}0`,
          `x-${own}`,
        ]) {
          expect(matching([own], near, name)).toEqual([]);
          expect(matching([near], own, name)).toEqual([]);
        }
        const otherPort = own.includes(':') ? own.replace(/:.*/, '') : `${own}:443`;
        expect(matching([own], otherPort, name)).toEqual([]);
      }),
    );
  });

  test('with a path means exactly the repositories whose first parts it names', () => {
    fc.assert(
      fc.property(host, repository, repository, (own, path, name) => {
        fc.pre(path !== 'v1' && path !== 'v2');
        const means = name === path || name.startsWith(`${path}/`);
        expect(matching([`${own}/${path}`], own, name)).toEqual(means ? [`${own}/${path}`] : []);
      }),
    );
  });

  test('of any text does no harm, and takes no long', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.integer()),
        host,
        (table, own) => {
          valuesFor(table, { host: own, repository: 'a/b' });
        },
      ),
    );
    const started = performance.now();
    for (const text of ['/', 'a/', ':', 'https://', '\0']) {
      valuesFor({ [text.repeat(500_000)]: 1 }, { host: 'ghcr.io', repository: 'a/b' });
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
