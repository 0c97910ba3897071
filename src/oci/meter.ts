import type { HttpBody, HttpResponse, Transport } from './http.ts';
import type { RemoteStats } from './remote.ts';

/** Counts work. Callers read it as {@link RemoteStats} while it goes on. */
export class Meter implements RemoteStats {
  requests = 0;
  downloadedBytes = 0;
  uploadedBytes = 0;
}

/** Counts every request that really goes out, and the bytes of bodies both ways. */
export function metered(next: Transport, meter: Meter): Transport {
  return async (request) => {
    meter.requests += 1;
    meter.uploadedBytes += request.body?.byteLength ?? 0;
    const response = await next(request);
    return { ...response, body: meteredBody(response, meter) };
  };
}

function meteredBody({ body }: HttpResponse, meter: Meter): HttpBody {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of body) {
        meter.downloadedBytes += chunk.byteLength;
        yield chunk;
      }
    },
    discard: () => body.discard(),
  };
}
