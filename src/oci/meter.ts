import type { HttpBody, HttpResponse, Transport } from './http.ts';
import type { BlobContent, RemoteStats } from './remote.ts';
import { bodyPieces, bodySize } from './request-body.ts';

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
    const { body } = request;
    const sent = body === undefined ? {} : { body: meteredContent(body, meter) };
    const response = await next({ ...request, ...sent });
    return { ...response, body: meteredBody(response, meter) };
  };
}

function meteredContent(body: BlobContent, meter: Meter): BlobContent {
  return {
    size: bodySize(body),
    async *open() {
      for await (const piece of bodyPieces(body)) {
        meter.uploadedBytes += piece.byteLength;
        yield piece;
      }
    },
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
