import { answerOf, problem } from '../fault-proxy/exchange.ts';
import { answering, blobsElsewhere, uploadsElsewhere } from './layers.ts';
import type { Profile } from './profile.ts';

/** Google's registry: no pieces, pages where JSON is due, uploads and blobs at other addresses. */
export function gar(): Profile {
  const page = answerOf(
    200,
    { 'content-type': 'text/html' },
    '<!doctype html><title>Google</title>',
  );
  return {
    name: 'GAR',
    auth: 'token',
    lacks: {},
    layers: [
      answering(['ping', 'referrers'], () => ({ ...page })),
      answering('upload-chunk', () => problem(405, 'UNSUPPORTED', 'no chunks')),
      uploadsElsewhere('/artifacts-uploads', 'upload_state=AEn%2Fb1%2B=='),
      blobsElsewhere(302),
    ],
  };
}
