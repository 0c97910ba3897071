import type { Fault } from '../support/fault-proxy/fault.ts';
import { BLOB_SIZE } from './operations.ts';
import type { Outcome, Row } from './row.ts';
import { ONCE_MS } from './steps.ts';

const KINDS = ['off-by-one', 'other-total', 'other-unit', 'absent', 'nonsense'] as const;

/** What a registry, or a proxy before it, makes of a range. */
const RANGE_FAULTS: readonly (readonly [name: string, fault: Fault, Outcome])[] = [
  ...KINDS.map(
    (as) =>
      [
        `a Content-Range that is ${as}`,
        { kind: 'content-range', phase: 'blob-range', as, times: Infinity },
        'INTEGRITY',
      ] as const,
  ),
  ['the whole blob with 200', { kind: 'ignore-range', phase: 'blob-range', times: Infinity }, 'ok'],
  ['416', { kind: 'answer', status: 416, phase: 'blob-range', times: Infinity }, 'INTEGRITY'],
  [
    '416 that announces more than it sends',
    {
      kind: 'answer',
      status: 416,
      headers: { 'content-length': '100000' },
      body: 'x'.repeat(33),
      phase: 'blob-range',
      times: Infinity,
    },
    'INTEGRITY',
  ],
  ['204', { kind: 'answer', status: 204, phase: 'blob-range', times: Infinity }, 'REMOTE'],
];

/** Half of a blob comes, and then the connection is reset. */
const HALF: Fault = { kind: 'break-answer', phase: 'blob', ending: 'reset', afterBytes: 50_000 };

/** Rows for ranges, and for streams that go on by one. */
export const RANGE_ROWS: readonly Row[] = [
  ...RANGE_FAULTS.flatMap(([name, fault, outcome]): Row[] => [
    {
      operation: 'getBlobRange',
      fault: `blob-range: ${name}`,
      faults: [fault],
      expected: outcome,
      withinMs: ONCE_MS,
    },
    {
      operation: 'getBlobStream',
      fault: `blob breaks off, then ${name}`,
      faults: [HALF, fault],
      // Not started over: who asks for the rest and is given something else has been lied to.
      expected: outcome,
      withinMs: ONCE_MS,
    },
  ]),
  {
    operation: 'getBlobRange',
    fault: 'blob-range: the whole blob with 200, a bit flipped outside of the range',
    faults: [
      {
        kind: 'ignore-range',
        phase: 'blob-range',
        times: Infinity,
        and: [{ kind: 'flip', at: BLOB_SIZE - 1 }],
      },
    ],
    // The whole is taken as a whole, and verified.
    expected: 'INTEGRITY',
    withinMs: ONCE_MS,
  },
  {
    operation: 'getBlobStream',
    fault: 'blob breaks off once: what was there does not come again',
    faults: [HALF],
    expected: 'ok',
    withinMs: ONCE_MS,
    requests: (journal) =>
      journal.received('blob') + journal.received('blob-range') === BLOB_SIZE
        ? undefined
        : 'bytes came twice',
  },
  ...(['reset', 'close', 'stall'] as const).map((ending): Row => ({
    operation: 'getBlobStream',
    fault: `blob breaks off, and nothing comes any more (${ending})`,
    faults: [HALF, { kind: 'refuse', ending, phase: 'blob-range', times: Infinity }],
    expected: ending === 'stall' ? 'TIMEOUT' : 'UNREACHABLE',
    withinMs: ONCE_MS,
  })),
  {
    operation: 'getBlobStream',
    fault: 'blob ends early without a length: what was there does not come again',
    faults: [{ kind: 'truncate', phase: 'blob', bytes: 40_000, chunked: true }],
    expected: 'ok',
    withinMs: ONCE_MS,
    requests: (journal) =>
      journal.received('blob') === 60_000 && journal.received('blob-range') === 40_000
        ? undefined
        : 'bytes came twice',
  },
  {
    operation: 'getBlobStream',
    fault: 'blob breaks off, then a bit is flipped',
    faults: [HALF, { kind: 'flip', phase: 'blob-range', at: 100, times: Infinity }],
    expected: 'INTEGRITY',
    withinMs: ONCE_MS,
  },
  {
    operation: 'getBlobStream',
    fault: 'a bit is flipped, then the blob breaks off',
    faults: [
      { kind: 'flip', phase: 'blob', at: 99_000 },
      { kind: 'break-answer', phase: 'blob-range', ending: 'reset', afterBytes: 10 },
    ],
    expected: 'INTEGRITY',
    withinMs: ONCE_MS,
  },
  {
    operation: 'getBlob',
    fault: 'storage: an address that does not hold any more',
    faults: [
      { kind: 'redirect', phase: 'blob', status: 307, to: 'storage', times: Infinity },
      { kind: 'answer', phase: 'storage', status: 403, body: '<Error>AccessDenied</Error>' },
    ],
    // It is used at once, so it has not run out in between: the registry has to be mended.
    expected: 'DENIED',
    withinMs: ONCE_MS,
  },
  ...(['reset', 'stall'] as const).flatMap((ending) =>
    (['getBlob', 'getBlobStream', 'getBlobRange'] as const).map((operation): Row => ({
      operation,
      fault: `storage: ${ending} after 10000 bytes from the other host`,
      faults: [
        {
          kind: 'redirect',
          phase: ['blob', 'blob-range'],
          status: 307,
          to: 'storage',
          times: Infinity,
        },
        { kind: 'break-answer', phase: 'storage', ending, afterBytes: 10_000 },
      ],
      expected: 'ok',
      withinMs: ONCE_MS,
    })),
  ),
];
