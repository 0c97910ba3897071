import { CafsError } from '../errors.ts';

/**
 * What a store can be given as content: bytes, text (kept as UTF-8), a file's content, or a stream
 * of bytes or text (Node's, the web's, or any async iterable). Files and streams are read piece by
 * piece: memory does not grow with their size.
 */
export type Data =
  Uint8Array | string | { readonly file: string } | AsyncIterable<Uint8Array | string>;

/** Data as the store works on it. */
export type KnownData =
  | { readonly bytes: Uint8Array }
  | { readonly file: string }
  | { readonly chunks: AsyncIterable<Uint8Array> };

/**
 * Tells kinds of data apart; what comes from untyped code is checked.
 *
 * @throws CafsError `INVALID_INPUT` for something that is no data
 */
export function readData(data: Data): KnownData {
  if (typeof data === 'string') return { bytes: Buffer.from(data) };
  if (data instanceof Uint8Array) return { bytes: data };
  if (typeof data !== 'object' || (data as unknown) === null) throw notData(data);
  if (Symbol.asyncIterator in data) return { chunks: toBytes(data) };
  if (typeof data.file === 'string' && data.file !== '') return { file: data.file };
  throw notData(data);
}

async function* toBytes(
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') yield Buffer.from(chunk);
    else if ((chunk as unknown) instanceof Uint8Array) yield chunk;
    else throw notData(chunk);
  }
}

function notData(value: unknown): CafsError {
  return new CafsError('INVALID_INPUT', `A store cannot keep a value of type ${typeOf(value)}.`, {
    hint: 'Give it bytes, text, { file: path }, or a stream of bytes.',
  });
}

function typeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === 'string' ? constructor.name : 'object';
}
