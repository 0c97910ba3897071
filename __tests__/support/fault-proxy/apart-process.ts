/*
 * The process that `startFaultProxyApart` starts.
 */
import type { ApartReply, ApartRequest } from './apart.ts';
import { randomDelays } from './delays.ts';
import { type FaultProxy, startFaultProxy } from './proxy.ts';

let proxy: FaultProxy | undefined;

async function reply(request: ApartRequest): Promise<ApartReply> {
  if (request === 'journal') return { entries: proxy?.journal.entries ?? [] };
  if (request === 'stop') {
    await proxy?.stop();
    return { stopped: true };
  }
  const { delays, ...options } = request.start;
  proxy = await startFaultProxy({
    ...options,
    ...(delays === undefined ? {} : { delay: randomDelays(delays.seed, delays.mostMs) }),
  });
  return { host: proxy.host };
}

process.on('message', (request: ApartRequest) => {
  void reply(request)
    .catch((error: unknown): ApartReply => ({ problem: String(error) }))
    .then((answer) => process.send?.(answer));
});
process.on('disconnect', () => {
  process.exit();
});
