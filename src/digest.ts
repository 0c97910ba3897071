import { createHash } from 'node:crypto';

import { CafsError } from './errors.ts';

/**
 * `sha256:` and 64 lower-case hexadecimal digits, of exact bytes.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
 */
export type Digest = `sha256:${string}`;

const PATTERN = /^sha256:[0-9a-f]{64}$/;

/** The digest of no bytes at all. */
export const EMPTY_DIGEST: Digest =
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Whether a value is a well-formed digest. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && PATTERN.test(value);
}

/**
 * Checks text that came from outside.
 *
 * @throws CafsError `INVALID_DIGEST`
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new CafsError(
    'INVALID_DIGEST',
    `${JSON.stringify(text.slice(0, 100))} is not a digest: expected "sha256:" and 64 lower-case hexadecimal digits.`,
  );
}

/** The digest of some bytes, or of a string's UTF-8 bytes. */
export function digestOf(data: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** The 64 hexadecimal digits of a digest: safe in file names and tags. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** Computes a digest piece by piece. */
export class Digester {
  readonly #hash = createHash('sha256');
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  update(chunk: Uint8Array): this {
    this.#hash.update(chunk);
    this.#size += chunk.byteLength;
    return this;
  }

  /** The digest of all that was given. Ends this digester. */
  digest(): Digest {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}
