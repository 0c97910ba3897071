import { setTimeout as delay } from 'node:timers/promises';

type Body = AsyncIterable<Uint8Array>;

/** The first bytes of a body, and no more. */
export async function* firstBytes(body: Body, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  if (left <= 0) return;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.byteLength;
    if (left <= 0) return;
  }
}

/** All of a body but its last bytes. */
export async function* withoutLast(body: Body, count: number): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  for await (const chunk of body) {
    held = Buffer.concat([held, chunk]);
    if (held.byteLength <= count) continue;
    yield held.subarray(0, held.byteLength - count);
    held = held.subarray(held.byteLength - count);
  }
}

/** A body with more behind it. */
export async function* withMore(body: Body, count: number): AsyncGenerator<Uint8Array> {
  yield* body;
  const chunk = Buffer.alloc(65_536, 'x');
  for (let left = count; left > 0; left -= chunk.byteLength) yield chunk.subarray(0, left);
}

/** A body with one bit that is not what it was. */
export async function* withFlippedBit(body: Body, at: number): AsyncGenerator<Uint8Array> {
  let position = 0;
  for await (const chunk of body) {
    const copy = Buffer.from(chunk);
    const index = at - position;
    if (index >= 0 && index < copy.byteLength) copy[index] = (copy[index] ?? 0) ^ 1;
    position += copy.byteLength;
    yield copy;
  }
}

/** A body that comes in small pieces, with a pause behind each. */
export async function* dripping(
  body: Body,
  bytes: number,
  everyMs: number,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    for (let at = 0; at < chunk.byteLength; at += bytes) {
      yield chunk.subarray(at, at + bytes);
      await delay(everyMs);
    }
  }
}
