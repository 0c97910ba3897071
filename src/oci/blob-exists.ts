import type { Digest } from '../digest.ts';
import { announcedSize, isIdentity } from './body.ts';
import { type Endpoint, blobUrl } from './endpoint.ts';
import { responseError } from './errors.ts';
import { type HttpRequest, isPage } from './http.ts';

/** How {@link blobExists} asks. */
interface ExistsOptions {
  readonly signal?: AbortSignal | undefined;
  readonly replay?: boolean;
  /** Bytes that it must have, where the registry tells. */
  readonly size?: number | undefined;
}

/** Whether a registry has a blob, by HEAD. */
export async function blobExists(
  endpoint: Endpoint,
  digest: Digest,
  { size, ...options }: ExistsOptions = {},
): Promise<boolean> {
  const request: HttpRequest = { method: 'HEAD', url: blobUrl(endpoint, digest), ...options };
  const response = await endpoint.transport(request);
  const found = response.status === 200 && !isPage(response);
  if (!found && response.status !== 404) throw await responseError(request, response);
  await response.body.discard();
  const announced = isIdentity(response) ? announcedSize(response) : undefined;
  return found && (size === undefined || (announced ?? size) === size);
}
