import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';

import { describe, expect, test } from '@jest/globals';

import { type Digest, digestOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

const BYTES = Buffer.from('text');
const DIGEST = digestOf(BYTES);

/** As code without types calls it. */
async function put(remote: Remote, content: unknown, digest: Digest = DIGEST): Promise<void> {
  await (remote.putBlob as (digest: Digest, content: unknown) => Promise<void>).call(
    remote,
    digest,
    content,
  );
}

const HINT = /Uint8Array.*Buffer\.from\(text\).*\{ size, open\(\) \}.*createReadStream\(file\)/;

describe.each([
  ['a registry', () => freshRepository()],
  ['a layout', () => `oci:${tempDir()}`],
])('%s', (_, place) => {
  const opened = (): Remote => openRemote(place(), { cwd: '/', credentials: () => undefined });

  test.each<[string, unknown, string]>([
    ['a text', 'text', 'is a text.'],
    ['a stream', Readable.from([BYTES]), 'is a stream'],
    [
      'a generator',
      (async function* () {
        yield await Promise.resolve(BYTES);
      })(),
      'is a stream',
    ],
    ['nothing', undefined, 'is undefined.'],
    ['a promise', Promise.resolve(BYTES), 'is a promise.'],
    ['an ArrayBuffer', new ArrayBuffer(4), 'is an object.'],
    ['an object', { size: 4 }, 'is an object.'],
    ['a source without a size', { open: () => [BYTES] }, 'is an object.'],
    [
      'a source of an unknown size',
      { size: undefined, open: () => [BYTES] },
      'size of a source is undefined.',
    ],
    ['a source of half a byte', { size: 0.5, open: () => [BYTES] }, 'size of a source is 0.5.'],
    ['a source of less than nothing', { size: -1, open: () => [BYTES] }, 'size of a source is -1.'],
    ['a source of texts', { size: 4, open: () => ['text'] }, 'gave a text among its bytes.'],
    [
      'a source that decodes',
      { size: 4, open: () => Readable.from([BYTES]).setEncoding('utf8') },
      'gave a text among its bytes.',
    ],
    [
      'a source that gives a text',
      { size: 4, open: () => 'text' },
      'open() of a source gave a text.',
    ],
    [
      'a source that gives a promise',
      { size: 4, open: () => Promise.resolve([BYTES]) },
      'open() of a source gave a promise.',
    ],
  ])('takes no %s, and says what it takes', async (__, content, what) => {
    const remote = opened();
    try {
      await expect(put(remote, content)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(what),
        hint: expect.stringMatching(HINT),
      });
      expect(await remote.hasBlob(DIGEST)).toBe(false);
    } finally {
      await remote.close();
    }
  });

  test.each<[string, unknown]>([
    ['a Buffer', BYTES],
    ['the bytes of another realm', runInNewContext('Uint8Array.from([116, 101, 120, 116])')],
    ['a source with a stream', { size: 4, open: () => Readable.from([BYTES]) }],
    ['a source with a list', { size: 4, open: () => [BYTES] }],
    [
      'a source with an open() that needs its object',
      new (class {
        readonly size = BYTES.byteLength;
        open(): readonly Buffer[] {
          return [BYTES.subarray(0, this.size)];
        }
      })(),
    ],
  ])('takes %s', async (__, content) => {
    const remote = opened();
    try {
      await put(remote, content);
      expect(await remote.getBlob({ digest: DIGEST, size: 4 })).toEqual(BYTES);
    } finally {
      await remote.close();
    }
  });
});
