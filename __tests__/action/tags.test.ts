import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Tags, slug } from '../../src/action/tags.ts';
import { digestOf } from '../../src/digest.ts';
import { isTag } from '../../src/oci/reference.ts';

const branch = (name: string) => ({ kind: 'branch', name }) as const;

/** Names as people and machines give them, and names made to look like a slug. */
const names = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({ minLength: 100, maxLength: 300, unit: fc.constantFrom('a', '/', '-', 'é') }),
  fc
    .tuple(fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', '.', '_') }), fc.string())
    .map(([a, b]) => `${a}-${digestOf(b).slice(7, 15)}`),
  fc.constantFrom('main', 'release/1.x', 'feature.linux-x64', 'x.win32-x64', 'dependabot/npm/a'),
);

const platforms = fc.constantFrom(
  'any',
  'linux-x64',
  'macos-arm64',
  'win32-x64',
  'linux-riscv64',
  `a-${'1'.repeat(38)}`,
);

describe('slug', () => {
  test.each([
    ['main', 'branch-main'],
    ['v1.2_x', 'branch-v1.2_x'],
    ['feature/x', `branch-feature-x-${digestOf('feature/x').slice(7, 15)}`],
    ['a b', `branch-a-b-${digestOf('a b').slice(7, 15)}`],
  ])('of %s', (name, expected) => {
    expect(slug('branch-', name, '')).toBe(expected);
  });

  test('two names never share a tag', () => {
    fc.assert(
      fc.property(names, names, platforms, (a, b, platform) => {
        fc.pre(a !== b);
        const tags = new Tags(platform, 'main');
        expect(tags.ofScope(branch(a))).not.toBe(tags.ofScope(branch(b)));
      }),
      { numRuns: 2000 },
    );
  });

  test('a name that is what another one’s slug is has another slug', () => {
    fc.assert(
      fc.property(names, (name) => {
        const made = slug('', name, '');
        fc.pre(made !== name);
        expect(slug('', made, '')).not.toBe(made);
      }),
    );
  });

  test('two platforms never share a tag', () => {
    fc.assert(
      fc.property(names, platforms, platforms, (name, one, other) => {
        fc.pre(one !== other);
        const tag = new Tags(one, 'main').ofScope(branch(name));
        expect(new Tags(other, 'main').ofScope(branch(name))).not.toBe(tag);
        // A branch may be named like a platform's tag.
        const trap = branch(`${name}.${one}`);
        expect(new Tags('any', 'main').ofScope(trap)).not.toBe(tag);
      }),
      { numRuns: 2000 },
    );
  });

  test('every tag is one that registries take', () => {
    fc.assert(
      fc.property(names, platforms, fc.integer({ min: 1 }), (name, platform, number) => {
        const tags = new Tags(platform, 'main');
        const scopes = [branch(name), { kind: 'pull-request', number } as const];
        const made = scopes.flatMap((scope) => [
          tags.ofScope(scope),
          tags.ofFingerprint(digestOf(name), scope),
          tags.ofKey(name, scope),
        ]);
        for (const tag of [...made, tags.ofCommit('f'.repeat(40))]) {
          expect(tag.length).toBeLessThanOrEqual(128);
          expect(isTag(tag)).toBe(true);
        }
      }),
    );
  });

  test('long names that begin alike have tags of their own', () => {
    const long = 'x'.repeat(200);
    expect(slug('branch-', `${long}1`, '.linux-x64')).not.toBe(
      slug('branch-', `${long}2`, '.linux-x64'),
    );
    expect(slug('branch-', `${long}1`, '.linux-x64')).toHaveLength(128);
  });
});

