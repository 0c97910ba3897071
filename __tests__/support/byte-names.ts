import fc from 'fast-check';

/** The longest name, in bytes, on nearly all disks. */
const NAME_MAX = 255;

/** Well-formed text, and all ways of not being UTF-8. */
const PIECES = [
  'a',
  'B',
  '.',
  '%',
  '%FF',
  '%25',
  '\n',
  '\\',
  'é',
  'e\u0301',
  '€',
  '😀',
  '\uFFFD',
  '\uE000',
].map((text) => Buffer.from(text));
const BROKEN = [
  [0xff],
  [0xfe],
  [0x80],
  [0xc3],
  [0xa9],
  [0xe9],
  // Cut short.
  [0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
  // Longer than need be: `/` in two bytes, NUL in three.
  [0xc0, 0xaf],
  [0xe0, 0x80, 0x80],
  // Surrogates, and what a byte escaped as text would be in UTF-8.
  [0xed, 0xa0, 0x80],
  [0xed, 0xb3, 0xbf],
  // Beyond U+10FFFF.
  [0xf4, 0x90, 0x80, 0x80],
].map((bytes) => Buffer.from(bytes));

const anyByte = fc
  .integer({ min: 1, max: 0xff })
  .filter((byte) => byte !== 0x2f)
  .map((byte) => Buffer.from([byte]));

/** Any name that Linux allows: 1 to 255 bytes, none of them NUL or `/`, not `.` nor `..`. */
export const nameBytes: fc.Arbitrary<Buffer> = fc
  .oneof(
    fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...BROKEN), anyByte), {
      minLength: 1,
      maxLength: 12,
    }),
    fc.array(anyByte, { minLength: 1, maxLength: NAME_MAX, size: 'max' }),
  )
  .map((pieces) => Buffer.concat(pieces).subarray(0, NAME_MAX))
  .filter((name) => !['.', '..'].includes(name.toString('latin1')));

/** Any relative path of at most 4,096 bytes. */
export const pathBytes: fc.Arbitrary<Buffer> = fc
  .array(nameBytes, { minLength: 1, maxLength: 40 })
  .map((names) => joinBytes(...names))
  .map((path) => path.subarray(0, 4096))
  .filter((path) => !/(?:^|\/)\.{0,2}$/.test(path.toString('latin1')));

/** Parts of a path, with `/` between them. */
export function joinBytes(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part, i) => [Buffer.from(i === 0 ? '' : '/'), Buffer.from(part as string)]),
  );
}
