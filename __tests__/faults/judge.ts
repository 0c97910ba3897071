import { type Digest, digestOf } from '../../src/digest.ts';
import { basicAuthorization } from '../../src/oci/credentials.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import type { TokenServer } from '../support/token-server.ts';

/** Who the client is, where the registry wants to know. */
export const CREDENTIALS = { username: 'tester', password: 'secret' };

/**
 * Puts things into a repository and looks what is there, past the proxy and without any of the code
 * that is tested.
 */
export class Judge {
  readonly repository: string;
  readonly #registry: string;
  readonly #tokens: TokenServer | undefined;
  #authorization: Promise<string> | undefined;

  /** @param registry `127.0.0.1:PORT` */
  constructor(registry: string, repository: string, tokens?: TokenServer) {
    this.#registry = registry;
    this.repository = repository;
    this.#tokens = tokens;
  }

  /** The same for another repository of the registry. */
  for(repository: string): Judge {
    return new Judge(this.#registry, repository, this.#tokens);
  }

  async putBlob(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    const { headers } = await this.#ask('POST', 'blobs/uploads/', {}, 202);
    const url = new URL(headers.get('location') ?? '', `http://${this.#registry}`);
    url.searchParams.set('digest', digest);
    await this.#ask('PUT', url.href, { body: Buffer.from(bytes) }, 201);
    return digest;
  }

  async putManifest(bytes: Uint8Array, tag: string): Promise<Digest> {
    const headers = { 'content-type': MEDIA_TYPE_MANIFEST };
    await this.#ask('PUT', `manifests/${tag}`, { body: Buffer.from(bytes), headers }, 201);
    return digestOf(bytes);
  }

  /** A blob's bytes; undefined where it is not there. */
  blob(digest: Digest): Promise<Buffer | undefined> {
    return this.#get(`blobs/${digest}`);
  }

  /** A manifest's bytes; undefined where it is not there. */
  manifest(reference: string): Promise<Buffer | undefined> {
    return this.#get(`manifests/${reference}`);
  }

  async #get(path: string): Promise<Buffer | undefined> {
    const response = await this.#ask('GET', path, { headers: { accept: MEDIA_TYPE_MANIFEST } });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status === 404) return undefined;
    if (response.status === 200) return body;
    throw new Error(`The judge asked for ${path} and got ${response.status}.`);
  }

  async #ask(
    method: string,
    path: string,
    init: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Buffer },
    expected?: number,
  ): Promise<Response> {
    this.#authorization ??= this.#authorize();
    const authorization = await this.#authorization;
    const url = new URL(path, `http://${this.#registry}/v2/${this.repository}/`);
    const response = await fetch(url, {
      method,
      headers: { ...init.headers, ...(authorization === '' ? {} : { authorization }) },
      ...(init.body === undefined ? {} : { body: new Uint8Array(init.body) }),
    });
    if (expected === undefined) return response;
    const text = await response.text();
    if (response.status === expected) return response;
    throw new Error(`The judge's ${method} of ${path} got ${response.status}: ${text}`);
  }

  async #authorize(): Promise<string> {
    if (this.#tokens === undefined) return '';
    const url = new URL(this.#tokens.auth.realm);
    url.searchParams.set('service', this.#tokens.auth.service);
    url.searchParams.set('scope', `repository:${this.repository}:pull,push,delete`);
    const headers = { authorization: basicAuthorization(CREDENTIALS) };
    const { token } = (await (await fetch(url, { headers })).json()) as { token: string };
    return `Bearer ${token}`;
  }
}
