import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { selfSigned } from './certificate.ts';

/** A right, as it stands in a scope: `repository:owner/name:pull,push`. */
interface Right {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** How a token server behaves. */
export interface TokenServerOptions {
  /** Passwords by names. Default: `tester` with `secret`. */
  readonly users?: Readonly<Record<string, string>>;
  /** What those may do who do not say who they are. Default: nothing. */
  readonly anonymous?: readonly string[];
  /** Default: every user may do everything everywhere. */
  readonly allows?: (user: string | undefined, repository: string, action: string) => boolean;
  /** `expires_in` of its answers, in seconds; `undefined`: it does not say. Default 60. */
  readonly expiresIn?: number | undefined;
  /**
   * How long distribution really takes its tokens, in seconds; other registries find them too old at
   * once. Default: a minute longer than it says, since distribution is that patient.
   */
  readonly holds?: number;
  /** Which scopes of a request it looks at. Default: all. */
  readonly honours?: 'all' | 'first' | 'last';
  /** What it answers to OAuth2's POST; 200: as the specification says. Default 200. */
  readonly oauth?: 200 | 400 | 401 | 404 | 405;
  /** The field that the token comes in. Default `token`. */
  readonly field?: 'token' | 'access_token';
}

/** A request for a token, and what became of it. */
export interface TokenRequest {
  readonly method: string;
  readonly scopes: readonly string[];
  readonly service: string | undefined;
  /** How the asker said who they are. */
  readonly by: 'nobody' | 'basic' | 'refresh_token' | 'password';
  readonly user: string | undefined;
  readonly status: number;
  readonly granted: readonly Right[];
}

/** What a registry must be told about its token server. */
export interface TokenAuth {
  /** Where clients get tokens. */
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** PEM. */
  readonly certificate: string;
}

/** A token server that runs. */
export interface TokenServer extends AsyncDisposable {
  readonly host: string;
  readonly auth: TokenAuth;
  /** All requests so far. */
  readonly requests: readonly TokenRequest[];
  /** How many tokens it has given. */
  readonly given: number;
  /** A refresh token (an identity token, Docker says) of a user. */
  refreshTokenOf(user: string): string;
  stop(): Promise<void>;
}

/** Distribution takes a token for so much longer, since clocks differ. */
const LEEWAY_S = 60;

const SERVICE = 'cafs-tests';
const ISSUER = 'cafs token server';

/**
 * Starts a token server whose tokens a real registry checks.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const tokens = new Tokens(options);
  const server = createServer((request, response) => {
    void tokens.serve(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    host,
    auth: {
      realm: `http://${host}/token`,
      service: SERVICE,
      issuer: ISSUER,
      certificate: tokens.certificate.pem,
    },
    requests: tokens.requests,
    get given() {
      return tokens.requests.filter(({ status }) => status === 200).length;
    },
    refreshTokenOf: (user) => tokens.refreshTokenOf(user),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Asker {
  readonly by: TokenRequest['by'];
  readonly user: string | undefined;
  readonly known: boolean;
}

const NOBODY: Asker = { by: 'nobody', user: undefined, known: true };

class Tokens {
  readonly requests: TokenRequest[] = [];
  readonly certificate;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #options: TokenServerOptions;
  readonly #refreshTokens = new Map<string, string>();

  constructor(options: TokenServerOptions) {
    this.#options = options;
    this.certificate = selfSigned(ISSUER, this.#keys);
  }

  refreshTokenOf(user: string): string {
    const token = `refresh-${randomUUID()}`;
    this.#refreshTokens.set(token, user);
    return token;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const url = new URL(path, 'http://any');
    const body = await text(request);
    const posted = method === 'POST';
    const query = posted ? new URLSearchParams(body) : url.searchParams;
    const asker = posted ? this.#byForm(query) : this.#byBasic(headers.authorization);
    const scopes = query.getAll('scope').flatMap((scope) => scope.split(' '));
    const service = query.get('service') ?? undefined;
    const { oauth = 200 } = this.#options;
    const rightPlace = url.pathname === '/token' && (method === 'GET' || posted);
    const wellFormed = service === SERVICE && (!posted || query.get('client_id') !== null);
    const refused = wellFormed ? (asker.known ? 200 : 401) : 400;
    const status = !rightPlace ? 404 : posted && oauth !== 200 ? oauth : refused;
    const granted = status === 200 ? this.#grant(asker.user, scopes) : [];
    this.requests.push({
      method,
      scopes,
      service,
      by: asker.by,
      user: asker.user,
      status,
      granted,
    });
    const answer = status === 200 ? this.#answer(asker, granted, posted) : { details: 'refused' };
    const bytes = Buffer.from(JSON.stringify(answer));
    const head = { 'content-type': 'application/json', 'content-length': bytes.byteLength };
    response.writeHead(status, head).end(bytes);
  }

  #byBasic(authorization: string | undefined): Asker {
    if (authorization === undefined) return NOBODY;
    const encoded = /^Basic (\S+)$/.exec(authorization)?.[1] ?? '';
    const [, user = '', password = ''] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    return { by: 'basic', user, known: this.#knows(user, password) };
  }

  #byForm(form: URLSearchParams): Asker {
    if (form.get('grant_type') === 'refresh_token') {
      const user = this.#refreshTokens.get(form.get('refresh_token') ?? '');
      return { by: 'refresh_token', user, known: user !== undefined };
    }
    const user = form.get('username') ?? '';
    return { by: 'password', user, known: this.#knows(user, form.get('password') ?? '') };
  }

  #knows(user: string, password: string): boolean {
    const users = this.#options.users ?? { tester: 'secret' };
    return Object.hasOwn(users, user) && users[user] === password;
  }

  #grant(user: string | undefined, scopes: readonly string[]): readonly Right[] {
    const { honours = 'all', anonymous = [], allows } = this.#options;
    const seen =
      honours === 'all' ? scopes : scopes.slice(...(honours === 'first' ? [0, 1] : [-1]));
    return seen.flatMap((scope) => {
      const [, type = '', name = '', list = ''] = /^([^:]+):(.+):([^:]*)$/.exec(scope) ?? [];
      const actions = list
        .split(',')
        .filter((action) => user !== undefined || anonymous.includes(action))
        .filter((action) => allows?.(user, name, action) ?? true);
      return type === '' ? [] : [{ type, name, actions }];
    });
  }

  #answer(asker: Asker, access: readonly Right[], posted: boolean): Record<string, unknown> {
    const { expiresIn = 60, field = 'token', holds } = this.#options;
    const now = Math.floor(Date.now() / 1000);
    const token = this.#sign({
      iss: ISSUER,
      sub: asker.user ?? '',
      aud: SERVICE,
      exp: holds === undefined ? now + expiresIn : now + holds - LEEWAY_S,
      nbf: now - LEEWAY_S - 10,
      iat: now - LEEWAY_S - 10,
      jti: randomUUID(),
      access,
    });
    return {
      [posted ? 'access_token' : field]: token,
      ...('expiresIn' in this.#options && this.#options.expiresIn === undefined
        ? {}
        : { expires_in: expiresIn }),
      issued_at: new Date().toISOString(),
      ...(posted ? { token_type: 'Bearer', scope: '' } : {}),
    };
  }

  #sign(claims: object): string {
    const x5c = [this.certificate.der.toString('base64')];
    const parts = [{ typ: 'JWT', alg: 'ES256', x5c }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const content = parts.join('.');
    const key = { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
  }
}
