import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Answer, Handler } from './exchange.ts';

/** They are about one connection, not about the message. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/**
 * Hands requests on to the real registry, each over a connection of its own. The `Host` header stays
 * what it was, so that the addresses in answers lead back to the proxy.
 *
 * @param upstream `127.0.0.1:PORT`
 */
export function forwarding(upstream: string): Handler {
  return async ({ method, path, headers, body }) => {
    const outgoing = httpRequest(`http://${upstream}${path}`, {
      method,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)),
      ),
      agent: false,
    });
    // Somebody may have stopped waiting at the moment when it breaks.
    outgoing.on('error', () => undefined);
    const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    const sent = pipeline(Readable.from(body, { objectMode: false }), outgoing);
    const failed = sent.then(
      () => new Promise<never>(() => undefined),
      (error: unknown) => {
        outgoing.destroy();
        throw error;
      },
    );
    const [incoming] = await Promise.race([answered, failed]);
    return answerFrom(incoming);
  };
}

function answerFrom(incoming: IncomingMessage): Answer {
  const headers = Object.entries(incoming.headers).filter(
    (entry): entry is [string, string | string[]] =>
      entry[1] !== undefined && !HOP_BY_HOP.has(entry[0]),
  );
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: incoming,
    ending: 'whole',
  };
}