describe('Tags', () => {
  const tags = new Tags('linux-x64', 'main');
  const print = digestOf('inputs');
  const hex = print.slice('sha256:'.length);

  test('have the platform behind them', () => {
    expect(tags.ofScope(branch('main'))).toBe('branch-main.linux-x64');
    expect(tags.ofScope({ kind: 'pull-request', number: 7 })).toBe('pr-7.linux-x64');
    expect(tags.ofCommit('a'.repeat(40))).toBe(`sha-${'a'.repeat(40)}.linux-x64`);
    expect(tags.ofFingerprint(print, branch('main'))).toBe(`fp-${hex}.linux-x64`);
    expect(new Tags('any', 'main').ofScope(branch('main'))).toBe('branch-main');
  });

  test('of a fingerprint are each scope’s own', () => {
    const scopes = [
      branch('main'),
      branch('other'),
      { kind: 'pull-request', number: 7 } as const,
      { kind: 'pull-request', number: 8 } as const,
    ];
    expect(new Set(scopes.map((scope) => tags.ofFingerprint(print, scope))).size).toBe(4);
  });

  test('of a fingerprint, where no default branch is known, are never the default branch’s', () => {
    const unknown = new Tags('linux-x64', undefined);
    expect(unknown.ofFingerprint(print, branch('main'))).not.toBe(
      tags.ofFingerprint(print, branch('main')),
    );
  });
});

describe('tags of keys', () => {
  const tags = new Tags('linux-x64', 'main');
  const scopes = fc.oneof(
    fc.constant(branch('main')),
    names.map(branch),
    fc.integer({ min: 1 }).map((number) => ({ kind: 'pull-request', number }) as const),
  );

  test.each([
    ['linux-npm-1f', 'key-linux-npm-1f.linux-x64'],
    ['a/b', `key-a-b-${digestOf('a/b').slice(7, 15)}.linux-x64`],
  ])('%s', (key, expected) => {
    expect(tags.ofKey(key, branch('main'))).toBe(expected);
    const mark = digestOf('pr-7.linux-x64').slice(7, 15);
    expect(tags.ofKey(key, { kind: 'pull-request', number: 7 })).toBe(
      expected.replace('key-', `key.${mark}-`),
    );
  });

  test('two keys never share a tag, nor do two scopes', () => {
    fc.assert(
      fc.property(names, names, scopes, scopes, platforms, (a, b, one, other, platform) => {
        fc.pre(a !== b || JSON.stringify(one) !== JSON.stringify(other));
        const made = new Tags(platform, 'main');
        expect(made.ofKey(a, one)).not.toBe(made.ofKey(b, other));
      }),
      { numRuns: 2000 },
    );
  });

  test('no key of another scope has a tag that the default branch reads', () => {
    fc.assert(
      fc.property(names, names, scopes, platforms, (a, b, scope, platform) => {
        fc.pre(scope.kind !== 'branch' || scope.name !== 'main');
        const made = new Tags(platform, 'main');
        const tag = made.ofKey(a, scope);
        expect(made.ofKey(b, branch('main'))).not.toBe(tag);
        expect(made.mayBeOfKey(tag, '', branch('main'))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('every key that begins like another is found by the slug of that, cut or not', () => {
    fc.assert(
      fc.property(names, fc.oneof(fc.constant(''), names), scopes, platforms, (...args) => {
        const [start, rest, scope, platform] = args;
        const made = new Tags(platform, 'main');
        expect(made.mayBeOfKey(made.ofKey(start + rest, scope), start, scope)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('a key that begins otherwise is not found, unless only what a slug replaces differs', () => {
    const tag = tags.ofKey('linux-npm-1', branch('main'));
    expect(tags.mayBeOfKey(tag, 'linux-pnpm', branch('main'))).toBe(false);
    expect(tags.mayBeOfKey(tag, 'linux-npm-12', branch('main'))).toBe(false);
    expect(tags.mayBeOfKey(tag, 'linux/npm', branch('main'))).toBe(true);
    const mac = new Tags('macos-arm64', 'main');
    expect(mac.mayBeOfKey(tag, 'linux-npm', branch('main'))).toBe(false);
  });
});
