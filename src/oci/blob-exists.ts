import type { Digest } from '../digest.ts';
import { type Endpoint, blobUrl } from './endpoint.ts';
import { responseError } from './errors.ts';
import { type HttpRequest, isPage } from './http.ts';

/** Whether a registry has a blob, by HEAD. */
export async function blobExists(
  endpoint: Endpoint,
  digest: Digest,
  options: { readonly signal?: AbortSignal | undefined; readonly replay?: boolean } = {},
): Promise<boolean> {
  const request: HttpRequest = { method: 'HEAD', url: blobUrl(endpoint, digest), ...options };
  const response = await endpoint.transport(request);
  const found = response.status === 200 && !isPage(response);
  if (!found && response.status !== 404) throw await responseError(request, response);
  await response.body.discard();
  return found;
}
