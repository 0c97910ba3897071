/** How long a server asks to wait, in milliseconds, from its `Retry-After` header. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
};

/**
 * The same out of an error's text. GHCR writes Go durations there and sets no header:
 * `retry-after: 182.345µs, allowed: 2000/minute`.
 */
export function retryAfterInText(text: string): number | undefined {
  const match = /retry-after:?\s*(\d{1,9}(?:\.\d{1,9})?)(ns|us|µs|μs|ms|s|m)\b/i.exec(text);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  return match === null || unit === undefined ? undefined : Math.ceil(Number(match[1]) * unit);
}
