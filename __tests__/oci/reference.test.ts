import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  formatReference,
  formatRepository,
  isTag,
  parseReference,
  parseRepository,
  parseTag,
  parseTaggedReference,
} from '../../src/oci/reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseRepository', () => {
  test.each([
    ['localhost:5000/demo', 'localhost:5000', 'demo'],
    ['localhost/demo', 'localhost', 'demo'],
    ['ghcr.io/o/r/cafs', 'ghcr.io', 'o/r/cafs'],
    ['GHCR.io/o/r', 'ghcr.io', 'o/r'],
    ['127.0.0.1:5000/a', '127.0.0.1:5000', 'a'],
    ['[::1]:5000/a', '[::1]:5000', 'a'],
    ['registry:5000/a/b', 'registry:5000', 'a/b'],
    ['alpine', 'docker.io', 'library/alpine'],
    ['owner/name', 'docker.io', 'owner/name'],
    ['docker.io/alpine', 'docker.io', 'library/alpine'],
    ['index.docker.io/owner/name', 'docker.io', 'owner/name'],
    ['ghcr.io/a.b/c_d/e__f/g--h', 'ghcr.io', 'a.b/c_d/e__f/g--h'],
  ])('%s is a repository at %s', (text, host, name) => {
    expect(parseRepository(text)).toEqual({ kind: 'registry', host, name });
  });

  test.each([
    ['oci:cache', 'cache'],
    ['oci:./a/b', './a/b'],
    ['oci:/tmp/a b', '/tmp/a b'],
    ['oci:C:\\cache', 'C:\\cache'],
    ['oci:C:cache', 'C:cache'],
    ['oci:/mnt/x:y/cache', '/mnt/x:y/cache'],
  ])('%s is the folder %s', (text, folder) => {
    expect(parseRepository(text)).toEqual({ kind: 'layout', folder });
  });

  test.each([
    ['', 'empty'],
    ['ghcr.io/', 'no repository'],
    ['ghcr.io/a//b', 'empty part'],
    ['/a', 'path of a folder'],
    ['ghcr.io/a/', 'empty part'],
    ['ghcr.io/a/-b', '"-b"'],
    ['ghcr.io/a..b', '"a..b"'],
    ['ghcr.io/a___b', '"a___b"'],
    ['ghcr.io/../x', '".."'],
    ['ghcr.io/a%2fb', '"a%2fb"'],
    ['ghcr.io/a?b', '"a?b"'],
    ['ghcr.io/a b', 'blank'],
    ['ghcr.io/a\nb', 'blank'],
    ['-x.io/a', 'no host'],
    ['ghcr.io:0/a', 'port 0'],
    ['ghcr.io:99999/a', 'no host'],
    ['ghcr.io:/a', 'no host'],
    ['[::g]:5/a', 'no host'],
    ['127.1:5000/a', 'another way to write 127.0.0.1'],
    ['0x7f.0.0.1/a', 'another way to write 127.0.0.1'],
    [`ghcr.io/${'a'.repeat(250)}`, '255'],
    [`ghcr.io/a@${DIGEST}`, 'digest'],
    ['ghcr.io/a:tag', 'tag'],
    ['oci:', 'folder'],
    ['oci::tag', 'folder'],
    ['oci:a\0b', 'NUL'],
    ['oci:dir:tag', 'tag'],
    ['oci:dir:', 'tag'],
  ])('%j is refused and the message names the rule: %s', (text, rule) => {
    expect(() => parseRepository(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REFERENCE',
        message: expect.stringContaining(rule),
        hint: expect.stringMatching(/Write /),
      }),
    );
  });

  test.each([
    ['ghcr.io/Owner/Repo', '"ghcr.io/owner/repo"'],
    ['https://ghcr.io/owner/repo', '"ghcr.io/owner/repo"'],
    ['ghcr.io/owner/repo:main', '"ghcr.io/owner/repo"'],
    ['oci:dir:main', '"oci:dir"'],
  ])('%s is refused, and the hint says %s', (text, instead) => {
    expect(() => parseRepository(text)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(instead) }),
    );
  });

  test.each([
    ['user:hunter2@localhost:5056/demo', '"***@localhost:5056/demo"'],
    ['hunter2@ghcr.io/a', '"***@ghcr.io/a"'],
    ['user:hunter2@ghcr.io', '"***@ghcr.io"'],
    ['https://user:hunter2@localhost/x', '"https://***@localhost/x"'],
    ['HTTPS://user:hunter2@localhost/x', '"HTTPS://***@localhost/x"'],
    ['docker://user:hunter2@localhost/x', '"docker://***@localhost/x"'],
    ['hunter2://hunter2@localhost/x', '"***@localhost/x"'],
    ['user:p@hunter2/hunter2@ghcr.io/a:tag', '"***@ghcr.io/a:tag"'],
    ['user:hunter2@ghcr.io/ B', '"***@ghcr.io/ B"'],
    [`user:hunter2@ghcr.io/a@${DIGEST}`, `"***@ghcr.io/a@${DIGEST}"`],
    [`${'hunter2'.repeat(30)}@ghcr.io/a`, '"***@ghcr.io/a"'],
  ])('credentials of %s are not shown', (text, masked) => {
    const error = expect.objectContaining({
      code: 'INVALID_REFERENCE',
      message: `${masked} is no valid reference: credentials have no place in a reference.`,
      hint: expect.stringMatching(
        /username and password .*CAFS_USERNAME.*auth of open and credentials of openRemote/,
      ),
    });
    expect(() => parseRepository(text)).toThrow(error);
    expect(() => parseTaggedReference(text)).toThrow(error);
  });

  test.each([
    ['ghcr.io/a/b@sha256:123', '"ghcr.io/a/b@sha256:123"'],
    ['localhost:5000/a/b:main@sha256:...', '"localhost:5000/a/b:main@sha256:..."'],
    ['NAME@sha256:...', '"NAME@sha256:..."'],
    ['user:hunter2@sha256:123', '"***@sha256:123"'],
    ['user:hunter2/hunter2@sha256:123', '"***@sha256:123"'],
    ['user:hunter2/a:b@md5:123', '"***@md5:123"'],
  ])('half a digest is not taken for what follows a password: %s', (text, masked) => {
    const message = expect.stringMatching(/^"(.*)" is no valid reference: its "@" is not followed/);
    const error = expect.objectContaining({ code: 'INVALID_REFERENCE', message });
    expect(() => parseTaggedReference(text)).toThrow(error);
    expect(() => parseTaggedReference(text)).toThrow(masked);
  });

  test.each([
    ['ghcr.io', 'ghcr.io/owner/repository'],
    ['localhost', 'localhost/owner/repository'],
    ['ghcr.io:main', 'ghcr.io/owner/repository:main'],
  ])('%s is a host, and lacks a repository', (text, instead) => {
    const error = expect.objectContaining({
      message: `"${text}" is no valid reference: it names a host but no repository.`,
      hint: `Write "${instead}", or "oci:${text}" for a folder.`,
    });
    expect(() => parseTaggedReference(text)).toThrow(error);
    expect(() => parseRepository(text)).toThrow(error);
  });

  test.each(['https://ghcr.io/a', 'docker://ghcr.io/a'])('%s says what is too much', (text) => {
    const scheme = text.replace(/ghcr.*/, '');
    expect(() => parseTaggedReference(text)).toThrow(
      expect.objectContaining({
        message: `"${text}" is no valid reference: it begins with "${scheme}", which references do not.`,
        hint: 'Write "ghcr.io/a".',
      }),
    );
  });

  test('what nobody can see is shown by its number', () => {
    expect(() => parseTag('a\u0085b\u202ec\u{13430}')).toThrow(
      expect.objectContaining({
        message: String.raw`"a\u{85}b\u{202e}c\u{13430}" is no valid tag.`,
      }),
    );
  });

  test('nor are they where a tag is meant', () => {
    expect(() => parseTag('user:hunter2@ghcr.io/a')).toThrow(
      expect.objectContaining({ message: '"***@ghcr.io/a" is no valid tag.' }),
    );
  });

  test('a folder may have an @ in its name', () => {
    expect(parseRepository('oci:me@work/x')).toEqual({ kind: 'layout', folder: 'me@work/x' });
  });

  test('whatever is accepted reads the same once written', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
    const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const host = fc.constantFrom('ghcr.io', 'localhost:5000', 'docker.io', '[::1]:80', 'a.b.c:1');
    fc.assert(
      fc.property(host, name, (h, n) => {
        const repository = parseRepository(`${h}/${n}`);
        expect(parseRepository(formatRepository(repository))).toEqual(repository);
      }),
    );
  });

  test('any text is either read or refused with INVALID_REFERENCE', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseTaggedReference(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_REFERENCE' });
        }
      }),
    );
  });
});

