/**
 * Passes chunks on until the signal says stop, also while the source keeps everybody waiting.
 *
 * @throws the signal's reason
 */
export async function* abortable<T>(
  source: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const step = await unlessAborted(Promise.resolve(iterator.next()), signal);
      if (step.done === true) {
        ended = true;
        return;
      }
      yield step.value;
    }
  } finally {
    // A source that hangs would not return either: nobody waits for it.
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    // A signal says so once, and may have done so while the work began.
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
