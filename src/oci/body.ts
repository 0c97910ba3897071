import { type Digest, Digester } from '../digest.ts';
import { CafsError, IntegrityError } from '../errors.ts';
import type { HttpResponse } from './http.ts';
import { headerValue } from './http.ts';
import { shownHeader } from './shown-header.ts';

/** What a body must be. */
export interface Expected {
  /** What is being read, for errors: `blob sha256:...`. */
  readonly what: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Reads a body that must have a certain size, into one buffer of that size. Whatever a server
 * sends, no more than that is kept. The caller checks the bytes.
 *
 * @throws CafsError `INTEGRITY` where it is shorter or longer
 */
export async function readExactly(response: HttpResponse, expected: Expected): Promise<Buffer> {
  await refuseLength(response, expected);
  const buffer = Buffer.allocUnsafe(expected.size);
  let filled = 0;
  await consume(response, expected, (chunk) => {
    buffer.set(chunk, filled);
    filled += chunk.byteLength;
  });
  return buffer;
}

/**
 * Reads and checks a whole body, and keeps a part of it.
 *
 * @throws CafsError `INTEGRITY` where it is shorter, longer, or has another digest
 */
export async function readSlice(
  response: HttpResponse,
  expected: Expected & { readonly digest: Digest },
  slice: { readonly offset: number; readonly length: number },
): Promise<Buffer> {
  await refuseLength(response, expected);
  const buffer = Buffer.allocUnsafe(slice.length);
  const digester = new Digester();
  await consume(response, expected, (chunk) => {
    const position = digester.size;
    const from = Math.max(slice.offset - position, 0);
    const to = Math.min(slice.offset + slice.length - position, chunk.byteLength);
    if (from < to) buffer.set(chunk.subarray(from, to), position + from - slice.offset);
    digester.update(chunk);
  });
  const found = digester.digest();
  if (found !== expected.digest) {
    throw new IntegrityError(`The ${expected.what} came with other bytes: ${found}.`);
  }
  return buffer;
}

/**
 * Reads a body of unknown size.
 *
 * @param limit bytes
 * @throws CafsError `MALFORMED` where it has more
 */
export async function readLimited(
  response: HttpResponse,
  what: string,
  limit: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > limit) {
      throw new CafsError('MALFORMED', `The ${what} has more than ${String(limit)} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** The size that a response announces, where it does. */
export function announcedSize(response: HttpResponse): number | undefined {
  const text = headerValue(response, 'content-length');
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Whether a body comes as it is, byte by byte, and its announced size is its own. */
export function isIdentity(response: HttpResponse): boolean {
  return ['', 'identity'].includes(encodingOf(response));
}

/**
 * Refuses a body that is not what was asked for, byte by byte: some proxies compress whatever passes.
 *
 * @throws CafsError `INTEGRITY`
 */
export async function assertIdentity(response: HttpResponse, what: string): Promise<void> {
  if (isIdentity(response)) return;
  await response.body.discard();
  const encoding = shownHeader(response, 'content-encoding');
  throw new IntegrityError(`The ${what} came compressed (${encoding}).`, {
    hint: `A proxy before ${response.url.host} must leave the bytes of a registry as they are.`,
  });
}

function encodingOf(response: HttpResponse): string {
  return headerValue(response, 'content-encoding')?.trim().toLowerCase() ?? '';
}

/** Spares a download that is bound to be refused, and memory that a lie would cost. */
async function refuseLength(response: HttpResponse, expected: Expected): Promise<void> {
  const announced = announcedSize(response);
  if (announced === undefined || announced === expected.size) return;
  await response.body.discard();
  throw wrongSize(expected, `announces ${String(announced)}`);
}

async function consume(
  response: HttpResponse,
  expected: Expected,
  keep: (chunk: Uint8Array) => void,
): Promise<void> {
  let seen = 0;
  for await (const chunk of response.body) {
    if (seen + chunk.byteLength > expected.size) throw wrongSize(expected, 'sends more');
    keep(chunk);
    seen += chunk.byteLength;
  }
  if (seen < expected.size) throw truncated(expected, seen);
}

/** A body without a size of its own that ended early: where it was cut off, the rest may still come. */
export class TruncatedError extends IntegrityError {}

/** The error for a body that ended early, as far as it itself can say. */
export function truncated(expected: Expected, seen: number): TruncatedError {
  return new TruncatedError(shownSizes(expected, `sends ${String(seen)}`));
}

/**
 * The error for a body of another size.
 *
 * @param instead what the registry does: `has fewer`
 */
export function wrongSize(expected: Expected, instead: string): IntegrityError {
  return new IntegrityError(shownSizes(expected, instead));
}

function shownSizes({ what, size }: Expected, instead: string): string {
  return `The ${what} should have ${String(size)} bytes, but the registry ${instead}.`;
}
