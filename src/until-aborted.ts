/**
 * What an iterable gives, until a signal is aborted: at once, even where the next piece never comes.
 *
 * @throws the signal's reason
 */
export async function* untilAborted<T>(
  pieces: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  if (signal === undefined) {
    yield* pieces;
    return;
  }
  signal.throwIfAborted();
  const iterator =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  let isDone = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await orAborted(Promise.resolve(iterator.next()), signal);
      if (next.done === true) {
        isDone = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!isDone) await giveUp(iterator, signal);
  }
}

/**
 * A promise, or the reason of a signal, whichever is first. Not a race with one promise for all pieces:
 * that would hold on to each of them until the last.
 *
 * @throws the signal's reason
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: first, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  promise.then(resolve, reject);
  return first.finally(() => {
    signal.removeEventListener('abort', onAbort);
  });
}

/** Lets an iterable close what it has open; one that is stuck in the middle is not waited for. */
async function giveUp(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const closing = Promise.resolve(iterator.return?.());
  if (signal.aborted) closing.catch(() => undefined);
  else await closing;
}
