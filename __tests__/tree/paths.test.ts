import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import { bytesOf, decodeName } from '../../src/names.ts';
import { assertKey } from '../../src/store/keys.ts';
import {
  keyBelow,
  keyOf,
  keyPrefixOf,
  pathBelow,
  pathOf,
  type RootName,
  treePrefix,
} from '../../src/tree/paths.ts';
import { joinBytes, nameBytes, pathBytes } from '../support/byte-names.ts';
import { errorOf } from './support.ts';

const root = fc.constantFrom<RootName>('ws', 'home', 'root');
const character = fc.oneof(
  fc.constantFrom(...Array.from('.%~_ \'"\n\\:*2E5aé'), '\u0301', '😀', '\uFFFD', '\uE000'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const name = fc
  .oneof(
    fc.array(character, { minLength: 1, maxLength: 12 }).map((characters) => characters.join('')),
    fc.constantFrom('[...slug].tsx', '...', '%41', '%2E%2E', '__tests__', `%~${'a'.repeat(64)}`),
    fc.nat(9).map((digit) => String(digit).repeat(250)),
  )
  .map((text) => text.replaceAll('/', '|').replaceAll('\0', '0'))
  .filter((text) => text !== '.' && text !== '..' && text.isWellFormed());
const path = fc.array(name, { minLength: 1, maxLength: 15 }).map((names) => names.join('/'));

describe('keyOf and pathOf', () => {
  test.each([
    ['src/index.ts', 'ws/src/index.ts'],
    ['__tests__/a.ts', 'ws/__tests__/a.ts'],
    ['_x', 'ws/_x'],
    ['.a./.b', 'ws/.a./.b'],
    ['app/[...slug].tsx', 'ws/app/[%2E%2E%2Eslug].tsx'],
    ['...', 'ws/%2E%2E%2E'],
    ['a..b..', 'ws/a%2E%2Eb%2E%2E'],
    ['100%', 'ws/100%25'],
    ['%2E%2E/%41', 'ws/%252E%252E/%2541'],
    ['a \'b\'\n"c"', 'ws/a \'b\'\n"c"'],
    ['caf\uDCE9/\uDC80\uDCFF', 'ws/caf%E9/%80%FF'],
    ['%E9\uDCE9é', 'ws/%25E9%E9é'],
  ])('%j has the key %j', (path, key) => {
    expect(keyOf('ws', path)).toEqual({ key });
    expect(pathOf(key)).toEqual({ root: 'ws', path });
  });

  test('any path comes back from its key, and the store takes the key', () => {
    fc.assert(
      fc.property(root, path, (root, path) => {
        const { key, ...meta } = keyOf(root, path);
        assertKey(key);
        expect(pathOf(key, meta)).toEqual({ root, path });
      }),
      { numRuns: 2000 },
    );
  });

  test('two paths never share a key', () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(keyOf('ws', a).key === keyOf('ws', b).key).toBe(a === b);
      }),
    );
  });

  test('any bytes that Linux takes for a path come back from its key, too', () => {
    fc.assert(
      fc.property(root, pathBytes, (root, bytes) => {
        const { key, ...meta } = keyOf(root, decodeName(bytes));
        assertKey(key);
        expect((meta.path ?? '').isWellFormed()).toBe(true);
        expect(bytesOf(pathOf(key, meta).path).equals(bytes)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('two paths of bytes never share a key, nor the same key and metadata', () => {
    fc.assert(
      fc.property(pathBytes, nameBytes, nameBytes, (folder, a, b) => {
        const [one, other] = [a, b].map((name) => keyOf('ws', decodeName(joinBytes(folder, name))));
        expect(one!.key === other!.key).toBe(a.equals(b));
      }),
      { numRuns: 1000 },
    );
  });

  test('all short names out of bytes that look like escapes have keys of their own', () => {
    const bytes = [0x25, 0x32, 0x35, 0x45, 0x2e, 0x43, 0x41, 0xc3, 0xa9, 0xe2, 0x82, 0xac];
    const names = [[]];
    for (const name of names as number[][]) {
      if (name.length < 4) for (const byte of bytes) names.push([...name, byte] as never);
    }
    const paths = names
      .map((name) => Buffer.from(name))
      .filter((name) => !['', '.', '..'].includes(name.toString('latin1')));
    expect(paths).toHaveLength(12 + 12 ** 2 + 12 ** 3 + 12 ** 4 - 2);
    const keys = new Set<string>();
    for (const path of paths) {
      const { key } = keyOf('ws', decodeName(path));
      keys.add(key);
      expect(bytesOf(pathOf(key).path).equals(path)).toBe(true);
    }
    expect(keys.size).toBe(paths.length);
  });

  test('a long path is hashed by its bytes, and stands escaped in the metadata', () => {
    const folder = 'd/'.repeat(600);
    const bytes = Buffer.concat([Buffer.from(`${folder}100%`), Buffer.from([0xff])]);
    const { key, path } = keyOf('ws', decodeName(bytes));
    expect(path).toBe(`${folder}100%25%FF`);
    expect(key.endsWith(`/%~${digestOf(bytes).slice('sha256:'.length)}`)).toBe(true);
    expect(pathOf(key, { path: path! }).path).toBe(decodeName(bytes));
    // What Node would make of such text is another path.
    expect(keyOf('ws', `${folder}100%\uFFFD`).key).not.toBe(key);
  });

  test('NFC and NFD are two names', () => {
    expect(keyOf('ws', 'é'.normalize('NFC'))).not.toEqual(keyOf('ws', 'é'.normalize('NFD')));
  });

  test('a path that just fits is not hashed; with one byte more it is', () => {
    const path = `${'d'.repeat(250)}/`.repeat(4) + 'x'.repeat(17);
    expect(keyOf('ws', path)).toEqual({ key: `ws/${path}` });
    expect(Buffer.byteLength(keyOf('ws', path).key)).toBe(1024);
    const folder = `${'d'.repeat(250)}/`.repeat(3);
    expect(keyOf('ws', `${path}x`)).toEqual({
      key: `ws/${folder}%~${digestOf(`${path}x`).slice('sha256:'.length)}`,
      path: `${path}x`,
    });
  });

  test('250-character names in 15 levels, of four bytes each, have keys of their own', () => {
    const folder = Array.from({ length: 14 }, () => '😀'.repeat(250)).join('/');
    const keys = ['a', 'b'].map((name) => keyOf('home', `${folder}/${name}`));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(2);
    expect(keys.map(({ key, ...meta }) => pathOf(key, meta).path)).toEqual([
      `${folder}/a`,
      `${folder}/b`,
    ]);
  });

  test.each([
    '',
    '/a',
    'a//b',
    'a/',
    '../a',
    'a/../b',
    './a',
    'a\0b',
    '\ud800',
    '\udc2f',
    '\udcc3\udca9',
  ])('there is no key for %j', (path) => {
    expect(errorOf(() => keyOf('ws', path)).code).toBe('CONTAINMENT');
  });
});

describe('pathOf refuses', () => {
  const long = 'x/'.repeat(600) + 'y';
  const hashed = keyOf('ws', long).key;

  test.each([
    ['another root', 'etc/passwd', {}],
    ['no root', 'ws', {}],
    ['an empty key', '', {}],
    ['an escape that is not needed', 'ws/%41', {}],
    ['a lower-case escape', 'ws/%2e%2e%2e', {}],
    ['one dot escaped', 'ws/a%2Eb', {}],
    ['dots that are not escaped', 'ws/a...b', {}],
    ['a percent sign alone', 'ws/100%', {}],
    ['a hash without a path', hashed, {}],
    ['a path of another hash', hashed, { path: `${long}z` }],
    ['a hash for a path that fits', `ws/%~${'0'.repeat(64)}`, { path: 'a' }],
    ['a key that is too long', `ws/${long}`, {}],
    ['a path that is not needed', 'ws/a', { path: 'a' }],
    ['a path beside the key', 'ws/a', { path: 'b' }],
    ['a byte in lower case', 'ws/%ff', {}],
    ['a byte as text', 'ws/\udcff', {}],
    ['an escaped NUL', 'ws/%00', {}],
    ['an escaped slash', 'ws/a%2Fb', {}],
    ['a path that is not escaped as keys are', keyOf('ws', `${long}%`).key, { path: `${long}%` }],
  ])('%s', (_, key, meta) => {
    expect(errorOf(() => pathOf(key, meta)).code).toBe('MALFORMED');
  });

  test.each([
    ['ws/../etc/passwd', {}],
    ['ws/%2E%2E/etc/passwd', {}],
    ['ws/a/%2E%2E', {}],
    ['ws/a/./b', {}],
    ['ws//etc/passwd', {}],
    ['ws/', {}],
    ['ws/a/', {}],
    ['ws/a\0', {}],
    ['ws/\udc00', {}],
    ['ws/%C3%A9', {}],
    ['ws/a%E2%82%AC', {}],
    ['ws/%C0%AF/%2E%2E/a', {}],
    [hashed, { path: `../${long}` }],
    [hashed, { path: '/etc/passwd' }],
  ])('%j with %j, which leaves its root', (key, meta) => {
    expect(errorOf(() => pathOf(key, meta)).code).toBe('CONTAINMENT');
  });

  test('any text but a key', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .array(fc.constantFrom('%', 'C3', 'A9', 'FF', '25', '2E', '.', 'a', '/'))
            .map((parts) => parts.join('')),
        ),
        fc.option(path, { nil: undefined }),
        (rest, path) => {
          const key = `ws/${rest}`;
          const meta = path === undefined ? {} : { path };
          let place;
          try {
            place = pathOf(key, meta);
          } catch {
            return;
          }
          expect(keyOf(place.root, place.path)).toEqual({ key, ...meta });
        },
      ),
    );
  });
});

