import { randomBytes } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type Digest, digestOf } from '../../src/digest.ts';
import type { Location } from '../../src/location.ts';
import type { Content } from '../../src/pack/content.ts';
import { decodeFrame } from '../../src/pack/frame.ts';
import { type Pack, type PackOptions, packContents } from '../../src/pack/packer.ts';

function content(bytes: Uint8Array, pieces = 1): Content {
  return {
    digest: digestOf(bytes),
    size: bytes.byteLength,
    *read() {
      const length = Math.max(1, Math.ceil(bytes.byteLength / pieces));
      for (let at = 0; at < bytes.byteLength; at += length) yield bytes.subarray(at, at + length);
    },
  };
}

async function pack(contents: Content[], options: PackOptions): Promise<Pack[]> {
  return Array.fromAsync(packContents(contents, options));
}

/** Reads a content back as a stranger would: from packs by digest, and its location. */
async function unpack(
  packs: readonly Pack[],
  { frames, offset }: Location,
  size: number,
): Promise<Buffer> {
  const decoded = await Promise.all(
    frames.map(async (frame) => {
      const found = packs.find(({ ref }) => ref.digest === frame.pack.digest);
      const stored = found?.bytes.subarray(frame.offset, frame.offset + frame.storedSize);
      return decodeFrame(frame, stored ?? new Uint8Array());
    }),
  );
  return Buffer.concat(decoded).subarray(offset, offset + size);
}

describe('packContents', () => {
  test('every content comes back, whatever its size', async () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 900 })),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 5 }), async (all, pieces) => {
        const bytes = all.map((size, i) =>
          i % 2 === 0 ? randomBytes(size) : Buffer.alloc(size, i),
        );
        const packs = await pack(
          bytes.map((one) => content(one, pieces)),
          { frameSize: 64, packSize: 200 },
        );
        const locations = new Map<Digest, Location>(packs.flatMap((one) => one.contents));
        for (const one of packs) expect(digestOf(one.bytes)).toBe(one.ref.digest);
        for (const one of bytes) {
          const location = locations.get(digestOf(one));
          expect(location && (await unpack(packs, location, one.byteLength)).equals(one)).toBe(
            true,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test('joins small contents and stores raw what does not compress', async () => {
    const noise = randomBytes(1000);
    const text = Buffer.alloc(5000, 'text ');
    const [only] = await pack([content(noise), content(text), content(Buffer.from('x'))], {});
    const frames = new Set(only?.contents.flatMap(([, location]) => location.frames));
    expect(frames.size).toBe(1);
    const [raw] = await pack([content(noise)], {});
    expect(raw?.contents[0]?.[1].frames[0]?.codec).toBe('raw');
  });

  test.each([
    ['shorter', 3],
    ['longer', 1],
  ])('a content that is %s than it says is an error', async (_, size) => {
    const liar = { ...content(Buffer.from('ab')), size };
    await expect(pack([liar], { frameSize: 64 })).rejects.toMatchObject({ code: 'CHANGED' });
    await expect(pack([liar], { frameSize: 1 })).rejects.toMatchObject({ code: 'CHANGED' });
  });

  test('an error of a content ends it, with no unhandled rejection', async () => {
    const bad: Content = {
      digest: digestOf('x'),
      size: 1,
      read: () => {
        throw new Error('gone');
      },
    };
    await expect(pack([content(randomBytes(500)), bad], { frameSize: 64 })).rejects.toThrow('gone');
  });
});

describe('decodeFrame', () => {
  test('catches a flipped bit, a wrong size and two joined frames', async () => {
    const text = Buffer.alloc(500, 'text');
    const [made] = await pack([content(text)], {});
    const frame = made?.contents[0]?.[1].frames[0];
    if (made === undefined || frame === undefined) throw new Error('nothing was packed');
    const stored = Buffer.from(made.bytes);
    await expect(decodeFrame(frame, stored)).resolves.toEqual(text);
    await expect(decodeFrame({ ...frame, rawSize: 499 }, stored)).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
    await expect(decodeFrame({ ...frame, rawSize: 501 }, stored)).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
    const joined = Buffer.concat([stored, stored]);
    await expect(
      decodeFrame({ ...frame, digest: digestOf(joined), rawSize: 1000 }, joined),
    ).rejects.toMatchObject({ code: 'INTEGRITY' });
    stored[5] = (stored[5] ?? 0) ^ 1;
    await expect(decodeFrame(frame, stored)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });
});
