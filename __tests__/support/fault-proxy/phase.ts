/** What a request is about: the step of the distribution protocol that it takes. */
export type Phase =
  | 'ping'
  | 'token'
  | 'blob-head'
  | 'blob'
  | 'blob-range'
  | 'upload-start'
  | 'mount'
  | 'upload-chunk'
  | 'upload-finish'
  | 'upload-cancel'
  | 'manifest-head'
  | 'manifest'
  | 'manifest-put'
  | 'manifest-delete'
  | 'tags'
  | 'referrers'
  /** At the other host, to which a registry sends those who want a blob. */
  | 'storage'
  | 'other';

type ByMethod = Readonly<Record<string, Phase>>;

const MANIFESTS: ByMethod = {
  HEAD: 'manifest-head',
  GET: 'manifest',
  PUT: 'manifest-put',
  DELETE: 'manifest-delete',
};

const UPLOADS: ByMethod = {
  POST: 'upload-start',
  PATCH: 'upload-chunk',
  PUT: 'upload-finish',
  DELETE: 'upload-cancel',
};

/**
 * Tells the phase of a request.
 *
 * @param path with the query
 * @param ranged whether it has a `Range` header
 */
export function phaseOf(method: string, path: string, ranged: boolean): Phase {
  const { pathname, searchParams } = new URL(path, 'http://any');
  if (pathname === '/v2/' || pathname === '/v2') return 'ping';
  if (pathname === '/token') return 'token';
  if (pathname.startsWith('/storage/')) return 'storage';
  if (pathname.endsWith('/tags/list')) return 'tags';
  if (/\/referrers\/[^/]+$/.test(pathname)) return 'referrers';
  if (/\/manifests\/[^/]+$/.test(pathname)) return MANIFESTS[method] ?? 'other';
  if (/\/blobs\/uploads\/[^/]*$/.test(pathname)) {
    return method === 'POST' && searchParams.has('mount') ? 'mount' : (UPLOADS[method] ?? 'other');
  }
  if (/\/blobs\/[^/]+$/.test(pathname)) {
    if (method === 'HEAD') return 'blob-head';
    if (method === 'GET') return ranged ? 'blob-range' : 'blob';
  }
  return 'other';
}
