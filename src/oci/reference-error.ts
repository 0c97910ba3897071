import { CafsError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/** How a reference is written. */
export const FORM_HINT =
  'Write it like "ghcr.io/owner/repository/cafs", or "oci:DIR" for a folder.';
const CREDENTIALS_HINT =
  'They come from "docker login", or are given by the inputs username and password (action), CAFS_USERNAME and CAFS_PASSWORD (command line), or the options auth of open and credentials of openRemote (library).';

/** Why what follows an `@` is not taken. */
export const NO_DIGEST = 'its "@" is not followed by "sha256:" and 64 digits of 0-9 and a-f';

/** A digest behind a reference. */
const DIGEST = /@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/i;

/** Characters of a reference that are shown. */
const MAX_SHOWN = 120;

/**
 * The error for a reference that breaks a rule.
 *
 * @param more.instead what was probably meant
 */
export function invalidReference(
  text: string,
  rule: string,
  more: { readonly instead?: string; readonly hint?: string } = {},
): CafsError {
  const { instead, hint = instead === undefined ? FORM_HINT : `Write ${shown(instead)}.` } = more;
  return new CafsError('INVALID_REFERENCE', `${shown(text)} is no valid reference: ${rule}.`, {
    hint,
  });
}

/** @throws CafsError `INVALID_REFERENCE` where a reference holds what may be a password */
export function refuseCredentials(text: string): void {
  if (withoutCredentials(text) === text) return;
  const isMeantAsDigest = /^[^@]*@(?:sha\d+|md5|blake3):[^@/]*$/i.test(text);
  if (isMeantAsDigest) throw invalidReference(text, NO_DIGEST);
  throw invalidReference(text, 'credentials have no place in a reference', {
    hint: CREDENTIALS_HINT,
  });
}

/** A reference, or a part of one, as errors show it. */
export function shown(text: string): string {
  const safe = withoutCredentials(text);
  const cut = safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}...` : safe;
  return quoted(cut);
}

/**
 * Text with `***` for what may be a name and a password: all that is before the last `@` which is not
 * a digest's. A password may hold any character, an `@` or a slash, too. The folder of an image
 * layout may have an `@` in its name; only an address in it is looked for.
 */
function withoutCredentials(text: string): string {
  if (text.startsWith('oci:')) return text.replace(/\/\/[^/@\s]*@/g, '//***@');
  const digest = DIGEST.exec(text)?.[0] ?? '';
  const rest = text.slice(0, text.length - digest.length);
  // Of others, nobody knows that they are one.
  const scheme = /^(?:https?|docker|oci):\/\//i.exec(rest)?.[0] ?? '';
  const at = rest.lastIndexOf('@');
  return at === -1 ? text : `${scheme}***${rest.slice(at)}${digest}`;
}
