import { type Digest, isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import {
  FORM_HINT,
  NO_DIGEST,
  TAG_HINT,
  invalidReference as invalid,
  invalidTag,
  refuseCredentials,
  refuseScheme,
  refuseTilde,
  shown,
} from './reference-error.ts';

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

/** A repository and, where they were given, a tag and a digest. */
export interface Reference {
  readonly repository: Repository;
  /** Where a digest is given as well, the digest says what is meant; the tag is for people. */
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/** A repository and, where one was given, a tag. */
export type TaggedReference = Omit<Reference, 'digest'>;

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** What is meant as a host and its port, and reads as a name at Docker Hub and its tag. */
const HOST_AND_PORT = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|\[[0-9a-f:.]+\]):\d{1,5}$/i;

/** The same without a port, and with a tag or not. */
const HOST_ALONE = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::(?!\d+$)[\w.-]*)?$/i;

/** What begins like the path of a folder, here or on Windows. */
const FOLDER = /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|[a-z]:[/\\])/i;

/** Characters of host and name together, which is what many clients take. */
const MAX_NAME = 255;

/** More than host, name, tag and digest can have: not looked at any closer. */
const MAX_LENGTH = 1024;

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
    hint: TAG_HINT,
  });
}

/**
 * Reads a reference as other clients write it: a repository, and behind it a tag, a digest, or both.
 * Without a host it is at Docker Hub, and there, without an owner, one of `library/`. The host is the
 * first part, if it has a `.` or a `:` or is `localhost`.
 *
 * @see https://github.com/distribution/reference/blob/main/reference.go
 * @example
 * parseReference('alpine:3'); // { repository: { host: 'docker.io', name: 'library/alpine' }, tag: '3' }
 * parseReference('ghcr.io/owner/repo@sha256:...');
 * parseReference('oci:./cache:main');
 * @throws CafsError `INVALID_REFERENCE`; `INVALID_INPUT` where it is no text
 */
export function parseReference(text: string): Reference {
  assertText(text);
  if (text === '') throw invalid(text, 'it is empty');
  const isLayout = text.startsWith('oci:');
  if (!isLayout) checkText(text);
  const at = text.lastIndexOf('@');
  const suffix = at === -1 ? '' : text.slice(at + 1);
  const digest = isDigest(suffix) ? suffix : undefined;
  if (isLayout) return { ...parseLayout(digest === undefined ? text : text.slice(0, at)), digest };
  if (at !== -1 && digest === undefined) throw invalid(text, NO_DIGEST);
  return { ...parseRegistry(digest === undefined ? text : text.slice(0, at), text), digest };
}

/**
 * Reads a repository with or without a tag behind it: `host/name:tag`, `oci:DIR:tag`.
 *
 * @throws CafsError `INVALID_REFERENCE`
 */
export function parseTaggedReference(text: string): TaggedReference {
  const { repository, tag, digest } = parseReference(text);
  if (digest !== undefined) {
    const bare = text.slice(0, -digest.length - 1);
    throw noDigestHere(text, tag === undefined ? `${bare}:TAG` : bare);
  }
  if (HOST_AND_PORT.test(text) || HOST_ALONE.test(text)) throw noRepository(text);
  if (repository.kind === 'layout') refuseMistaken(text, repository.folder, tag);
  return { repository, tag };
}

