import assert from 'node:assert/strict';

import fc from 'fast-check';

import { digestOf, isDigest } from '../../../src/digest.ts';
import { encodeManifest, parseIndex, parseManifest } from '../../../src/oci/manifest.ts';
import { manifestTypeOf } from '../../../src/oci/manifest-type.ts';
import {
  type Descriptor,
  type ImageIndex,
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_DOCKER_MANIFEST,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
  type Manifest,
  type Platform,
} from '../../../src/oci/types.ts';
import { edited, editedBytes, editedJson, jsonText, megabyte, repetitions } from '../grammar.ts';
import { type Target, holds, unlessRefused } from '../target.ts';

const annotations = fc.dictionary(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor')),
  fc.string({ unit: 'grapheme' }),
  { maxKeys: 3, noNullPrototype: true },
);

const word = fc.string({ unit: 'grapheme', maxLength: 8 });

const platform: fc.Arbitrary<Platform> = fc.record(
  {
    architecture: word,
    os: word,
    'os.version': word,
    'os.features': fc.array(word, { maxLength: 2 }),
    variant: word,
  },
  { requiredKeys: ['architecture', 'os'], noNullPrototype: true },
);

const shared = {
  mediaType: fc.stringMatching(/^[a-z]{1,8}\/[a-z0-9][a-z0-9.+-]{0,20}$/),
  urls: fc.array(fc.webUrl(), { maxLength: 2 }),
  annotations,
  artifactType: word,
  platform,
};

const descriptor: fc.Arbitrary<Descriptor> = fc.oneof(
  fc.record(
    { ...shared, digest: fc.string().map(digestOf), size: fc.maxSafeNat() },
    { requiredKeys: ['mediaType', 'digest', 'size'], noNullPrototype: true },
  ),
  // One that holds its content.
  fc
    .tuple(fc.uint8Array({ maxLength: 20 }), fc.record(shared, { noNullPrototype: true }))
    .map(([content, fields]) => ({
      ...fields,
      digest: digestOf(content),
      size: content.length,
      data: Buffer.from(content).toString('base64'),
    })),
);

const top = {
  schemaVersion: fc.constant(2 as const),
  artifactType: fc.constant('application/vnd.test.v1'),
  subject: descriptor,
  annotations,
};

const manifest: fc.Arbitrary<Manifest> = fc.record(
  {
    ...top,
    mediaType: fc.constantFrom(MEDIA_TYPE_MANIFEST, MEDIA_TYPE_DOCKER_MANIFEST),
    config: descriptor,
    layers: fc.array(descriptor, { maxLength: 4 }),
  },
  { requiredKeys: ['schemaVersion', 'mediaType', 'config', 'layers'], noNullPrototype: true },
);

const index: fc.Arbitrary<ImageIndex> = fc.record(
  {
    ...top,
    mediaType: fc.constantFrom(MEDIA_TYPE_INDEX, MEDIA_TYPE_DOCKER_INDEX),
    manifests: fc.array(descriptor, { maxLength: 4 }),
  },
  { requiredKeys: ['schemaVersion', 'mediaType', 'manifests'], noNullPrototype: true },
);

const json = fc.oneof(manifest, index).map((value) => JSON.stringify(value));

const UNITS = ['[', '{', '"', '\\', ',', '{"layers":', '{"a":', '1', ' ', '\\u0000', 'é', ']', '}'];

const bytes = fc.oneof(
  fc.uint8Array(),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  editedJson(fc.oneof(manifest, index)).map((value) => Buffer.from(jsonText(value))),
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

function readIndex(input: Uint8Array): ImageIndex | undefined {
  return unlessRefused(['MALFORMED'], () => parseIndex(input));
}

export const manifestTarget: Target = {
  parser: 'manifest',
  properties: [
    holds('what is taken is one thing, and reads the same once written', mixed, (input) => {
      const found = read(input);
      const asIndex = readIndex(input);
      const either = found ?? asIndex;
      if (either === undefined) return;
      assert.ok(found === undefined || asIndex === undefined);
      assert.equal(either.schemaVersion, 2);
      assert.equal(manifestTypeOf(input), either.mediaType);
      const named = 'layers' in either ? [either.config, ...either.layers] : either.manifests;
      for (const { digest, size } of named) {
        assert.ok(isDigest(digest) && Number.isSafeInteger(size) && size >= 0);
      }
      if (found !== undefined) assert.deepEqual(parseManifest(encodeManifest(found)), found);
      if (asIndex !== undefined) assert.deepEqual(parseIndex(encodeManifest(asIndex)), asIndex);
    }),
    holds('what is printed is read, and printed the same', manifest, (value) => {
      const encoded = encodeManifest(value);
      const found = parseManifest(encoded);
      assert.deepEqual(found, value);
      assert.ok(encodeManifest(found).equals(encoded));
    }),
    holds('so is an index', index, (value) => {
      const encoded = encodeManifest(value);
      const found = parseIndex(encoded);
      assert.deepEqual(found, value);
      assert.ok(encodeManifest(found).equals(encoded));
    }),
    holds(
      'a megabyte is soon read',
      repetitions(
        [
          '{"schemaVersion":2,"layers":[',
          '{"schemaVersion":2,"manifests":[',
          '{"annotations":{"',
          '{"mediaType":"',
        ],
        UNITS,
        [']}', '"}', '}}'],
      ),
      (repetition) => {
        const whole = Buffer.from(megabyte(repetition));
        read(whole);
        readIndex(whole);
        manifestTypeOf(whole);
      },
    ),
  ],
};
