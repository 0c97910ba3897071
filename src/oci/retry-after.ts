import { parseHttpDate } from './http-date.ts';

/** Says how long, in milliseconds; the number stays whole however much a server asks for. */
function bounded(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), Number.MAX_SAFE_INTEGER);
}

/**
 * How long a server asks to wait, in milliseconds, from its `Retry-After` header: seconds or a date.
 * Undefined where it says neither. Nobody has to heed it: it may be years.
 *
 * @param now what the server takes for now, by its `Date` header, or else what we do
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 * @example
 * parseRetryAfter('120', Date.now()); // 120000
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  // The specification has whole seconds only; a fraction can mean nothing else.
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return bounded(Number(value) * 1000);
  const date = parseHttpDate(value, now);
  return date === undefined ? undefined : bounded(date - now);
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * The same out of an error's text. GHCR writes Go durations there and sets no header:
 * `retry-after: 182.345µs, allowed: 2000/minute`.
 *
 * @see https://pkg.go.dev/time#Duration.String
 */
export function retryAfterInText(text: string): number | undefined {
  const duration =
    /retry-after:?\s*((?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|μs|ms|s|m|h)){1,3})(?!\w)/i;
  const parts = duration
    .exec(text)?.[1]
    ?.toLowerCase()
    .matchAll(/([\d.]+)(\D+)/g);
  if (parts === undefined) return undefined;
  let ms = 0;
  for (const [, count, unit = ''] of parts) ms += Number(count) * (UNITS[unit] ?? 0);
  return bounded(ms);
}