/** What is a folder's name to the letter, and was hardly meant as one: a tag with a `/`, half a digest. */
function refuseMistaken(text: string, folder: string, tag: string | undefined): void {
  if (/@sha(?:256|512)$/.test(folder)) throw invalid(text, NO_DIGEST);
  const [, before = '', after = ''] = /^([A-Za-z]:[^:]*|[^:]*):(.*)$/s.exec(folder) ?? [];
  if (tag !== undefined || !after.includes('/') || /^[A-Za-z]$/.test(before)) return;
  throw invalid(text, 'a tag has no "/"; for a folder of this name, write a tag behind it', {
    instead: `oci:${before}:${after.replaceAll('/', '-')}`,
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
  const { repository, tag, digest } = parseReference(text);
  const tagged = digest === undefined ? text : text.slice(0, -digest.length - 1);
  const bare = tag === undefined ? tagged : tagged.slice(0, -tag.length - 1);
  if (digest !== undefined) throw noDigestHere(text, bare);
  if (HOST_ALONE.test(text)) throw noRepository(text);
  if (tag === undefined) return repository;
  if (HOST_AND_PORT.test(text)) throw noRepository(text);
  throw invalid(text, `it has a tag ("${tag}") where only a repository is meant`, {
    instead: bare,
  });
}

/** A repository as people write it. */
export function formatRepository(repository: Repository): string {
  return repository.kind === 'layout'
    ? `oci:${repository.folder}`
    : `${repository.host}/${repository.name}`;
}

/** A reference as people write it: {@link parseReference} reads it as the same one. */
export function formatReference({ repository, tag, digest }: Reference): string {
  const tagged = tag === undefined ? '' : `:${tag}`;
  return `${formatRepository(repository)}${tagged}${digest === undefined ? '' : `@${digest}`}`;
}

/** Whether the first part of a reference is a host though it has neither a dot nor a port. */
export function isLocalhost(part: string): boolean {
  return part.toLowerCase() === 'localhost';
}

/** A host in the one way that it is written here: in lower case, and Docker Hub by one of its names. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return lower === 'index.docker.io' || lower === 'registry-1.docker.io' ? 'docker.io' : lower;
}

/** Code without types gives what a variable holds that is not set. */
function assertText(value: unknown): void {
  if (typeof value === 'string') return;
  const found = value === null ? 'null' : typeof value;
  throw new CafsError('INVALID_INPUT', `A reference is a text, not ${found}.`, {
    hint: FORM_HINT,
  });
}

function noDigestHere(text: string, instead: string): CafsError {
  return invalid(text, 'a digest has no place here', { instead });
}

function checkText(text: string): void {
  refuseCredentials(text);
  if (/[\s\p{C}]/u.test(text)) throw invalid(text, 'it holds a blank');
  refuseTilde(text, text);
  if (FOLDER.test(text)) {
    throw invalid(text, 'it is the path of a folder', { instead: `oci:${text}` });
  }
  if (text.length > MAX_LENGTH) throw invalid(text, 'it is far too long');
  if (/^[0-9a-f]{64}$/.test(text)) throw invalid(text, 'it is the digits of a digest, not a name');
  refuseScheme(text);
}

function parseLayout(text: string): TaggedReference {
  const rest = text.slice('oci:'.length);
  if (rest.includes('\0')) throw invalid(text, 'a folder holds no NUL');
  refuseScheme(text);
  const colon = rest.lastIndexOf(':');
  const inLastPart = colon > Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\'));
  // `C:cache` is a drive, not a folder "C" with a tag.
  const isDrive = colon === 1 && /^[A-Za-z]:/.test(rest);
  const tagged = colon !== -1 && inLastPart && !isDrive;
  const folder = tagged ? rest.slice(0, colon) : rest;
  const tag = tagged ? rest.slice(colon + 1) : undefined;
  if (folder === '') throw invalid(text, 'it names no folder');
  refuseTilde(text, folder);
  if (tag !== undefined && !isTag(tag)) throw invalidTag(text, `oci:${folder}`, tag);
  return { repository: { kind: 'layout', folder }, tag };
}

/**
 * @param bare without a digest
 * @param text for errors
 */
function parseRegistry(bare: string, text: string): TaggedReference {
  const slash = bare.indexOf('/');
  const first = slash === -1 ? '' : bare.slice(0, slash);
  const hasHost = /[.:]/.test(first) || isLocalhost(first);
  const host = hasHost ? checkedHost(first, text) : 'docker.io';
  const path = hasHost ? bare.slice(slash + 1) : bare;

  const colon = path.lastIndexOf(':');
  const tag = colon === -1 ? undefined : path.slice(colon + 1);
  const given = colon === -1 ? path : path.slice(0, colon);
  const start = hasHost ? slash + 1 : 0;
  const nameEnd = start + given.length;
  checkName(given, text, start);
  if (tag !== undefined && !isTag(tag)) throw invalidTag(text, bare.slice(0, nameEnd), tag);
  const name = host === 'docker.io' && !given.includes('/') ? `library/${given}` : given;
  if (host.length + 1 + name.length > MAX_NAME) {
    throw invalid(text, `host and name have more than ${String(MAX_NAME)} characters`);
  }
  return { repository: { kind: 'registry', host, name }, tag };
}

function checkedHost(host: string, text: string): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  const url = URL.parse(`https://${host}`);
  if (!HOST.test(host) || url === null) throw invalid(text, `${shown(host)} is no host`);
  if (port !== undefined && Number(port) === 0) throw invalid(text, 'there is no port 0');
  const lower = host.toLowerCase();
  // `127.1` and `0x7f.0.0.1` are addresses, but not to everybody the same ones.
  if (!lower.startsWith('[') && url.hostname !== lower.replace(/:\d+$/, '')) {
    throw invalid(text, `${shown(host)} is another way to write ${url.hostname}`, {
      instead: text.replace(host, () => url.host),
    });
  }
  return canonicalHost(host);
}

function noRepository(text: string): CafsError {
  const [, host = text, tag = ''] = /^(.*?)\/?(:(?!\d+$)[\w.-]*)?$/s.exec(text) ?? [];
  const folder = HOST_ALONE.test(text) ? `, or ${shown(`oci:${text}`)} for a folder` : '';
  return invalid(text, 'it names a host but no repository', {
    hint: `Write ${shown(`${host}/owner/repository${tag}`)}${folder}.`,
  });
}

/** @param start where the name begins in the text */
function checkName(name: string, text: string, start: number): void {
  if (name === '' || name.startsWith('[')) throw noRepository(text);
  if (/[A-Z]/.test(name)) {
    throw invalid(text, 'the name of a repository has no upper-case letters', {
      instead: `${text.slice(0, start)}${name.toLowerCase()}${text.slice(start + name.length)}`,
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
