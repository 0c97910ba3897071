import type { Ending } from '../support/fault-proxy/exchange.ts';
import type { Deed } from '../support/fault-proxy/fault.ts';
import type { Outcome, Row } from './row.ts';
import { ALWAYS_MS, ONCE_MS, STEPS, type Step } from './steps.ts';

interface Trouble {
  readonly name: string;
  readonly deed: Deed;
  /** How it ends where it does not pass. Where it comes once, all is well in the end. */
  readonly always: Outcome;
  readonly atLeastMs?: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** What can befall any request, and passes. */
const PASSING: readonly Trouble[] = [
  ...(['reset', 'close', 'stall'] as const).map((ending) => ({
    name: `no answer, ${shown(ending)}`,
    deed: { kind: 'refuse', ending } as const,
    always: ending === 'stall' ? ('TIMEOUT' as const) : ('UNREACHABLE' as const),
  })),
  { name: 'garbage instead of HTTP', deed: { kind: 'garbage' }, always: 'UNREACHABLE' },
  ...[500, 502, 503, 504].map((status) => ({
    name: `${status} with a page`,
    deed: {
      kind: 'answer',
      status,
      headers: { 'content-type': 'text/html' },
      body: '<html><h1>Sorry</h1></html>',
    } as const,
    always: 'REMOTE' as const,
  })),
  { name: '408', deed: { kind: 'answer', status: 408 }, always: 'TIMEOUT' },
  {
    name: '429 with Retry-After in seconds',
    deed: { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
    always: 'REMOTE',
    atLeastMs: 950,
  },
  {
    name: '503 with Retry-After as a date',
    deed: { kind: 'busy-until', status: 503, seconds: 2 },
    always: 'REMOTE',
    atLeastMs: 950,
  },
  {
    name: '429 with a duration in its message',
    deed: {
      kind: 'answer',
      status: 429,
      headers: JSON_TYPE,
      body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 210.5ms, allowed: 2000/minute"}]}',
    },
    always: 'REMOTE',
    atLeastMs: 200,
  },
  {
    name: '403 for a secondary rate limit',
    deed: {
      kind: 'answer',
      status: 403,
      headers: JSON_TYPE,
      body: '{"message":"You have exceeded a secondary rate limit. Please wait."}',
    },
    always: 'REMOTE',
  },
];

/** What can befall any request, and stays. */
const FINAL: readonly Trouble[] = [
  {
    name: '429 that wants an hour',
    deed: { kind: 'answer', status: 429, headers: { 'retry-after': '3600' } },
    always: 'REMOTE',
  },
  {
    name: '403 for lack of rights',
    deed: {
      kind: 'answer',
      status: 403,
      headers: JSON_TYPE,
      body: '{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}',
    },
    always: 'DENIED',
  },
  {
    name: '401 with no challenge',
    deed: { kind: 'answer', status: 401 },
    always: 'UNAUTHORIZED',
  },
  {
    name: 'a redirect to no address',
    deed: { kind: 'redirect', status: 307, to: 'nowhere' },
    always: 'REMOTE',
  },
  {
    name: 'a redirect into the clear',
    deed: { kind: 'redirect', status: 307, to: 'clear' },
    always: 'REMOTE',
  },
  {
    name: 'redirects without an end',
    deed: { kind: 'redirect', status: 307, to: 'itself' },
    always: 'REMOTE',
  },
];

/** What stays as it is is not tried again. */
function mostRequests({ deed }: Trouble, { phase }: Step): number {
  // The first one, and ten redirects.
  if (deed.kind === 'redirect' && deed.to === 'itself') return 11;
  // Whoever may not push may perhaps pull.
  return phase === 'token' ? 2 : 1;
}

/** A HEAD's 403 says nothing of a rate limit: it has no body. */
function isMute(trouble: Trouble, { phase }: Step): boolean {
  return phase.endsWith('-head') && trouble.name === '403 for a secondary rate limit';
}

/** A duration in a message cannot be seen in a HEAD's answer either. */
function patience(trouble: Trouble, { phase }: Step): Pick<Row, 'atLeastMs'> {
  if (trouble.atLeastMs === undefined) return {};
  const mute = phase.endsWith('-head') && trouble.name.includes('message');
  return mute ? {} : { atLeastMs: trouble.atLeastMs };
}

/** Rows for what can befall every request. */
export const CONNECTION_ROWS: readonly Row[] = STEPS.flatMap((step) => [
  ...PASSING.filter((trouble) => !isMute(trouble, step)).flatMap((trouble): Row[] => [
    {
      ...rowOf(step, trouble, 1),
      ...patience(trouble, step),
      expected: 'ok',
      withinMs: ONCE_MS,
    },
    {
      ...rowOf(step, trouble, Infinity),
      ...patience(trouble, step),
      expected: trouble.always,
      withinMs: ALWAYS_MS,
    },
  ]),
  ...FINAL.map((trouble): Row => ({
    ...rowOf(step, trouble, Infinity),
    expected: trouble.always,
    withinMs: ONCE_MS,
    requests: (journal) => {
      const count = journal.count(step.phase);
      return count <= mostRequests(trouble, step) ? undefined : `asked ${count} times`;
    },
  })),
  {
    operation: step.operation,
    fault: `${step.phase}: a redirect to another host`,
    faults: [{ kind: 'redirect', phase: step.phase, status: 307, to: 'storage' }],
    // Also of a token server: what is asked for by GET is asked for there, without the credentials.
    expected: 'ok',
    withinMs: ONCE_MS,
    ...(step.tokens === true ? { tokens: true } : {}),
  },
]);

function rowOf(
  { operation, phase, tokens }: Step,
  { name, deed }: Trouble,
  times: number,
): Pick<Row, 'operation' | 'fault' | 'faults' | 'tokens'> {
  const often = times === 1 ? 'once' : 'always';
  return {
    operation,
    fault: `${phase}: ${name}, ${often}`,
    faults: [{ ...deed, phase, times }],
    ...(tokens === true ? { tokens } : {}),
  };
}

function shown(ending: Exclude<Ending, 'whole'>): string {
  return { reset: 'reset', close: 'closed', stall: 'silence' }[ending];
}
