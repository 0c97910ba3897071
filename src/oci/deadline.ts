import { CafsError } from '../errors.ts';
import type { HttpRequest, Transport } from './http.ts';
import { shownUrl } from './origin.ts';
import type { BlobContent } from './remote.ts';
import { bodyPieces, bodySize } from './request-body.ts';
import type { Clock } from './retry.ts';

/** How long a tag may be moved after that was asked for, where nothing else is said, in milliseconds. */
export const MOVE_WINDOW_MS = 5000;

/**
 * Refuses what is to be sent later than it may be. Whoever has read a tag before relies on that: a push
 * that others overtook must not come through a minute later.
 *
 * Stands behind all that takes time before a request is really sent: tokens, redirects, further tries.
 * The first piece of a body is asked for when there is a connection, and goes out with the head: it is
 * refused as well, which leaves nothing sent.
 *
 * @throws CafsError `TIMEOUT`, which is final
 */
export function withDeadlines(next: Transport, clock: Pick<Clock, 'monotonic'>): Transport {
  return async (request) => {
    const { notAfter, body } = request;
    if (notAfter === undefined) return next(request);
    const check = (): void => {
      assertInTime(notAfter, clock.monotonic(), shownRequest(request));
    };
    check();
    return next(body === undefined ? request : { ...request, body: checkedFirst(body, check) });
  };
}

/**
 * @param now in milliseconds of `performance.now()`, as the moment is
 * @param what would move a tag, for the error
 * @throws CafsError `TIMEOUT`
 */
export function assertInTime(notAfter: number, now: number, what: string): void {
  if (now <= notAfter) return;
  throw new CafsError(
    'TIMEOUT',
    `It is too late for ${what}: others may have moved the tag since it was read, and it was left as it is.`,
    { hint: 'Try again. Where this comes again, the registry or its token server is slow.' },
  );
}

function checkedFirst(body: BlobContent, check: () => void): BlobContent {
  return {
    size: bodySize(body),
    async *open() {
      check();
      yield* bodyPieces(body);
    },
  };
}

function shownRequest({ method, url }: HttpRequest): string {
  return `${method} ${shownUrl(url)}`;
}
