import { CafsError } from '../errors.ts';

/** A repository in a registry. */
export interface RegistryRepository {
  readonly kind: 'registry';
  /** As people write it, with the port: `ghcr.io`, `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** The path in the registry: `owner/repository/cafs`. */
  readonly name: string;
}

/** An OCI image layout in a folder. */
export interface LayoutFolder {
  readonly kind: 'layout';
  /** As it was written; may be relative. */
  readonly folder: string;
}

export type Repository = RegistryRepository | LayoutFolder;

/** A repository and, where one was given, a tag. */
export interface TaggedReference {
  readonly repository: Repository;
  readonly tag: string | undefined;
}

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** A digest behind a reference. */
const DIGEST = /@[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/i;

const FORM_HINT = 'Write it like "ghcr.io/owner/repository/cafs", or "oci:DIR" for a folder.';
const CREDENTIALS_HINT =
  'They come from "docker login", or are given by the option auth (library), the inputs username and password (action), or CAFS_USERNAME and CAFS_PASSWORD (command line).';

/** Characters of host and name together, which is what many clients take. */
const MAX_LENGTH = 255;

/**
 * Whether text can be a tag.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * Checks text that must be a tag.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
export function parseTag(text: string): string {
  if (isTag(text)) return text;
  throw new CafsError('INVALID_REFERENCE', `${shown(text)} is no valid tag.`, {
    hint: 'A tag has at most 128 characters: letters, digits, "_", "." and "-", and neither "." nor "-" first. An example: "branch-main".',
  });
}

/**
 * Reads a repository: `host/name`, `name` at Docker Hub, or `oci:DIR`.
 *
 * @example
 * parseRepository('ghcr.io/owner/repo/cafs'); // { kind: 'registry', host: 'ghcr.io', name: ... }
 * parseRepository('oci:./cache'); // { kind: 'layout', folder: './cache' }
 * @throws CafsError `INVALID_REFERENCE`
 */
export function parseRepository(text: string): Repository {
  const { repository, tag } = parseTaggedReference(text);
  if (tag === undefined) return repository;
  throw invalid(text, `it has a tag ("${tag}") where only a repository is meant`, {
    instead: text.slice(0, -tag.length - 1),
  });
}

/**
 * Reads a repository with or without a tag behind it: `host/name:tag`, `oci:DIR:tag`.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
export function parseTaggedReference(text: string): TaggedReference {
  if (text === '') throw invalid(text, 'it is empty');
  if (!text.startsWith('oci:') && withoutCredentials(text) !== text) {
    throw invalid(text, 'credentials have no place in a reference', { hint: CREDENTIALS_HINT });
  }
  if (/[\s\p{C}]/u.test(text) && !text.startsWith('oci:')) throw invalid(text, 'it holds a blank');
  const scheme = /^https?:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) {
    throw invalid(text, 'it is no web address', { instead: text.slice(scheme.length) });
  }
  if (text.startsWith('oci:')) return parseLayout(text);
  if (text.includes('@')) throw invalid(text, 'a digest has no place here');
  return parseRegistry(text);
}

/** A repository as people write it. */
export function formatRepository(repository: Repository): string {
  return repository.kind === 'layout'
    ? `oci:${repository.folder}`
    : `${repository.host}/${repository.name}`;
}

function parseLayout(text: string): TaggedReference {
  const rest = text.slice('oci:'.length);
  if (rest.includes('\0')) throw invalid(text, 'a folder holds no NUL');
  const colon = rest.lastIndexOf(':');
  const inLastPart = colon > Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\'));
  // `C:cache` is a drive, not a folder "C" with a tag.
  const isDrive = colon === 1 && /^[A-Za-z]:/.test(rest);
  const tagged = colon !== -1 && inLastPart && !isDrive;
  const folder = tagged ? rest.slice(0, colon) : rest;
  const tag = tagged ? rest.slice(colon + 1) : undefined;
  if (folder === '') throw invalid(text, 'it names no folder');
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `${shown(tag)} is no valid tag`);
  return { repository: { kind: 'layout', folder }, tag };
}

function parseRegistry(text: string): TaggedReference {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first.toLowerCase() === 'localhost';
  const host = hasHost ? checkedHost(first, text) : 'docker.io';
  const path = hasHost ? text.slice(slash + 1) : text;

  const colon = path.lastIndexOf(':');
  const tag = colon === -1 ? undefined : path.slice(colon + 1);
  const given = colon === -1 ? path : path.slice(0, colon);
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `${shown(tag)} is no valid tag`);
  checkName(given, text);
  const name = host === 'docker.io' && !given.includes('/') ? `library/${given}` : given;
  if (host.length + 1 + name.length > MAX_LENGTH) {
    throw invalid(text, `host and name have more than ${String(MAX_LENGTH)} characters`);
  }
  return { repository: { kind: 'registry', host, name }, tag };
}

function checkedHost(host: string, text: string): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  if (!HOST.test(host) || URL.parse(`https://${host}`) === null) {
    throw invalid(text, `${shown(host)} is no host`);
  }
  if (port !== undefined && Number(port) === 0) throw invalid(text, 'there is no port 0');
  const lower = host.toLowerCase();
  return lower === 'index.docker.io' || lower === 'registry-1.docker.io' ? 'docker.io' : lower;
}

function checkName(name: string, text: string): void {
  if (name === '') throw invalid(text, 'it names a host but no repository');
  if (/[A-Z]/.test(name)) {
    throw invalid(text, 'the name of a repository has no upper-case letters', {
      instead: text.replace(name, name.toLowerCase()),
    });
  }
  for (const part of name.split('/')) {
    if (part === '') throw invalid(text, 'its name has an empty part');
    if (!PART.test(part)) {
      throw invalid(
        text,
        `the part ${shown(part)} is not made of a-z and 0-9 with single ".", "_", "__" or "-" between them`,
      );
    }
  }
}

function invalid(
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
 * Text with `***` for what may be a name and a password: all that is before the last `@` which is not
 * a digest's. A password may hold any character, an `@` or a slash, too. The folder of an image
 * layout may have an `@` in its name; only an address in it is looked for.
 */
function withoutCredentials(text: string): string {
  if (text.startsWith('oci:')) return text.replace(/\/\/[^/@\s]*@/g, '//***@');
  const digest = DIGEST.exec(text)?.[0] ?? '';
  const rest = text.slice(0, text.length - digest.length);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(rest)?.[0] ?? '';
  const at = rest.lastIndexOf('@');
  return at === -1 ? text : `${scheme}***${rest.slice(at)}${digest}`;
}

function shown(text: string): string {
  const safe = withoutCredentials(text);
  return JSON.stringify(safe.length > 120 ? `${safe.slice(0, 120)}...` : safe);
}
