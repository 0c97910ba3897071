import * as v from 'valibot';

import type { Credentials } from './credentials.ts';
import { malformed } from './docker-config.ts';

const TEXT = v.nullish(v.string(), '');

const ENTRY = v.object({
  auth: TEXT,
  username: TEXT,
  password: TEXT,
  identitytoken: TEXT,
  registrytoken: TEXT,
});

/** Standard base64, as Go writes it. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads one of a file's `auths`. A helper's entry is empty: undefined.
 *
 * @param file for errors
 * @param host for errors
 * @throws CafsError `MALFORMED`
 */
export function entryCredentials(
  entry: unknown,
  file: string,
  host: string,
): Credentials | undefined {
  const parsed = v.safeParse(ENTRY, entry ?? {});
  if (!parsed.success) throw malformed(file, `has a wrong entry for ${host}`);
  const { auth, username, password, identitytoken, registrytoken } = parsed.output;
  if (registrytoken !== '') return { registryToken: registrytoken };
  // Docker keeps a name beside it, which means nothing.
  if (identitytoken !== '') return { identityToken: identitytoken };
  if (auth !== '') return decodeAuth(auth, file, host);
  return password === '' ? undefined : { username, password };
}

/** `user:password`; only a password may hold a colon. */
function decodeAuth(auth: string, file: string, host: string): Credentials {
  const text = BASE64.test(auth) ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = text.indexOf(':');
  if (colon === -1) {
    throw malformed(file, `has an "auth" for ${host} that is not the base64 of "user:password"`);
  }
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
