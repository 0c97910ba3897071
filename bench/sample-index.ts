import { createHash } from 'node:crypto';

import type { Digest } from '../src/digest.ts';
import type { FrameRef, PackRef } from '../src/location.ts';
import type { Entry } from '../src/store/entry.ts';

const FRAME_BYTES = 512 * 1024;
const PACK_BYTES = 32 * 1024 * 1024;
const FIRST_TIME = 1_732_280_000_000;

const WORDS =
  'access button cache dialog editor filter gallery helper import journal keyboard layout module network observer parser query router schema table upload vector widget yield'.split(
    ' ',
  );

function word(number: number): string {
  return WORDS[number % WORDS.length] ?? '';
}

/** The same digits for the same text: sizes and times that look random, and do not change. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function toDigest(bytes: Buffer): Digest {
  return `sha256:${bytes.toString('hex')}`;
}

/**
 * Entries as a large monorepo has them, in the order of a walk: 60 bytes a key, six folders deep, ten
 * files in each of the innermost ones; 6 KB a file, half of them below 1 KB; one in ten with the content
 * of another.
 */
export function* sampleEntries(count: number): Generator<[string, Entry]> {
  let pack: PackRef = { digest: toDigest(digestOf('pack 0')), size: PACK_BYTES };
  let frame: FrameRef | undefined;
  let used = 0;
  for (let n = 0; n < count; n += 1) {
    const content = digestOf(`content ${String(n % 10 === 9 ? n - 5 : n)}`);
    // From some bytes to 64 KiB, as many of each order of magnitude.
    const size = Math.floor(2 ** (content.readUInt32LE(0) / 2 ** 28));
    if (frame === undefined || used + size > FRAME_BYTES) {
      const offset: number = frame === undefined ? 0 : frame.offset + frame.storedSize;
      const isFull = offset + FRAME_BYTES > PACK_BYTES;
      if (isFull) pack = { digest: toDigest(digestOf(`pack ${String(n)}`)), size: PACK_BYTES };
      frame = {
        pack,
        offset: isFull ? 0 : offset,
        storedSize: 150_000 + (content.readUInt32LE(4) % 50_000),
        rawSize: FRAME_BYTES,
        digest: toDigest(digestOf(`frame ${String(n)}`)),
        codec: 'zstd',
      };
      used = 0;
    }
    yield [
      keyOf(n),
      {
        digest: toDigest(content),
        size,
        meta: {
          mode: n % 40 === 0 ? 0o755 : 0o644,
          mtimeMs: FIRST_TIME + (content.readUInt32LE(8) % 60_000_000) / 1000,
        },
        location: { frames: [frame], offset: used },
      },
    ];
    used += size;
  }
}

function keyOf(n: number): string {
  const group = Math.floor(n / 10_000);
  const folder = Math.floor(n / 100) % 100;
  const inner = Math.floor(n / 10) % 10;
  const two = (number: number): string => String(number).padStart(2, '0');
  const name = `${word(n * 7)}-${word(n * 11 + group)}.${String(n % 10)}.js`;
  return `ws/packages/${word(group)}-${two(group)}/dist/${word(folder)}-${two(folder)}/${word(inner)}-${two(inner)}/${name}`;
}
