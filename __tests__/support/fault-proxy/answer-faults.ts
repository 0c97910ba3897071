import { dripping, firstBytes, withFlippedBit, withMore, withoutLast } from './bodies.ts';
import { type Answer, type Exchange, answerOf, collect, headerOf, noAnswer } from './exchange.ts';
import type { Deed } from './fault.ts';
import type { Storage } from './storage.ts';

/** Faults on the way back from the registry, which has done its work. */
export async function befallAnswer(
  fault: Deed,
  exchange: Exchange,
  answer: Answer,
  storage: Storage,
): Promise<Answer> {
  const { body } = answer;
  switch (fault.kind) {
    case 'lose-answer':
      await collect(body);
      return noAnswer(fault.ending);
    case 'replace-answer':
      await collect(body);
      return answerOf(fault.status, { 'content-type': 'text/html' }, fault.body);
    case 'break-answer':
      return { ...answer, body: firstBytes(body, fault.afterBytes), ending: fault.ending };
    case 'drip':
      return { ...answer, body: dripping(body, fault.bytes, fault.everyMs) };
    case 'truncate':
      return { ...resized(answer, -fault.bytes, fault), body: withoutLast(body, fault.bytes) };
    case 'extend':
      return { ...resized(answer, fault.bytes, fault), body: withMore(body, fault.bytes) };
    case 'flip':
      return { ...answer, body: withFlippedBit(body, fault.at) };
    case 'lie-length':
      return longer(answer, fault.by);
    case 'hide-length':
      return withHeaders(answer, { 'content-length': null });
    case 'headers':
      return withHeaders(answer, fault.headers);
    case 'content-range':
      return withHeaders(answer, { 'content-range': otherRange(answer, fault.as) });
    case 'location':
      return withHeaders(answer, { location: otherLocation(answer, fault.as, exchange, storage) });
    default:
      return answer;
  }
}

function withHeaders(answer: Answer, changes: Readonly<Record<string, string | null>>): Answer {
  const headers = Object.entries({ ...answer.headers, ...changes }).filter(
    (entry): entry is [string, string | readonly string[]] => entry[1] !== null,
  );
  return { ...answer, headers: Object.fromEntries(headers) };
}

function resized(answer: Answer, by: number, { chunked }: { readonly chunked?: boolean }): Answer {
  return chunked === true ? withHeaders(answer, { 'content-length': null }) : longer(answer, by);
}

function longer(answer: Answer, by: number): Answer {
  const length = headerOf(answer, 'content-length');
  if (length === undefined) return answer;
  return withHeaders(answer, { 'content-length': String(Math.max(0, Number(length) + by)) });
}

function otherRange(
  answer: Answer,
  as: 'off-by-one' | 'other-total' | 'other-unit' | 'absent' | 'nonsense',
): string | null {
  const told = headerOf(answer, 'content-range') ?? '';
  const [, first = '', last = '', total = ''] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(told) ?? [];
  switch (as) {
    case 'off-by-one':
      return `bytes ${String(Number(first) + 1)}-${String(Number(last) + 1)}/${total}`;
    case 'other-total':
      return `bytes ${first}-${last}/${String(Number(total) + 1)}`;
    case 'other-unit':
      return `pages ${first}-${last}/${total}`;
    case 'absent':
      return null;
    case 'nonsense':
      return 'bytes ;-/*-';
  }
}

function otherLocation(
  answer: Answer,
  as: 'query' | 'relative' | 'other-host' | 'absent' | 'nonsense' | 'clear',
  exchange: Exchange,
  storage: Storage,
): string | null {
  const host = `http://${exchange.headers.host ?? ''}`;
  const location = new URL(headerOf(answer, 'location') ?? '/', host);
  switch (as) {
    case 'query':
      location.searchParams.append('X-Proxy', 'a/b+c');
      return location.href;
    case 'relative':
      return `${location.pathname}${location.search}`;
    case 'other-host':
      return storage.adopt(exchange, location);
    case 'absent':
      return null;
    case 'nonsense':
      return 'http://[::bad';
    case 'clear':
      // Reserved for documentation: nobody is there, and nothing may be sent there.
      return `http://192.0.2.1${location.pathname}`;
  }
}
