import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Answer, Ending } from './exchange.ts';

/**
 * Sends an answer, byte for byte as it is, lies included.
 *
 * @param count called with the bytes of its body that are on their way
 */
export async function deliver(
  answer: Answer,
  response: ServerResponse,
  count: (bytes: number) => void = () => undefined,
): Promise<void> {
  const { socket } = response;
  if (socket === null) return;
  if (answer.raw !== undefined) {
    await written(socket, answer.raw);
    end(answer.ending, socket);
    return;
  }
  if (answer.status === 0) {
    end(answer.ending, socket);
    return;
  }
  response.writeHead(
    answer.status,
    Object.entries(answer.headers).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).flatMap((one) => [name, one]),
    ),
  );
  response.flushHeaders();
  for await (const chunk of answer.body) {
    if (response.destroyed) return;
    count(chunk.byteLength);
    await written(response, chunk);
  }
  if (answer.ending === 'whole') response.end();
  else end(answer.ending, socket);
}

function end(ending: Ending, socket: Socket): void {
  switch (ending) {
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'close':
      socket.end();
      return;
    case 'stall':
    case 'whole':
      return;
  }
}

/** Until the bytes are with the system, or the connection is gone. */
function written(to: ServerResponse | Socket, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      to.off('close', done);
      resolve();
    };
    to.once('close', done);
    to.write(bytes, done);
  });
}