describe('keyBelow and pathBelow', () => {
  const prefixes = fc.oneof(
    fc.constantFrom('', 'p/', 'a/b/', '%5F/', `${'x'.repeat(957)}/`),
    path
      .map((text) => `${text.replace(/^_+|\.{2,}/g, '-').slice(0, 200)}/`)
      .filter((text) => text.isWellFormed()),
  );

  test.each([
    ['', '_x', '%5Fx'],
    ['', '__tests__/_x', '%5F_tests__/_x'],
    ['', '%5Fx', '%255Fx'],
    ['', 'a/_b', 'a/_b'],
    ['p/', '_x', 'p/_x'],
    ['p/', '...', 'p/%2E%2E%2E'],
  ])('under %j, %j has the key %j', (prefix, path, key) => {
    expect(keyBelow(prefix, path)).toEqual({ key });
    expect(pathBelow(prefix, key)).toBe(path);
  });

  test('any path under any prefix comes back, and the store takes the key', () => {
    fc.assert(
      fc.property(prefixes, path, (prefix, path) => {
        expect(treePrefix(prefix)).toBe(prefix);
        const { key, ...meta } = keyBelow(prefix, path);
        assertKey(key);
        expect(key.startsWith(prefix)).toBe(true);
        expect(pathBelow(prefix, key, meta)).toBe(path);
      }),
      { numRuns: 1000 },
    );
  });

  test('a long path that begins with "_" has a key, too', () => {
    const long = `_${'x/'.repeat(600)}y`;
    const { key, ...meta } = keyBelow('', long);
    expect(key.startsWith('%5Fx/')).toBe(true);
    expect(meta.path).toBe(long);
    expect(pathBelow('', key, meta)).toBe(long);
  });

  test.each([
    ['', '_x'],
    ['', 'a%5Fx'],
    ['', '%5fx'],
    ['p/', 'p/%5Fx'],
    ['p/', 'q/x'],
    ['p/', 'p'],
  ])('under %j, the key %j is malformed', (prefix, key) => {
    expect(errorOf(() => pathBelow(prefix, key)).code).toBe('MALFORMED');
  });

  test.each([
    ['p', 'p/'],
    ['p/', 'p/'],
    ['', ''],
    ['x'.repeat(957), `${'x'.repeat(957)}/`],
  ])('the prefix %j is %j', (prefix, expected) => {
    expect(treePrefix(prefix)).toBe(expected);
  });

  test.each([
    ['_p', 'RESERVED_KEY'],
    ['a..b', 'INVALID_KEY'],
    ['a\0b', 'INVALID_KEY'],
    ['\ud800', 'INVALID_KEY'],
    ['x'.repeat(958), 'INVALID_INPUT'],
    ['x'.repeat(2000), 'INVALID_KEY'],
  ])('the prefix %j is refused: %s', (prefix, code) => {
    expect(errorOf(() => treePrefix(prefix)).code).toBe(code);
  });
});

