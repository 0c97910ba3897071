import { randomUUID } from 'node:crypto';

import { type Exchange, type Handler, type Layer, answerOf } from './exchange.ts';

/** How strict the host with the blobs is. Like S3 and Azure by default. */
export interface StorageRules {
  /** How long an address holds, in milliseconds. */
  readonly holdsMs: number;
  /** Whether an address can be used again. */
  readonly reusable: boolean;
}

const STRICT_STORAGE: StorageRules = { holdsMs: 5000, reusable: false };

interface Link {
  readonly exchange: Exchange;
  readonly until: number;
}

/**
 * The other host, which gives blobs to whoever comes with a signed address. It refuses addresses
 * that are used up or too old, and everyone who brings a second way to authenticate.
 */
export class Storage {
  readonly #rules: StorageRules;
  readonly #links = new Map<string, Link>();
  /** Headers that a registry's credentials came with: there must never be any. */
  readonly leaked: string[] = [];
  origin = '';

  constructor(rules: StorageRules = STRICT_STORAGE) {
    this.#rules = rules;
  }

  /** A signed address of what a request has asked for. */
  addressFor(exchange: Exchange): string {
    const signature = randomUUID();
    this.#links.set(signature, { exchange, until: Date.now() + this.#rules.holdsMs });
    return `${this.origin}/storage/${String(exchange.index)}?X-Signature=${signature}&x=a%2Fb+c`;
  }

  /** Answers requests to this host. */
  readonly layer: Layer = (next: Handler) => async (exchange) => {
    if (exchange.host !== 'storage') return next(exchange);
    const { authorization, cookie } = exchange.headers;
    this.leaked.push(...[authorization, cookie].filter((value) => value !== undefined));
    if (exchange.phase !== 'storage') return this.#other(exchange, next);
    const url = new URL(exchange.path, this.origin);
    const signature = url.searchParams.get('X-Signature') ?? '';
    const link = this.#links.get(signature);
    // A signature covers the whole of an address.
    const untouched = url.searchParams.size === 2 && exchange.path.endsWith('&x=a%2Fb+c');
    if (authorization !== undefined || link === undefined || !untouched) return refusal();
    if (!this.#rules.reusable) this.#links.delete(signature);
    if (Date.now() > link.until) return refusal();
    const original = link.exchange;
    return next({
      ...original,
      host: 'storage',
      body: exchange.body,
      headers: { ...original.headers, ...rangeOf(exchange) },
    });
  };

  /** An upload that goes on here. The host lets in whoever knows the session. */
  #other(exchange: Exchange, next: Handler): ReturnType<Handler> {
    const session = exchange.path.split('?')[0] ?? '';
    const link = this.#links.get(session);
    const authorization = link?.exchange.headers.authorization;
    return next({
      ...exchange,
      headers: { ...exchange.headers, ...(authorization === undefined ? {} : { authorization }) },
    });
  }

  /** Takes over an upload that a request has started. @returns its address here */
  adopt(exchange: Exchange, location: URL): string {
    this.#links.set(location.pathname, { exchange, until: Infinity });
    return `${this.origin}${location.pathname}${location.search}`;
  }
}

function rangeOf({ headers }: Exchange): { range?: string } {
  return headers.range === undefined ? {} : { range: headers.range };
}

function refusal(): ReturnType<typeof answerOf> {
  return answerOf(
    400,
    { 'content-type': 'application/xml' },
    '<?xml version="1.0"?><Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed, once.</Message></Error>',
  );
}
