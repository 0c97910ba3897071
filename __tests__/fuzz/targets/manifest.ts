import assert from 'node:assert/strict';

import fc from 'fast-check';

import { digestOf, isDigest } from '../../../src/digest.ts';
import { encodeManifest, parseIndex, parseManifest } from '../../../src/oci/manifest.ts';
import { manifestTypeOf } from '../../../src/oci/manifest-type.ts';
import {
  type Descriptor,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
  type Manifest,
} from '../../../src/oci/types.ts';
import { edited, editedBytes, editedJson, jsonText, megabyte, repetitions } from '../grammar.ts';
import { type Target, holds, unlessRefused } from '../target.ts';

const annotations = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor')),
  fc.string({ unit: 'grapheme' }),
  { maxKeys: 3, noNullPrototype: true },
);

const descriptor: fc.Arbitrary<Descriptor> = fc.record(
  {
    mediaType: fc.stringMatching(/^[a-z]{1,8}\/[a-z0-9][a-z0-9.+-]{0,20}$/),
    digest: fc.string().map(digestOf),
    size: fc.maxSafeNat(),
    annotations,
  },
  { requiredKeys: ['mediaType', 'digest', 'size'], noNullPrototype: true },
);

const manifest: fc.Arbitrary<Manifest> = fc.record(
  {
    schemaVersion: fc.constant(2 as const),
    mediaType: fc.constant(MEDIA_TYPE_MANIFEST),
    artifactType: fc.constant('application/vnd.test.v1'),
    config: descriptor,
    layers: fc.array(descriptor, { maxLength: 4 }),
    annotations,
  },
  { requiredKeys: ['schemaVersion', 'mediaType', 'config', 'layers'], noNullPrototype: true },
);

const json = manifest.map((value) => JSON.stringify(value));

const UNITS = ['[', '{', '"', '\\', ',', '{"layers":', '{"a":', '1', ' ', '\\u0000', 'é', ']', '}'];

const bytes = fc.oneof(
  fc.uint8Array(),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  editedJson(manifest).map((value) => Buffer.from(jsonText(value))),
  edited(json, ...UNITS).map((text) => Buffer.from(text)),
  editedBytes(json.map((text) => Buffer.from(text))),
);

/** With fields of both. */
const mixed = fc.oneof(
  bytes,
  fc
    .record({
      schemaVersion: fc.constant(2),
      mediaType: fc.constantFrom(MEDIA_TYPE_MANIFEST, MEDIA_TYPE_INDEX, undefined, 'a/b', 1),
      config: fc.option(descriptor, { nil: undefined }),
      layers: fc.option(fc.array(descriptor, { maxLength: 2 }), { nil: undefined }),
      manifests: fc.option(fc.array(descriptor, { maxLength: 2 }), { nil: undefined }),
    })
    .map((value) => Buffer.from(JSON.stringify(value))),
);

function read(input: Uint8Array): Manifest | undefined {
  return unlessRefused(['MALFORMED'], () => parseManifest(input));
}

export const manifestTarget: Target = {
  parser: 'manifest',
  properties: [
    holds('what is taken is a manifest, and reads the same once written', bytes, (input) => {
      const found = read(input);
      if (found === undefined) return;
      assert.equal(found.schemaVersion, 2);
      for (const { digest, size } of [found.config, ...found.layers]) {
        assert.ok(isDigest(digest) && Number.isSafeInteger(size) && size >= 0);
      }
      assert.deepEqual(parseManifest(encodeManifest(found)), found);
    }),
    holds('nothing is a manifest and an index', mixed, (input) => {
      const index = unlessRefused(['MALFORMED'], () => parseIndex(input));
      const image = read(input);
      assert.ok(index === undefined || image === undefined);
      const found = index ?? image;
      if (found !== undefined) assert.equal(manifestTypeOf(input), found.mediaType);
    }),
    holds('what is printed is read, and printed the same', manifest, (value) => {
      const encoded = encodeManifest(value);
      const found = parseManifest(encoded);
      assert.deepEqual(found, value);
      assert.ok(encodeManifest(found).equals(encoded));
    }),
    holds(
      'a megabyte is soon read',
      repetitions(['{"schemaVersion":2,"layers":[', '{"annotations":{"', '{"mediaType":"'], UNITS, [
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
