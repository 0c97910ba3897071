/**
 * What an iterable gives, until a signal is aborted: at once, even where the next piece never comes.
 *
 * @throws the signal's reason
 */
export async function* untilAborted<T>(
  pieces: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  if (signal === undefined) {
    yield* pieces;
    return;
  }
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(signal.reason as Error);
  };
  // Aborted while nobody waits for a piece, it is thrown when the next one is asked for.
  aborted.catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = pieces[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done === true) {
        isDone = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!isDone) await giveUp(iterator, signal);
  }
}

/** Lets an iterable close what it has open; one that is stuck in the middle is not waited for. */
async function giveUp(iterator: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const closing = Promise.resolve(iterator.return?.());
  if (signal.aborted) closing.catch(() => undefined);
  else await closing;
}
