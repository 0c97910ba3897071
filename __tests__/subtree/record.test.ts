import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Digest, digestOf } from '../../src/digest.ts';
import { compareBytes } from '../../src/order.ts';
import { parseRecord } from '../../src/subtree/parse-record.ts';
import {
  encodeOwnRecord,
  encodeRecord,
  fingerprintOf,
  type FingerprintRecord,
  type InputKind,
  ownDigestOf,
} from '../../src/subtree/record.ts';

const A = digestOf('a');
const B = digestOf('b');

const GOLDEN: FingerprintRecord = {
  version: 1,
  name: 'packages/a',
  platform: 'linux-x64',
  salt: 'node 24',
  env: [
    ['CI', null],
    ['NODE_ENV', A],
  ],
  globs: { inputs: ['**', '!docs'], outputs: ['dist/**'], sharedInputs: ['*.json'] },
  files: [
    ['link', 'symlink', A],
    ['run.sh', 'executable', B],
    ['src/[...slug] "ä".tsx', 'file', A],
  ],
  shared: [['package.json', 'file', B]],
  dependencies: [['packages/b', B]],
};

/** Written down, not computed: snapshots hold it. */
const GOLDEN_OWN_TEXT =
  '{"version":1,"name":"packages/a","platform":"linux-x64","salt":"node 24",' +
  '"env":[["CI",null],["NODE_ENV","sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"]],' +
  '"globs":{"inputs":["**","!docs"],"outputs":["dist/**"],"sharedInputs":["*.json"]},' +
  '"files":[["link","symlink","sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],' +
  '["run.sh","executable","sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"],' +
  '["src/[...slug] \\"ä\\".tsx","file","sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"]],' +
  '"shared":[["package.json","file","sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"]]';
const GOLDEN_DEPENDENCIES =
  ',"dependencies":[["packages/b","sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"]]';

const digests = fc.nat().map((n) => digestOf(String(n)));
const names = fc.string({ unit: 'binary', maxLength: 6 });

function listOf<T extends readonly [string, ...unknown[]]>(item: fc.Arbitrary<T>) {
  return fc
    .uniqueArray(item, { maxLength: 4, selector: ([name]) => name })
    .map((list) => list.toSorted(([a], [b]) => compareBytes(a, b)));
}

const files = listOf(
  fc.tuple(names, fc.constantFrom<InputKind>('file', 'executable', 'symlink'), digests),
);
const globs = fc.array(names, { maxLength: 3 });

const records: fc.Arbitrary<FingerprintRecord> = fc.record(
  {
    version: fc.constant(1 as const),
    name: names,
    platform: names,
    salt: names,
    env: listOf(fc.tuple(names, fc.option(digests, { nil: null }))),
    globs: fc.record(
      { inputs: globs, outputs: globs, sharedInputs: globs },
      { noNullPrototype: true },
    ),
    files,
    shared: files,
    dependencies: listOf(fc.tuple(names, digests)),
  },
  { noNullPrototype: true },
);

