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

/**
 * What is said of an answer whose bytes are not what they were. A manifest's digest is known for a tag, too:
 * the registry tells it in the head of the answer.
 */
function damaged({ phase }: Step): Outcome {
  return phase === 'tags' || phase === 'token' ? 'MALFORMED' : 'INTEGRITY';
}

/** What is said of something else with 200: a manifest is known by its type, a blob by its bytes alone. */
function foreign(step: Step): Outcome {
  return step.phase === 'manifest' ? 'REMOTE' : damaged(step);
}

/** Nobody waits for bytes of a blob that it does not have; of all else, the head is believed. */
function tooLong({ phase }: Step): Outcome {
  return isBlob(phase) ? 'INTEGRITY' : 'TIMEOUT';
}

function isBlob(phase: Phase): boolean {
  return phase === 'blob' || phase === 'blob-range';
}

/** Rows for answers that come, but not as they should. */
export const BODY_ROWS: readonly Row[] = STEPS.filter(({ receives }) => receives === true).flatMap(
  (step): Row[] => {
    const { operation, phase, tokens } = step;
    const base = { operation, ...(tokens === true ? { tokens } : {}) };
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
              expected: 'ok',
              withinMs: ONCE_MS,
            },
            {
              ...base,
              fault: `${fault}, always`,
              faults: [{ kind, phase: again(step), ending, afterBytes, times: Infinity }],
              expected: outcomeOfBreaks(step, ending, afterBytes),
              withinMs: ALWAYS_MS,
            },
          ];
        }),
      ),
      {
        ...base,
        fault: `${phase}: the last bytes are not there`,
        faults: [{ kind: 'truncate', phase, bytes: 3, times: Infinity }],
        expected: damaged(step),
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: more bytes than there are`,
        faults: [{ kind: 'extend', phase, bytes: 10, times: Infinity }],
        expected: damaged(step),
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: the last bytes are not there, in chunks, always`,
        faults: [
          { kind: 'truncate', phase: again(step), bytes: 3, chunked: true, times: Infinity },
        ],
        expected: damaged(step),
        withinMs: ONCE_MS,
      },
      // Of a blob is known how much there is: who was cut off gets the rest.
      ...(isBlob(phase)
        ? [
            {
              ...base,
              fault: `${phase}: the last bytes are not there, in chunks, once`,
              faults: [{ kind: 'truncate', phase, bytes: 3, chunked: true }],
              expected: 'ok',
              withinMs: ONCE_MS,
            } satisfies Row,
          ]
        : []),
      {
        ...base,
        fault: `${phase}: bytes without an end`,
        faults: [{ kind: 'extend', phase, bytes: 2 ** 40, chunked: true, times: Infinity }],
        expected: isBlob(phase) ? 'INTEGRITY' : 'MALFORMED',
        withinMs: ONCE_MS,
        requests: (journal) =>
          journal.received(phase) < ENOUGH ? undefined : 'far too much has been read',
      },
      {
        ...base,
        fault: `${phase}: a length that is too large`,
        faults: [{ kind: 'lie-length', phase, by: 3, times: Infinity }],
        expected: tooLong(step),
        withinMs: ALWAYS_MS,
      },
      {
        ...base,
        fault: `${phase}: a length that is too small`,
        faults: [{ kind: 'lie-length', phase, by: -3, times: Infinity }],
        expected: damaged(step),
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: no length`,
        faults: [{ kind: 'hide-length', phase, times: Infinity }],
        expected: 'ok',
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: a drip`,
        faults: [{ kind: 'drip', phase, bytes: 5000, everyMs: 5 }],
        expected: 'ok',
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: a drip that takes too long, once`,
        faults: [{ kind: 'drip', phase, bytes: 1, everyMs: 50 }],
        expected: 'ok',
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: a drip that takes too long, always`,
        faults: [{ kind: 'drip', phase: again(step), bytes: 1, everyMs: 50, times: Infinity }],
        expected: 'TIMEOUT',
        withinMs: ALWAYS_MS,
      },
      {
        ...base,
        fault: `${phase}: 403, whose words take too long`,
        faults: [
          {
            kind: 'replace-answer',
            phase,
            status: 403,
            body: 'no'.repeat(500),
            times: Infinity,
            and: [{ kind: 'drip', bytes: 1, everyMs: 50 }],
          },
        ],
        expected: 'DENIED',
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: a page with 200`,
        faults: [{ ...PAGE, phase, times: Infinity }],
        expected: foreign(step),
        withinMs: ONCE_MS,
      },
      {
        ...base,
        fault: `${phase}: nothing with 200`,
        faults: [{ kind: 'answer', status: 200, phase, times: Infinity }],
        expected: foreign(step),
        withinMs: ONCE_MS,
      },
      // One bit of a list of tags makes another list, and nobody can tell.
      ...(phase === 'tags' || phase === 'token'
        ? []
        : [0, 500].map((at): Row => ({
            ...base,
            fault: `${phase}: bit ${String(at)} flipped`,
            faults: [{ kind: 'flip', phase, at, times: Infinity }],
            expected: damaged(step),
            withinMs: ONCE_MS,
          }))),
    ];
  },
);

/** What breaks off in the middle of a blob goes on by Range. */
function again({ phase }: Step): readonly Phase[] {
  return phase === 'blob' ? [phase, 'blob-range'] : [phase];
}

/**
 * Whoever goes on where it stopped gets there, where each answer brings half of the blob: the second one
 * brings all that is left, and what breaks behind it is nobody's concern.
 */
function outcomeOfBreaks(
  { phase }: Step,
  ending: 'reset' | 'close' | 'stall',
  afterBytes: number,
): Outcome {
  if (phase === 'blob' && afterBytes >= BLOB_SIZE / 2) return 'ok';
  return ending === 'stall' ? 'TIMEOUT' : 'UNREACHABLE';
}