describe('parseTaggedReference', () => {
  test.each([
    ['localhost:5000/demo:main', 'localhost:5000/demo', 'main'],
    ['localhost:5000/demo', 'localhost:5000/demo', undefined],
    ['alpine:3', 'docker.io/library/alpine', '3'],
    ['oci:dir:main', 'oci:dir', 'main'],
    ['oci:C:\\dir:main', 'oci:C:\\dir', 'main'],
    ['oci:../dir', 'oci:../dir', undefined],
    ['oci:C:/dir/x', 'oci:C:/dir/x', undefined],
    ['oci:/mnt/x:y/cache:main', 'oci:/mnt/x:y/cache', 'main'],
  ])('%s is %s with the tag %s', (text, repository, tag) => {
    const parsed = parseTaggedReference(text);
    expect(formatRepository(parsed.repository)).toBe(repository);
    expect(parsed.tag).toBe(tag);
  });

  test.each(['ghcr.io/a:', 'ghcr.io/a:-x', 'ghcr.io/a:b:c', `ghcr.io/a:${'x'.repeat(129)}`])(
    '%s has no valid tag',
    (text) => {
      expect(() => parseTaggedReference(text)).toThrow(
        expect.objectContaining({ code: 'INVALID_REFERENCE' }),
      );
    },
  );
});

