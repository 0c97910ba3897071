import { CafsError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/** How a reference is written. */
export const FORM_HINT =
  'Write it like "ghcr.io/owner/repository/cafs", or "oci:DIR" for a folder.';
const CREDENTIALS_HINT =
  'They come from "docker login", or are given by the inputs username and password (action), CAFS_USERNAME and CAFS_PASSWORD (command line), or the options auth of open and credentials of openRemote (library).';

/** What a tag is. */
export const TAG_HINT =
  'A tag has at most 128 characters: letters, digits, "_", "." and "-", and neither "." nor "-" first. An example: "branch-main".';

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

/**
 * The error for a tag that is none, with one that is much like it.
 *
 * @param bare the reference without its tag and the colon
 */
export function invalidTag(text: string, bare: string, tag: string): CafsError {
  const much = tag.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[.-]+/, '');
  const like = much.slice(0, 128).replace(/-+$/, '') || 'TAG';
  return invalidReference(text, `${shown(tag)} is no valid tag`, {
    hint: `Write ${shown(`${bare}:${like}`)}. ${TAG_HINT}`,
  });
}

/**
 * Refuses what begins with a scheme, as web addresses do, and as Helm writes a registry (`oci://`).
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
export function refuseScheme(text: string): void {
  const scheme = /^[a-z][a-z0-9+.-]{0,30}:\/\//i.exec(text)?.[0].toLowerCase();
  if (scheme === undefined) return;
  const rest = text.slice(scheme.length, scheme.length + MAX_SHOWN + 1);
  const [host = ''] = rest.split('/');
  const isHost = /[.:]/.test(host) || host.toLowerCase() === 'localhost';
  if (scheme === 'file://' || (scheme === 'oci://' && !isHost)) {
    throw invalidReference(text, 'a folder is written without "//"', { instead: `oci:${rest}` });
  }
  const instead = withLowerCaseName(rest.replace(/\/$/, ''));
  const more =
    scheme === 'http://'
      ? ' A registry elsewhere is talked to without TLS where that is asked for: --plain-http (command line), plainHttp (library).'
      : '';
  throw invalidReference(text, `it begins with ${quoted(scheme)}, which references do not`, {
    hint: `Write ${shown(instead)}.${more}`,
  });
}

/** A host and a name, with the name as repositories have it. */
function withLowerCaseName(text: string): string {
  if (!text.includes('/')) return `${text}/owner/repository`;
  return text.replace(/(?<=\/)[^:@]+/, (name) => name.toLowerCase());
}

/** Refuses `~`, which shells expand at the start of a word, and nobody else does. */
export function refuseTilde(text: string, folder: string): void {
  if (!/^~(?:[/\\]|$)/.test(folder)) return;
  const rest = folder.slice(1);
  throw invalidReference(text, '"~" is not taken for the home folder here', {
    hint: `Write the whole path, in a shell ${shown(`oci:$HOME${rest}`)}; or ${shown(`oci:./~${rest}`)} for a folder of that name.`,
  });
}

/** @throws CafsError `INVALID_REFERENCE` where a reference holds what may be a password */
export function refuseCredentials(text: string): void {
  if (withoutCredentials(text) === text) return;
  if (isMeantAsDigest(text)) throw invalidReference(text, NO_DIGEST);
  throw invalidReference(text, 'credentials have no place in a reference', {
    hint: CREDENTIALS_HINT,
  });
}

/** Whether what follows the only `@` is a digest, whole or not, or one of another algorithm. */
function isMeantAsDigest(text: string): boolean {
  return /^[^@]*@(?:sha\d+|md5|blake3):[^@/]*$/i.test(text);
}

/** What is before an `@`, and has a colon at most before a port or a tag: not `user:password`. */
const NAME = /^(?:[^:/@]*|[^:/@]+(?::\d{1,5})?\/[^:@]*(?::[\w.-]*)?)@/;

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
  if (isMeantAsDigest(text) && NAME.test(text)) return text;
  const digest = DIGEST.exec(text)?.[0] ?? '';
  const rest = text.slice(0, text.length - digest.length);
  // Of others, nobody knows that they are one.
  const scheme = /^(?:https?|docker|oci):\/\//i.exec(rest)?.[0] ?? '';
  const at = rest.lastIndexOf('@');
  return at === -1 ? text : `${scheme}***${rest.slice(at)}${digest}`;
}
