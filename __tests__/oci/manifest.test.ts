import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import { MAX_LAYERS, encodeManifest, parseManifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE_INDEX, MEDIA_TYPE_MANIFEST, type Manifest } from '../../src/oci/types.ts';

const BLOB = { mediaType: 'application/octet-stream', digest: digestOf('x'), size: 1 };
const MANIFEST: Manifest = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE_MANIFEST,
  artifactType: 'application/vnd.cafs.test.v1',
  config: BLOB,
  layers: [BLOB, { ...BLOB, annotations: { b: '2', a: '1' } }],
  annotations: { 'org.opencontainers.image.source': 'https://example.com' },
};
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('encodeManifest', () => {
  test('gives the same bytes whatever the order of the keys', () => {
    const { layers, config, ...rest } = MANIFEST;
    const shuffled = {
      layers,
      ...rest,
      config: { size: 1, digest: BLOB.digest, mediaType: BLOB.mediaType },
    };
    expect(encodeManifest(shuffled).equals(encodeManifest(MANIFEST))).toBe(true);
    expect(config).toBe(BLOB);
  });

  test('sorts keys and leaves no blanks', () => {
    const small = { ...MANIFEST, layers: [], annotations: { '10': 'ten', '9': 'nine', b: '"' } };
    expect(encodeManifest(small).toString()).toBe(
      `{"annotations":{"10":"ten","9":"nine","b":"\\""},"artifactType":"application/vnd.cafs.test.v1","config":{"digest":"${BLOB.digest}","mediaType":"application/octet-stream","size":1},"layers":[],"mediaType":"${MEDIA_TYPE_MANIFEST}","schemaVersion":2}`,
    );
  });

  test('what it writes, parseManifest reads', () => {
    expect(parseManifest(encodeManifest(MANIFEST))).toEqual(MANIFEST);
  });

  test('refuses what registries need not take', () => {
    const layers = Array<typeof BLOB>(40_000).fill(BLOB);
    expect(() => encodeManifest({ ...MANIFEST, layers })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});

describe('parseManifest', () => {
  test('takes a manifest without the optional fields', () => {
    const bytes = json({ schemaVersion: 2, config: BLOB, layers: [] });
    expect(parseManifest(bytes)).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE_MANIFEST,
      config: BLOB,
      layers: [],
    });
  });

  test.each([
    ['no JSON', Buffer.from('{'), 'JSON'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'JSON'],
    ['too large', Buffer.alloc(8 * 1024 * 1024 + 1), 'bytes'],
    ['null', json(null), ''],
    [
      'an index',
      json({ schemaVersion: 2, mediaType: MEDIA_TYPE_INDEX, manifests: [] }),
      'mediaType',
    ],
    ['schema 1', json({ ...MANIFEST, schemaVersion: 1 }), 'schemaVersion'],
    ['no config', json({ ...MANIFEST, config: undefined }), 'config'],
    ['layers that are no array', json({ ...MANIFEST, layers: {} }), 'layers'],
    ['a negative size', json({ ...MANIFEST, layers: [{ ...BLOB, size: -1 }] }), 'layers.0.size'],
    ['a fraction', json({ ...MANIFEST, config: { ...BLOB, size: 1.5 } }), 'config.size'],
    ['a huge size', json({ ...MANIFEST, config: { ...BLOB, size: 1e300 } }), 'config.size'],
    ['text for a size', json({ ...MANIFEST, config: { ...BLOB, size: '1' } }), 'config.size'],
    [
      'a path for a digest',
      json({ ...MANIFEST, config: { ...BLOB, digest: 'sha256:../x' } }),
      'config.digest',
    ],
    [
      'another algorithm',
      json({ ...MANIFEST, config: { ...BLOB, digest: 'md5:00' } }),
      'config.digest',
    ],
    [
      'no media type',
      json({ ...MANIFEST, config: { ...BLOB, mediaType: 'a b' } }),
      'config.mediaType',
    ],
    ['annotations that are no text', json({ ...MANIFEST, annotations: { a: 1 } }), 'annotations'],
    [
      'too many layers',
      Buffer.from(
        JSON.stringify({ ...MANIFEST, layers: [] }).replace(
          '[]',
          `[${Array(MAX_LAYERS + 1)
            .fill(JSON.stringify(BLOB))
            .join()}]`,
        ),
      ),
      'layers',
    ],
  ])('refuses %s', (_, bytes, where) => {
    expect(() => parseManifest(bytes)).toThrow(
      expect.objectContaining({
        code: 'MALFORMED',
        message: expect.stringContaining(where),
      }),
    );
  });

  test('any JSON is either read or MALFORMED', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => parseManifest(json(value))).toThrow(
          expect.objectContaining({ code: 'MALFORMED' }),
        );
      }),
    );
  });
});