/** What github.com/distribution/reference v0.6.0, `ParseNormalizedNamed`, makes of a text. */
interface GoldenRow {
  readonly text: string;
  readonly domain?: string;
  readonly path?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly error?: string;
}

const GOLDEN = JSON.parse(
  readFileSync(new URL('../fixtures/references.json', import.meta.url), 'utf8'),
) as readonly GoldenRow[];

describe('parseReference', () => {
  test.each(GOLDEN.filter(({ error }) => error === undefined))(
    'reads $text as other clients do',
    ({ text, domain = '', path = '', tag, digest }) => {
      const reference = parseReference(text);
      const repository = { kind: 'registry', host: domain, name: path };
      expect(reference).toEqual({ repository, tag, digest });
      expect(parseReference(formatReference(reference))).toEqual(reference);
    },
  );

  test.each(GOLDEN.filter(({ error }) => error !== undefined))(
    'refuses $text as other clients do',
    ({ text }) => {
      expect(() => parseReference(text)).toThrow(
        expect.objectContaining({ code: 'INVALID_REFERENCE' }),
      );
    },
  );

  test.each([
    ['a host in upper case is the same host', 'GHCR.io/a', 'ghcr.io/a'],
    ['LOCALHOST too', 'LOCALHOST/a', 'localhost/a'],
    ["Docker Hub's API is Docker Hub", 'registry-1.docker.io/alpine', 'docker.io/library/alpine'],
  ])('unlike others: %s', (_, text, expected) => {
    expect(formatReference(parseReference(text))).toBe(expected);
  });

  test.each([
    ['an owner in upper case is no host', 'Owner/repo', 'upper-case'],
    ['a host has no underscore', 'a_b.c/d', 'no host'],
    ['no port is above 65535', 'a:65536/b', 'no host'],
    ['host and name together are no longer than 255', `ghcr.io/${'a'.repeat(248)}`, '255'],
    ['only sha256 is computed here', `a@sha512:${'a'.repeat(128)}`, 'sha256'],
    ['nothing is that long', `a:${'b'.repeat(1100)}`, 'too long'],
  ])('unlike others: %s', (_, text, rule) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REFERENCE',
        message: expect.stringContaining(rule),
      }),
    );
  });

  test.each([
    [`oci:dir@${DIGEST}`, 'dir', undefined],
    [`oci:dir:main@${DIGEST}`, 'dir', 'main'],
    [`oci:me@work/x@${DIGEST}`, 'me@work/x', undefined],
  ])('a layout may have a digest behind it: %s', (text, folder, tag) => {
    const reference = parseReference(text);
    expect(reference).toEqual({ repository: { kind: 'layout', folder }, tag, digest: DIGEST });
    expect(formatReference(reference)).toBe(text);
    expect(() => parseTaggedReference(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('digest') }),
    );
  });

  test('a digest that is none is not taken for credentials', () => {
    expect(() => parseReference('ghcr.io/a@sha256:beef')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('not followed by "sha256:" and 64 digits'),
      }),
    );
  });
});

describe('tags', () => {
  test.each(['main', '_', 'A.b-c_d', '9', 'x'.repeat(128)])('%s is one', (tag) => {
    expect(isTag(tag)).toBe(true);
    expect(parseTag(tag)).toBe(tag);
  });

  test.each(['', '.a', '-a', 'a/b', 'a:b', 'é', 'a\n', 'x'.repeat(129), DIGEST])(
    '%j is none',
    (tag) => {
      expect(isTag(tag)).toBe(false);
      expect(() => parseTag(tag)).toThrow(expect.objectContaining({ code: 'INVALID_REFERENCE' }));
    },
  );
});

