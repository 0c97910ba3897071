import assert from 'node:assert/strict';

import fc from 'fast-check';

import { type Digest, digestOf } from '../../../src/digest.ts';
import { type SnapshotConfig, decodeConfig, encodeConfig } from '../../../src/sync/config.ts';
import { edited, editedBytes, editedJson, jsonText, megabyte, repetitions } from '../grammar.ts';
import { type Target, holds, unlessRefused } from '../target.ts';

const digest = fc.string().map(digestOf);
const digestOrNone = fc.oneof<fc.Arbitrary<Digest | ''>[]>(digest, fc.constant(''));
const word = fc.string({ unit: 'grapheme', maxLength: 10 });
/** A key that ends in a slash, or an empty one. */
const prefix = fc.oneof(
  fc.constant(''),
  word.map((text) => `${text}/`),
);

const config: fc.Arbitrary<SnapshotConfig> = fc.record(
  {
    format: fc.constant(1 as const),
    root: digestOrNone,
    entries: fc.maxSafeNat(),
    bytes: fc.maxSafeNat(),
    prefixes: fc.dictionary(prefix, digestOrNone, { maxKeys: 3, noNullPrototype: true }),
    subtrees: fc.array(
      fc.record(
        {
          name: word,
          root: fc.constantFrom('ws', 'home', 'root'),
          folder: word,
          outputs: fc.array(word, { maxLength: 3 }),
          fingerprint: fc.option(digest),
          digest: digestOrNone,
        },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
    merged: fc.array(digest, { maxLength: 3 }),
  },
  { noNullPrototype: true },
);

const json = config.map((value) => JSON.stringify(value));

const UNITS = ['[', '{', '"', '\\', ',', '{"subtrees":', '{"a":', '1', ' ', ']', '}', '\\u0000'];

const bytes = fc.oneof(
  fc.uint8Array(),
  editedJson(config).map((value) => Buffer.from(jsonText(value))),
  edited(json, ...UNITS).map((text) => Buffer.from(text)),
  editedBytes(json.map((text) => Buffer.from(text))),
);

function read(input: Uint8Array): SnapshotConfig | undefined {
  return unlessRefused(['MALFORMED', 'UNSUPPORTED_VERSION'], () => decodeConfig(input));
}

export const snapshotConfigTarget: Target = {
  parser: "a snapshot's config",
  properties: [
    holds('what is taken reads the same once written', bytes, (input) => {
      const found = read(input);
      if (found !== undefined) assert.deepEqual(decodeConfig(encodeConfig(found)), found);
    }),
    holds('what is printed is read', config, (value) => {
      assert.deepEqual(decodeConfig(encodeConfig(value)), value);
    }),
    holds(
      'a megabyte is soon read',
      repetitions(['{"format":1,"subtrees":[', '{"format":1,"prefixes":{"', '{"format":'], UNITS, [
        ']}',
        '"}',
        '}}',
      ]),
      (repetition) => {
        read(Buffer.from(megabyte(repetition)));
      },
    ),
  ],
};