describe('keyPrefixOf', () => {
  test.each([
    ['', 'ws/'],
    ['packages/a', 'ws/packages/a/'],
    ['[...slug]', 'ws/[%2E%2E%2Eslug]/'],
  ])('%j has the prefix %j', (folder, prefix) => {
    expect(keyPrefixOf('ws', folder)).toBe(prefix);
  });

  test('begins the keys of all that lies in the folder, hashed ones included', () => {
    fc.assert(
      fc.property(root, path, path, (root, folder, rest) => {
        let prefix: string;
        try {
          prefix = keyPrefixOf(root, folder);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_INPUT' });
          expect(Buffer.byteLength(folder)).toBeGreaterThan(300);
          return;
        }
        expect(keyOf(root, `${folder}/${rest}`).key.startsWith(prefix)).toBe(true);
      }),
    );
  });

  test('refuses a folder too deep for that, and takes one a byte shorter', () => {
    const folder = `${'d'.repeat(250)}/`.repeat(3) + 'e'.repeat(201);
    expect(Buffer.byteLength(keyPrefixOf('ws', folder))).toBe(958);
    expect(keyOf('ws', `${folder}/${'f'.repeat(250)}`).key).toHaveLength(1024);
    expect(errorOf(() => keyPrefixOf('ws', `${folder}e`)).code).toBe('INVALID_INPUT');
  });
});