test.each<unknown>([undefined, null, 5, {}])('what is no text is no reference: %j', (value) => {
  expect(() => parseReference(value as string)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', hint: expect.stringContaining('oci:DIR') }),
  );
});

/** The first thing that an error's hint says to write. */
function meantBy(text: string, parse: (text: string) => unknown): string {
  try {
    parse(text);
  } catch (error) {
    const { hint = '' } = error as { hint?: string };
    return /"([^"]+)"/.exec(hint.slice(hint.indexOf('Write')))?.[1] ?? `nothing: ${hint}`;
  }
  return 'nothing: it was taken';
}

describe('what the hint says to write is taken', () => {
  test.each([
    ['GHCR.io/Owner/Repo:Main', 'GHCR.io/owner/repo:Main'],
    // Where the host has the same letters as the name.
    ['A.io/A:A', 'A.io/a:A'],
    ['Owner/Repo', 'owner/repo'],
    ['ghcr.io/o/r:bad+tag', 'ghcr.io/o/r:bad-tag'],
    ['ghcr.io/o/r:feature/x', 'ghcr.io/o/r:feature-x'],
    ['ghcr.io/o/r:-x', 'ghcr.io/o/r:x'],
    ['ghcr.io/o/r:', 'ghcr.io/o/r:TAG'],
    [`ghcr.io/o/r:${'x'.repeat(130)}`, `ghcr.io/o/r:${'x'.repeat(108)}...`],
    ['oci:dir:bad+tag', 'oci:dir:bad-tag'],
    ['oci:dir:feature/x', 'oci:dir:feature-x'],
    [`ghcr.io/o/r@${DIGEST}`, 'ghcr.io/o/r:TAG'],
    [`ghcr.io/o/r:t@${DIGEST}`, 'ghcr.io/o/r:t'],
    ['http://localhost:5000/x', 'localhost:5000/x'],
    ['https://GHCR.io/o/R:Main', 'GHCR.io/o/r:Main'],
    ['https://ghcr.io/', 'ghcr.io/owner/repository'],
    ['docker://ghcr.io/o/r:main', 'ghcr.io/o/r:main'],
    ['oci://ghcr.io/o/r:main', 'ghcr.io/o/r:main'],
    ['oci://localhost/r', 'localhost/r'],
    ['oci://dir', 'oci:dir'],
    ['oci:///var/dir', 'oci:/var/dir'],
    ['file:///var/dir', 'oci:/var/dir'],
    ['oci:~/dir:main', 'oci:$HOME/dir'],
    ['oci:~', 'oci:$HOME'],
    ['~/dir', 'oci:$HOME/dir'],
    ['localhost:5000', 'localhost:5000/owner/repository'],
  ])('for %s: %s', (text, meant) => {
    expect(meantBy(text, parseTaggedReference)).toBe(meant);
    if (!meant.endsWith('...')) parseTaggedReference(meant);
  });

  test.each([
    [`ghcr.io/o/r:t@${DIGEST}`, 'ghcr.io/o/r'],
    [`ghcr.io/o/r@${DIGEST}`, 'ghcr.io/o/r'],
  ])('for %s, where no tag is meant: %s', (text, meant) => {
    expect(meantBy(text, parseRepository)).toBe(meant);
  });
});

test('who writes http is told how to go without TLS', () => {
  expect(() => parseRepository('http://registry.test/x')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('--plain-http') }),
  );
});

test.each(['oci:./~/dir', 'oci:a/~', 'oci:~user', 'oci:dir~'])('%s is a folder', (text) => {
  expect(parseRepository(text)).toEqual({ kind: 'layout', folder: text.slice('oci:'.length) });
});

test.each([
  ['127.0.0.1:5000', '127.0.0.1:5000/owner/repository'],
  ['localhost:5000', 'localhost:5000/owner/repository'],
  ['[::1]:5000', '[::1]:5000/owner/repository'],
  ['ghcr.io/', 'ghcr.io/owner/repository'],
  ['./x', 'oci:./x'],
  ['..', 'oci:..'],
  ['/var/cache', 'oci:/var/cache'],
  ['C:/x', 'oci:C:/x'],
  ['myrepo:5000', 'myrepo'],
])('%j is no repository; what is meant may be %j', (text, meant) => {
  expect(() => parseRepository(text)).toThrow(
    expect.objectContaining({ code: 'INVALID_REFERENCE', hint: `Write "${meant}".` }),
  );
});
