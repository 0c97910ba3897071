import { hasCode } from '../errors.ts';
import type { PushRequest } from '../store/upstream.ts';
import { type PushContext, PushAttempt } from './push-attempt.ts';

/**
 * Brings a store's changes to tags of a remote.
 *
 * Where the remote refuses a snapshot since it has lost something that its own tags name, it is asked
 * for everything that the snapshot needs, and what is on this disk is uploaded again.
 *
 * @throws what went wrong with one of the tags; others may have been moved
 */
export async function push(
  context: PushContext,
  request: PushRequest,
  tags: readonly string[],
): Promise<void> {
  const asks = request.options.repair === true;
  const failure = await new PushAttempt(context, request, { asks }).to(tags);
  if (failure === undefined) return;
  if (failure.isOurs || !hasCode(failure.error, 'NOT_FOUND')) throw failure.error;
  const again = await new PushAttempt(context, request, { asks: true }).to(tags);
  if (again !== undefined) throw again.error;
}
