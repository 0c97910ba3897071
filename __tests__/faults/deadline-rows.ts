import type { Fault } from '../support/fault-proxy/fault.ts';
import type { Journal } from '../support/fault-proxy/journal.ts';
import { SOON_MS } from './operations.ts';
import type { Outcome, Row } from './row.ts';
import { ONCE_MS } from './steps.ts';

const TOO_LATE: Fault = { kind: 'late', phase: 'token', ms: SOON_MS + 300 };

/** The registry has been asked as often, and has taken nothing. */
function refusedTimes(times: number): (journal: Journal) => string | undefined {
  return (journal) => {
    const found = journal.of('manifest-put').map(({ status }) => status);
    const isRight = found.length === times && found.every((status) => status < 200 || status > 299);
    return isRight ? undefined : `the manifest was answered ${found.join(', ')}`;
  };
}

/** Rows for manifests that must be there soon or not at all: what is late moves no tag. */
export const DEADLINE_ROWS: readonly Row[] = [
  {
    operation: 'putManifestSoon',
    fault: 'token: comes too late',
    faults: [TOO_LATE],
    expected: 'TIMEOUT',
    withinMs: ONCE_MS,
    tokens: true,
    // Asked once without a token: that is how it becomes known where tokens come from.
    requests: refusedTimes(1),
  },
  {
    operation: 'putManifestSoon',
    fault: 'manifest-put: the token has run out, and the next one comes too late',
    faults: [{ kind: 'expire', phase: 'manifest-put' }, TOO_LATE],
    expected: 'TIMEOUT',
    withinMs: ONCE_MS,
    tokens: true,
    warm: true,
    requests: refusedTimes(1),
  },
  ...(
    [
      ['503, once', { kind: 'answer', status: 503, phase: 'manifest-put' }, 'ok'],
      ['no answer, once', { kind: 'refuse', ending: 'reset', phase: 'manifest-put' }, 'ok'],
      [
        'done, but the answer is lost',
        { kind: 'lose-answer', ending: 'reset', phase: 'manifest-put' },
        'ok',
      ],
    ] as const satisfies readonly (readonly [string, Fault, Outcome])[]
  ).map(([name, fault, expected]): Row => ({
    operation: 'putManifestSoon',
    fault: `manifest-put: ${name}`,
    faults: [fault],
    expected,
    withinMs: ONCE_MS,
  })),
  {
    operation: 'putManifestSoon',
    fault: 'manifest-put: 429 that wants more time than there is',
    faults: [
      { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, phase: 'manifest-put' },
    ],
    expected: 'REMOTE',
    withinMs: ONCE_MS,
    requests: refusedTimes(1),
  },
  {
    operation: 'putManifestSoon',
    fault: 'manifest-put: silence for longer than there is time',
    faults: [{ kind: 'refuse', ending: 'stall', phase: 'manifest-put' }],
    expected: 'TIMEOUT',
    withinMs: ONCE_MS,
    requests: refusedTimes(1),
  },
];
