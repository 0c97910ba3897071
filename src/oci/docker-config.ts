import { createReadStream } from 'node:fs';

import * as v from 'valibot';

import { CafsError, systemCode } from '../errors.ts';

/** What a file of Docker's or podman's says about credentials. */
export interface DockerConfig {
  /** Its path, for errors. */
  readonly file: string;
  /** By registry: what {@link entryCredentials} reads. */
  readonly auths: Readonly<Record<string, unknown>>;
  /** By registry: the last part of a helper's name. */
  readonly credHelpers: Readonly<Record<string, string>>;
  /** The helper for all other registries. */
  readonly credsStore: string | undefined;
}

const MAX_BYTES = 1024 * 1024;

/** Valibot takes an array for an object. */
const NO_ARRAY = v.pipe(
  v.unknown(),
  v.check((value) => !Array.isArray(value)),
);

const CONFIG = v.pipe(
  NO_ARRAY,
  v.object({
    auths: v.nullish(v.pipe(NO_ARRAY, v.record(v.string(), v.unknown()))),
    credHelpers: v.nullish(v.pipe(NO_ARRAY, v.record(v.string(), v.nullish(v.string(), '')))),
    credsStore: v.nullish(v.string()),
  }),
);

/**
 * Reads a file of credentials; undefined where there is none, or an empty one.
 *
 * @throws CafsError `MALFORMED`; `UNAUTHORIZED` where the file cannot be read
 */
export async function readDockerConfig(file: string): Promise<DockerConfig | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > MAX_BYTES) throw malformed(file, `has more than ${String(MAX_BYTES)} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (error instanceof CafsError) throw error;
    throw new CafsError(
      'UNAUTHORIZED',
      `The credentials in ${file} cannot be read (${code ?? 'for no known reason'}).`,
      { hint: `Make ${file} a file that this user may read, or remove it.`, cause: error },
    );
  }
  return parseDockerConfig(Buffer.concat(chunks, size).toString('utf8'), file);
}

/**
 * Reads the text of such a file.
 *
 * @param file for errors, which never show what is in it
 * @throws CafsError `MALFORMED`
 */
export function parseDockerConfig(text: string, file: string): DockerConfig | undefined {
  // Windows PowerShell writes a byte order mark.
  const bare = text.replace(/^\uFEFF/, '').trim();
  if (bare === '') return undefined;
  const config = v.safeParse(CONFIG, parseJson(bare, file));
  if (!config.success) {
    const path = v.getDotPath(config.issues[0])?.split('.')[0];
    throw malformed(file, path === undefined ? 'holds no object' : `has a wrong "${path}"`);
  }
  const { auths, credHelpers, credsStore } = config.output;
  return {
    file,
    auths: auths ?? {},
    credHelpers: credHelpers ?? {},
    credsStore: credsStore ?? undefined,
  };
}

/** The error about what a file holds, without anything of it: it may be a secret. */
export function malformed(file: string, what: string): CafsError {
  return new CafsError('MALFORMED', `The file of credentials ${file} ${what}.`, {
    hint: 'Correct it, or remove it and log in again.',
  });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No cause: the message of a SyntaxError quotes the text.
    throw malformed(file, 'is no JSON');
  }
}
