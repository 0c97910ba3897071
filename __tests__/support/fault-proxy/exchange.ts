import type { IncomingHttpHeaders } from 'node:http';

import type { Phase } from './phase.ts';

/** A request on its way through the proxy. */
export interface Exchange {
  /** The how-manieth request it is, from 1, both hosts together. */
  readonly index: number;
  readonly phase: Phase;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
  /** Where the client sent it. */
  readonly host: 'registry' | 'storage';
}

/** What happens to the connection behind the last byte of an answer. */
export type Ending =
  /** The answer is over, and the connection serves on. */
  | 'whole'
  /** RST. */
  | 'reset'
  /** FIN, in the middle. */
  | 'close'
  /** Not a byte more, for ever. */
  | 'stall';

/** An answer on its way back. */
export interface Answer {
  /** 0: nothing of it is sent, and the ending comes at once. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly ending: Ending;
  /** Sent in place of everything above but the ending: bytes that need not be HTTP. */
  readonly raw?: string;
}

/** Answers a request. */
export type Handler = (exchange: Exchange) => Promise<Answer>;

/** Changes how requests are answered: the registry's quirks, and faults. */
export type Layer = (next: Handler) => Handler;

/** An answer out of thin air. */
export function answerOf(
  status: number,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  body: string | Uint8Array = '',
): Answer {
  const bytes = Buffer.from(body);
  const length = status === 204 || status === 304 ? {} : { 'content-length': String(bytes.length) };
  return { status, headers: { ...length, ...headers }, body: bodyOf(bytes), ending: 'whole' };
}

/** An answer with the specification's error body. */
export function problem(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return answerOf(
    status,
    { 'content-type': 'application/json', ...headers },
    JSON.stringify({ errors: [{ code, message, detail: null }] }),
  );
}

/** No answer, but something done to the connection. */
export function noAnswer(ending: Exclude<Ending, 'whole'>): Answer {
  return { status: 0, headers: {}, body: bodyOf(Buffer.alloc(0)), ending };
}

/** Bytes as a body. */
export async function* bodyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  if (bytes.byteLength > 0) yield bytes;
}

/** Reads a body to its end. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The first value of an answer's header. */
export function headerOf(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** The repository that a path is about; empty where it is about none. */
export function repositoryOf(path: string): string {
  const { pathname } = new URL(path, 'http://any');
  return /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(pathname)?.[1] ?? '';
}
