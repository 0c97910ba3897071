import { hasCode } from '../errors.ts';
import type { PushRequest, Pushed } from '../store/upstream.ts';
import { type PushContext, PushAttempt } from './push-attempt.ts';

/**
 * Brings a store's changes to tags of a remote.
 *
 * Where the remote refuses a snapshot since it has lost something that its own tags name, it is asked
 * for everything that the snapshot needs, and what is on this disk is uploaded again.
 *
 * @throws nothing once a tag may have moved: what failed then is told with what was reached
 */
export async function push(
  context: PushContext,
  request: PushRequest,
  tags: readonly string[],
): Promise<Pushed> {
  const asks = request.options.repair === true;
  const first = await new PushAttempt(context, request, { asks }).to(tags);
  const { failure } = first;
  if (failure === undefined || failure.isOurs || !hasCode(failure.error, 'NOT_FOUND')) return first;
  const second = await new PushAttempt(context, request, { asks: true }).to(tags);
  return {
    located: second.located ?? first.located,
    reached: [...second.reached, ...first.reached],
    hasLeftOut: first.hasLeftOut || second.hasLeftOut,
    failure: second.failure,
  };
}
