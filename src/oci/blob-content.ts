import { isUint8Array } from 'node:util/types';

import { CafsError } from '../errors.ts';
import type { BlobContent, BlobSource } from './remote.ts';

/**
 * Checks what is to be stored as a blob. Code without types gives a stream or a text, of which the one
 * cannot be read again for a second try, and the other has no bytes yet.
 *
 * @throws CafsError `INVALID_INPUT`, here or where the source is read
 */
export function checkedContent(content: unknown): BlobContent {
  if (isUint8Array(content)) {
    // One of another realm is none to `instanceof`.
    const { buffer, byteOffset, byteLength } = content;
    return content instanceof Uint8Array ? content : Buffer.from(buffer, byteOffset, byteLength);
  }
  if (!isSource(content)) throw refused(`The content of a blob is ${kindOf(content)}`);
  const { size } = content;
  if (!Number.isSafeInteger(size) || size < 0) {
    throw refused(
      `The size of a source is ${typeof size === 'number' ? String(size) : kindOf(size)}`,
    );
  }
  return { size, open: () => bytesOf(content) };
}

async function* bytesOf(source: BlobSource): AsyncGenerator<Uint8Array, void, void> {
  const pieces: unknown = source.open();
  if (!isIterable(pieces)) throw refused(`open() of a source gave ${kindOf(pieces)}`);
  for await (const piece of pieces) {
    if (!isUint8Array(piece)) throw refused(`A source gave ${kindOf(piece)} among its bytes`);
    yield piece;
  }
}

function isSource(value: unknown): value is BlobSource {
  return (
    typeof value === 'object' &&
    value !== null &&
    'size' in value &&
    'open' in value &&
    typeof value.open === 'function'
  );
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return 'a text';
  if (value instanceof Promise) return 'a promise';
  if (isIterable(value)) return 'a stream, or another thing that can be read once';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function refused(what: string): CafsError {
  return new CafsError('INVALID_INPUT', `${what}.`, {
    hint: 'Give a Uint8Array (of a text: Buffer.from(text)), or a source that can be read again: { size, open() }, such as { size: statSync(file).size, open: () => createReadStream(file) }.',
  });
}
