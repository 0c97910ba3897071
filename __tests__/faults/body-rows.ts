import type { Phase } from '../support/fault-proxy/phase.ts';
import { PAGE } from './answers.ts';
import { BLOB_SIZE } from './operations.ts';
import type { Outcome, Row } from './row.ts';
import { ALWAYS_MS, ONCE_MS, STEPS, type Step } from './steps.ts';

/** More than anybody reads of what is no longer right, in bytes: manifests may have 8 MiB. */
const ENOUGH = 64 * 1024 * 1024;

/** Where an answer breaks off: at its head, inside, and just before its end. */
function cutsOf({ phase }: Step): readonly number[] {
  if (phase === 'blob') return [0, 1, 50_000, BLOB_SIZE - 1];
  if (phase === 'blob-range') return [0, 1, 59_999];
  return [0, 10];
}

/** What is said of an answer whose bytes are not what they were. */
function damaged({ operation, phase }: Step): readonly Outcome[] {
  if (phase === 'tags' || phase === 'token') return ['MALFORMED'];
  // To ask again is right as well, where the damage may have been the way's.
  return operation === 'getManifest' ? ['INTEGRITY', 'MALFORMED'] : ['INTEGRITY'];
}

/** Rows for answers that come, but not as they should. */
export const BODY_ROWS: readonly Row[] = STEPS.filter(({ receives }) => receives === true).flatMap(
  (step): Row[] => {
    const { operation, phase, tokens } = step;
    const base = { operation, ...(tokens === true ? { tokens } : {}) };
    const ok = ['ok'] as const;
    return [
      ...cutsOf(step).flatMap((afterBytes) =>
        (['reset', 'close', 'stall'] as const).flatMap((ending): Row[] => {
          const fault = `${phase}: ${ending} after ${String(afterBytes)} bytes of the answer`;
          const kind = 'break-answer';
          return [
            {
              ...base,
              fault: `${fault}, once`,
              faults: [{ kind, phase, ending, afterBytes }],
              allowed: ok,
              withinMs: ONCE_MS,
            },
            {
              ...base,
              fault: `${fault}, always`,
              faults: [{ kind, phase: again(step), ending, afterBytes, times: Infinity }],
              allowed: outcomesOfBreaks(step, ending, afterBytes),
              withinMs: ALWAYS_MS,
            },
          ];
        }),
      ),
      {
        ...base,
        fault: `${phase}: the last bytes are not there`,
        faults: [{ kind: 'truncate', phase, bytes: 3, times: Infinity }],
        allowed: damaged(step),
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: more bytes than there are`,
        faults: [{ kind: 'extend', phase, bytes: 10, times: Infinity }],
        allowed: damaged(step),
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: the last bytes are not there, in chunks`,
        faults: [{ kind: 'truncate', phase, bytes: 3, chunked: true, times: Infinity }],
        allowed: damaged(step),
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: bytes without an end`,
        faults: [{ kind: 'extend', phase, bytes: 2 ** 40, chunked: true, times: Infinity }],
        allowed: phase.startsWith('blob') ? ['INTEGRITY'] : ['MALFORMED'],
        withinMs: ONCE_MS,
        requests: (journal) =>
          journal.received(phase) < ENOUGH ? undefined : 'far too much has been read',
      },
      {
        ...base,
        fault: `${phase}: a length that is too large`,
        faults: [{ kind: 'lie-length', phase, by: 3, times: Infinity }],
        allowed: [...damaged(step), 'TIMEOUT', 'UNREACHABLE'],
        withinMs: ALWAYS_MS,
      },
      {
        ...base,
        fault: `${phase}: a length that is too small`,
        faults: [{ kind: 'lie-length', phase, by: -3, times: Infinity }],
        allowed: [...damaged(step), 'UNREACHABLE'],
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: no length`,
        faults: [{ kind: 'hide-length', phase, times: Infinity }],
        allowed: ok,
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: a drip`,
        faults: [{ kind: 'drip', phase, bytes: 5000, everyMs: 5 }],
        allowed: ok,
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: a page with 200`,
        faults: [{ ...PAGE, phase, times: Infinity }],
        allowed: [...damaged(step), 'REMOTE'],
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: nothing with 200`,
        faults: [{ kind: 'answer', status: 200, phase, times: Infinity }],
        allowed: [...damaged(step), 'REMOTE'],
        withinMs: ONCE_MS,
      },
      // One bit of a list of tags makes another list, and nobody can tell.
      ...(phase === 'tags' || phase === 'token'
        ? []
        : [0, 500].map((at): Row => ({
            ...base,
            fault: `${phase}: bit ${String(at)} flipped`,
            faults: [{ kind: 'flip', phase, at, times: Infinity }],
            allowed: damaged(step),
            withinMs: ONCE_MS,
          }))),
    ];
  },
);

/** What breaks off in the middle of a blob goes on by Range. */
function again({ phase }: Step): readonly Phase[] {
  return phase === 'blob' ? [phase, 'blob-range'] : [phase];
}

function outcomesOfBreaks(
  { phase }: Step,
  ending: 'reset' | 'close' | 'stall',
  afterBytes: number,
): readonly Outcome[] {
  const broken = ending === 'stall' ? 'TIMEOUT' : 'UNREACHABLE';
  // Whoever goes on where it stopped gets there, as long as there is some progress each time.
  return phase === 'blob' && afterBytes > 1 ? ['ok', broken] : [broken];
}
