import { isUtf8 } from 'node:buffer';

/*
 * On Linux a file's name is bytes, nearly always UTF-8. Here a path is text all the same: a byte
 * that is no part of valid UTF-8 stands as the lone surrogate U+DC00 plus that byte (U+DC80 to
 * U+DCFF), as in Python's `surrogateescape` (https://peps.python.org/pep-0383/). Every path on disk
 * has exactly one such text, and the text gives its bytes back.
 *
 * Node would make U+FFFD of such text, which may be another file's name: whatever calls the file
 * system passes a path through `encodePath`.
 */

/** A path as system calls take it: see {@link encodePath}. */
export type FilePath = string | Buffer;

/** The `u` flag leaves surrogates alone that are half of a pair. */
const ESCAPED = /[\uDC80-\uDCFF]/gu;
const RUN_OF_ESCAPED = /([\uDC80-\uDCFF]+)/u;

/**
 * The text of a name or a path that the system, or git, gave as bytes.
 *
 * @example
 * decodeName(Buffer.from([0x61, 0xff])) // 'a\uDCFF'
 */
export function decodeName(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  // U+FFFD is what Node shows for bytes that are not UTF-8, but a name may really hold it.
  if (!text.includes('\uFFFD') || isUtf8(bytes)) return text;
  let decoded = '';
  for (let at = 0; at < bytes.byteLength;) {
    const first = bytes.readUInt8(at);
    const character = bytes.subarray(at, at + characterLength(first));
    const isValid = isUtf8(character);
    decoded += isValid ? character.toString('utf8') : escapeByte(first);
    at += isValid ? character.byteLength : 1;
  }
  return decoded;
}

/** A path for a system call: as it is, or its bytes where it holds escaped ones. */
export function encodePath(path: FilePath): FilePath {
  return typeof path !== 'string' || path.isWellFormed() ? path : bytesOf(path);
}

/** The bytes of a path, as they are on disk. */
export function bytesOf(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path);
  // Every second part is escaped bytes; `latin1` writes the low byte of each unit.
  const parts = path.split(RUN_OF_ESCAPED);
  return Buffer.concat(parts.map((part, i) => Buffer.from(part, i % 2 === 0 ? 'utf8' : 'latin1')));
}

/**
 * Whether {@link decodeName} may have given this text. Other lone surrogates, and escaped bytes
 * that are valid UTF-8 together, would be a second text for some path.
 */
export function isCanonical(path: string): boolean {
  return path.isWellFormed() || decodeName(bytesOf(path)) === path;
}

/** The text that stands for a byte, 0x80 to 0xFF, that is no part of valid UTF-8. */
export function escapeByte(byte: number): string {
  return String.fromCharCode(0xdc00 + byte);
}

/** Gives every escaped byte another text. */
export function replaceEscaped(text: string, replace: (byte: number) => string): string {
  if (text.isWellFormed()) return text;
  return text.replace(ESCAPED, (escaped) => replace(escaped.charCodeAt(0) - 0xdc00));
}

/** Whether any bytes may be a name. Windows has UTF-16, and macOS takes nothing but UTF-8. */
export function takesAnyBytes(platform: NodeJS.Platform): boolean {
  return platform !== 'win32' && platform !== 'darwin';
}

/** Text for people, with escaped bytes as `\xFF`. */
export function showText(text: string): string {
  return replaceEscaped(text, (byte) => `\\x${hexOfByte(byte)}`);
}

/**
 * A path in quotes for messages: a JSON string, but for escaped bytes, which are `\xFF`.
 *
 * @example
 * showPath('caf\uDCE9 "x"') // '"caf\\xE9 \\"x\\""'
 */
export function showPath(path: FilePath): string {
  const quoted = JSON.stringify(typeof path === 'string' ? path : decodeName(path));
  // JSON has these surrogates as `\udce9`. Escapes are taken in pairs, for a name may hold `\`.
  return quoted.replace(/\\(?:udc([89a-f][0-9a-f])|.)/g, (escape, hex: string | undefined) =>
    hex === undefined ? escape : `\\x${hex.toUpperCase()}`,
  );
}

/** Two upper-case digits. */
export function hexOfByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** Bytes of the character that begins with this byte, if it is valid. */
function characterLength(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
