import { answerOf, problem } from '../fault-proxy/exchange.ts';
import { answering, answeringFirst, blobsElsewhere, pagedTags } from './layers.ts';
import type { Profile } from './profile.ts';

const MAX_CHUNK = 4 * 1024 * 1024;

/**
 * GitHub's registry: blobs from another host, no deletion, pieces of 4 MiB at most, blobs that it does
 * not know for a moment after it has taken them, and limits told in its own ways.
 */
export function ghcr(): Profile {
  return {
    name: 'GHCR',
    auth: 'token',
    lacks: { deletes: false },
    layers: [
      answeringFirst('upload-start', () =>
        answerOf(
          403,
          { 'content-type': 'application/json' },
          '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}',
        ),
      ),
      answeringFirst('manifest', () =>
        problem(429, 'TOOMANYREQUESTS', 'retry-after: 10.345ms, allowed: 2000/minute'),
      ),
      answeringFirst('manifest-put', () => problem(404, 'MANIFEST_BLOB_UNKNOWN', 'unknown blob')),
      answering('manifest-delete', () =>
        problem(405, 'UNSUPPORTED', 'The operation is unsupported.'),
      ),
      answering('referrers', () => answerOf(404, {}, '404 page not found\n')),
      answering('upload-chunk', ({ headers }) =>
        Number(headers['content-length'] ?? Infinity) > MAX_CHUNK
          ? problem(416, 'BLOB_UPLOAD_INVALID', 'chunk too large')
          : undefined,
      ),
      pagedTags(100),
      blobsElsewhere(307),
    ],
  };
}