describe('a record', () => {
  test('has the bytes and the fingerprint that version 1 has always had', () => {
    expect(Buffer.from(encodeOwnRecord(GOLDEN)).toString()).toBe(`${GOLDEN_OWN_TEXT}}`);
    expect(Buffer.from(encodeRecord(GOLDEN)).toString()).toBe(
      `${GOLDEN_OWN_TEXT}${GOLDEN_DEPENDENCIES}}`,
    );
    expect(ownDigestOf(GOLDEN)).toBe(
      'sha256:1c2e084bfd7b3abfc3d03dd3605e38d67a4b2e5504d657140000a6688d1e7f64',
    );
    expect(fingerprintOf(GOLDEN)).toBe(
      'sha256:0dd81fba15fd0d2ed69d29049f281029b2d306ba8e213123fd176d1eedc4ceb8',
    );
  });

  test('has the same bytes in whatever order its members were set', () => {
    const { version, name, globs: lists, ...rest } = GOLDEN;
    const { inputs, ...others } = lists;
    const shuffled = { ...rest, globs: { ...others, inputs }, name, version };
    expect(encodeRecord(shuffled)).toEqual(encodeRecord(GOLDEN));
  });

  test('comes back from its bytes', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(parseRecord(encodeRecord(record))).toEqual(record);
      }),
    );
  });

  test('shares its bytes with no other record', () => {
    const part = fc.constantFrom('', 'a', 'b', '"', ',', '","', '\\', 'a,b', '],[');
    const small: fc.Arbitrary<FingerprintRecord> = fc.record({
      version: fc.constant(1 as const),
      name: part,
      platform: part,
      salt: part,
      env: listOf(fc.tuple(part, fc.constantFrom<(Digest | null)[]>(null, A))),
      globs: fc.record({
        inputs: fc.array(part, { maxLength: 2 }),
        outputs: fc.array(part, { maxLength: 2 }),
        sharedInputs: fc.array(part, { maxLength: 2 }),
      }),
      files: fc.constant([]),
      shared: fc.constant([]),
      dependencies: fc.constant([]),
    });
    const seen = new Map<string, unknown>();
    fc.assert(
      fc.property(small, (record) => {
        const text = Buffer.from(encodeRecord(record)).toString('latin1');
        if (seen.has(text)) expect(record).toEqual(seen.get(text));
        seen.set(text, record);
      }),
      { numRuns: 2000 },
    );
  });

  test('never has the bytes of an own part', () => {
    const alone = { ...GOLDEN, dependencies: [] };
    expect(ownDigestOf(alone)).not.toBe(fingerprintOf(alone));
  });
});

describe('parseRecord', () => {
  const text = Buffer.from(encodeRecord(GOLDEN)).toString();

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a space', `${text} `],
    ['a byte order mark', `\uFEFF${text}`],
    ['an unknown member', text.replace('{"version":1', '{"version":1,"x":1')],
    ['a member twice', text.replace('{"version":1', '{"version":1,"version":1')],
    ['another order of members', text.replace('"version":1,', '').replace(/}$/, ',"version":1}')],
    ['an escape without need', text.replace('node 24', 'node\\u00202' + '4')],
    ['an old version', text.replace('"version":1', '"version":0')],
    ['a version in words', text.replace('"version":1', '"version":"2"')],
    ['a wrong kind', text.replace('"symlink"', '"socket"')],
    ['a wrong digest', text.replace('sha256:ca97', 'sha256:CA97')],
    ['a file without digest', text.replace(/"symlink","sha256:[0-9a-f]+"/, '"symlink"')],
    ['a number for a name', text.replace('"packages/a"', '1')],
    ['files out of order', text.replace('"link"', '"z"')],
    ['a file twice', text.replace('"link"', '"run.sh"')],
    ['a dependency twice', text.replace('[["packages/b"', `[["packages/b","${A}"],["packages/b"`)],
    ['a deep nest', '['.repeat(100_000)],
  ])('refuses %s', (_, broken) => {
    expect(broken).not.toBe(text);
    expect(() => parseRecord(Buffer.from(broken))).toThrow(
      expect.objectContaining({ code: 'MALFORMED' }),
    );
  });

  test('refuses bytes that are not UTF-8', () => {
    const bytes = Buffer.from(encodeRecord(GOLDEN));
    bytes[bytes.indexOf('node 24')] = 0xff;
    expect(() => parseRecord(bytes)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  test('says that a newer version is newer', () => {
    expect(() => parseRecord(Buffer.from('{"version":2,"anything":true}'))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_VERSION' }),
    );
  });

  test('throws nothing but its own errors, whatever the bytes', () => {
    const mutated = fc.tuple(fc.nat(text.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), mutated), (bytes) => {
        try {
          expect(encodeRecord(parseRecord(bytes))).toEqual(Buffer.from(bytes));
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(?:MALFORMED|UNSUPPORTED_VERSION)$/),
          });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
