import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import { manifestTypeOf } from '../../src/oci/manifest-type.ts';
import { MAX_LAYERS, encodeManifest, parseIndex, parseManifest } from '../../src/oci/manifest.ts';
import {
  type ImageIndex,
  MEDIA_TYPE_DOCKER_INDEX,
  MEDIA_TYPE_DOCKER_MANIFEST,
  MEDIA_TYPE_INDEX,
  MEDIA_TYPE_MANIFEST,
  type Manifest,
} from '../../src/oci/types.ts';

const BLOB = { mediaType: 'application/octet-stream', digest: digestOf('x'), size: 1 };
const MANIFEST: Manifest = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE_MANIFEST,
  artifactType: 'application/vnd.cafs.test.v1',
  config: BLOB,
  layers: [BLOB, { ...BLOB, annotations: { b: '2', a: '1' } }],
  annotations: { 'org.opencontainers.image.source': 'https://example.com' },
};
const config = (fields: object): Buffer => json({ ...MANIFEST, config: { ...BLOB, ...fields } });
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** With every field that the specification has. */
const INDEX: ImageIndex = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE_INDEX,
  artifactType: 'application/vnd.cafs.test.v1',
  manifests: [
    {
      ...BLOB,
      mediaType: MEDIA_TYPE_MANIFEST,
      urls: ['https://example.com/a?b'],
      data: Buffer.from('x').toString('base64'),
      artifactType: 'application/vnd.other.v1',
      platform: {
        architecture: 'arm',
        os: 'linux',
        'os.version': '1',
        'os.features': ['win32k'],
        variant: 'v7',
      },
    },
  ],
  subject: BLOB,
  annotations: { a: 'b' },
};

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

  test('refuses more layers than are read', () => {
    const layers = Array.from({ length: MAX_LAYERS + 1 }, () => BLOB);
    expect(encodeManifest({ ...MANIFEST, layers: layers.slice(1) }).byteLength).toBeGreaterThan(0);
    expect(() => encodeManifest({ ...MANIFEST, layers })).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(String(MAX_LAYERS)),
      }),
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
    [
      'a parameter of a media type',
      config({ mediaType: 'text/plain; charset=utf-8' }),
      'mediaType',
    ],
    ['a media type without end', config({ mediaType: `a/${'b'.repeat(200)}` }), 'config.mediaType'],
    ['data that is not the content', config({ data: 'eQ==' }), 'config'],
    ['data of another size', config({ data: 'eHg=' }), 'config'],
    ['data that is no base64', config({ data: 'eA' }), 'config'],
    ['addresses that are none', config({ urls: ['x y'] }), 'config.urls'],
    ['a platform without a system', config({ platform: { architecture: 'arm' } }), 'platform.os'],
    ['a subject that is none', json({ ...MANIFEST, subject: {} }), 'subject'],
    ['an index as well', json({ ...MANIFEST, manifests: [] }), 'could be an index'],
    [
      'a byte order mark, which is part of the digest',
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json(MANIFEST)]),
      'JSON',
    ],
    ['very deep JSON', Buffer.from('['.repeat(4_000_000)), 'JSON'],
    ['a list of annotations', json({ ...MANIFEST, annotations: ['a'] }), 'annotations'],
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

  test('takes a manifest of Docker', () => {
    const docker = { ...MANIFEST, mediaType: MEDIA_TYPE_DOCKER_MANIFEST } as const;
    expect(parseManifest(json(docker))).toEqual(docker);
  });

  test('leaves out what the specification does not have', () => {
    const descriptor = {
      ...BLOB,
      unknown: 1,
      platform: { architecture: 'a', os: 'b', features: [] },
    };
    const bytes = json({ ...MANIFEST, config: descriptor, unknown: 1 });
    expect(parseManifest(bytes)).toEqual({
      ...MANIFEST,
      config: { ...BLOB, platform: { architecture: 'a', os: 'b' } },
    });
  });

  test('takes annotations of any name', () => {
    const annotations = '{"__proto__":"a","constructor":"b","":"c"}';
    const bytes = Buffer.from(
      JSON.stringify({ ...MANIFEST, annotations: {} }).replace(
        '"annotations":{}}',
        `"annotations":${annotations}}`,
      ),
    );
    expect(JSON.stringify(parseManifest(bytes).annotations)).toBe(annotations);
    expect(encodeManifest(parseManifest(bytes)).toString()).toContain('"__proto__":"a"');
  });

  test('shows no control characters of what it refuses', () => {
    const bytes = json({ ...MANIFEST, mediaType: '\n::error::x\u001b[2J' });
    expect(() => parseManifest(bytes)).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/\p{C}|::error/u) }),
    );
  });
});

describe('parseIndex', () => {
  test('reads every field, and what it reads can be written', () => {
    expect(parseIndex(encodeManifest(INDEX))).toEqual(INDEX);
  });

  test("takes one without a type, and a manifest list of Docker's", () => {
    expect(parseIndex(json({ schemaVersion: 2, manifests: [] })).mediaType).toBe(MEDIA_TYPE_INDEX);
    const docker = { ...INDEX, mediaType: MEDIA_TYPE_DOCKER_INDEX } as const;
    expect(parseIndex(json(docker))).toEqual(docker);
  });

  test.each([
    ['an image manifest', encodeManifest(MANIFEST), 'mediaType'],
    ['one without a type', json({ ...MANIFEST, mediaType: undefined }), 'manifests'],
    ['an image manifest as well', json({ ...INDEX, config: BLOB }), 'could be an index'],
    ['a manifest without a digest', json({ ...INDEX, manifests: [{}] }), 'manifests.0'],
    ['no JSON', Buffer.from(''), 'JSON'],
  ])('refuses %s', (_, bytes, where) => {
    expect(() => parseIndex(bytes)).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringContaining(where) }),
    );
  });
});

describe('manifestTypeOf', () => {
  test.each([
    [encodeManifest(MANIFEST), MEDIA_TYPE_MANIFEST],
    [encodeManifest(INDEX), MEDIA_TYPE_INDEX],
    [json({ schemaVersion: 2, config: BLOB, layers: [] }), MEDIA_TYPE_MANIFEST],
    [json({ schemaVersion: 2, manifests: [] }), MEDIA_TYPE_INDEX],
    [
      json({ schemaVersion: 2, mediaType: 'application/vnd.other+json' }),
      'application/vnd.other+json',
    ],
    [json({ schemaVersion: 2, manifests: [], layers: [] }), undefined],
    [json({ schemaVersion: 2, mediaType: MEDIA_TYPE_INDEX, manifests: [], config: 1 }), undefined],
    [json({ schemaVersion: 2, mediaType: 'a\nb' }), undefined],
    [json({ schemaVersion: 2 }), undefined],
    [json({ layers: [] }), undefined],
    [json([]), undefined],
    [Buffer.from('{'), undefined],
  ])('of %s is %j', (bytes, expected) => {
    expect(manifestTypeOf(bytes)).toBe(expected);
  });
});
