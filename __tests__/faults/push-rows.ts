import type { Fault } from '../support/fault-proxy/fault.ts';
import type { Journal } from '../support/fault-proxy/journal.ts';
import { PAGE, refusal } from './answers.ts';
import { BLOB_SIZE } from './operations.ts';
import type { Outcome, Row } from './row.ts';
import { ALWAYS_MS, ONCE_MS } from './steps.ts';

const UPLOADS = ['putBlob', 'putBlobStream'] as const;
const BREAKS = ['reset', 'close', 'stall'] as const;

function sentOnce(journal: Journal): string | undefined {
  const count = journal.count('upload-finish');
  return count === 1 ? undefined : `the blob was sent ${String(count)} times`;
}

function mountsAndBlobs(journal: Journal, mounts: number, blobs: number): string | undefined {
  const found = [journal.count('mount'), journal.count('upload-finish')];
  return found.join() === [mounts, blobs].join()
    ? undefined
    : `${String(found[0])} mounts were asked for, and the blob was sent ${String(found[1])} times`;
}

const BUSY = { kind: 'answer', status: 429, headers: { 'retry-after': '1' } } as const;

const SESSION_GONE = refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');

/** Where an upload may be sent on to, and what comes of it. */
const LOCATIONS = [
  ['query', 'ok'],
  ['relative', 'ok'],
  ['other-host', 'ok'],
  ['absent', 'MALFORMED'],
  ['nonsense', 'MALFORMED'],
  ['clear', 'REMOTE'],
] as const;

const BLOB_ROWS: readonly Row[] = UPLOADS.flatMap((operation): Row[] => [
  ...BREAKS.flatMap((ending) =>
    [0, 50_000, BLOB_SIZE - 1].flatMap((afterBytes): Row[] => {
      const fault: Fault = { kind: 'break-request', phase: 'upload-finish', ending, afterBytes };
      const name = `upload-finish: ${ending} after ${String(afterBytes)} bytes of the blob`;
      return [
        { operation, fault: `${name}, once`, faults: [fault], expected: 'ok', withinMs: ONCE_MS },
        {
          operation,
          fault: `${name}, always`,
          faults: [{ ...fault, times: Infinity }],
          expected: ending === 'stall' ? 'TIMEOUT' : 'UNREACHABLE',
          withinMs: ALWAYS_MS,
        },
      ];
    }),
  ),
  ...BREAKS.map((ending): Row => ({
    operation,
    fault: `upload-finish: done, but the answer is lost (${ending})`,
    faults: [{ kind: 'lose-answer', phase: 'upload-finish', ending, times: Infinity }],
    expected: 'ok',
    withinMs: ONCE_MS,
    requests: sentOnce,
  })),
  {
    operation,
    fault: 'upload-finish: done, but a gateway says 504',
    faults: [{ kind: 'replace-answer', phase: 'upload-finish', status: 504, times: Infinity }],
    expected: 'ok',
    withinMs: ONCE_MS,
    requests: sentOnce,
  },
  {
    operation,
    fault: 'upload-finish: done, the answer is lost, and so is what HEAD says',
    faults: [
      { kind: 'lose-answer', phase: 'upload-finish', ending: 'reset' },
      { kind: 'refuse', phase: 'blob-head', ending: 'reset' },
    ],
    expected: 'ok',
    withinMs: ONCE_MS,
  },
  {
    operation,
    fault: 'upload-start: done, but the answer is lost',
    faults: [{ kind: 'lose-answer', phase: 'upload-start', ending: 'reset' }],
    expected: 'ok',
    withinMs: ONCE_MS,
  },
  {
    operation,
    fault: 'upload-finish: the session is gone, once',
    faults: [{ ...SESSION_GONE, phase: 'upload-finish' }],
    expected: 'ok',
    withinMs: ONCE_MS,
  },
  {
    operation,
    fault: 'upload-finish: the session is gone, always',
    faults: [{ ...SESSION_GONE, phase: 'upload-finish', times: Infinity }],
    // What is missing is the registry's own: no blob or repository that somebody has asked for.
    expected: 'REMOTE',
    withinMs: ALWAYS_MS,
  },
  ...[413, 429, 503].map((status): Row => ({
    operation,
    fault: `upload-finish: ${String(status)} before the blob has come`,
    faults: [{ kind: 'answer', phase: 'upload-finish', status, early: true, times: Infinity }],
    expected: 'REMOTE',
    withinMs: ALWAYS_MS,
  })),
  {
    operation,
    fault: 'upload-finish: a digest that is none of the blob',
    faults: [
      {
        ...refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content'),
        phase: 'upload-finish',
        times: Infinity,
      },
    ],
    expected: 'INTEGRITY',
    withinMs: ONCE_MS,
  },
  {
    operation,
    fault: 'upload-finish: a redirect that would lose the body',
    faults: [
      { kind: 'redirect', phase: 'upload-finish', status: 302, to: 'storage', times: Infinity },
    ],
    expected: 'REMOTE',
    withinMs: ONCE_MS,
  },
  ...(['upload-start', 'upload-finish'] as const).map((phase): Row => ({
    operation,
    fault: `${phase}: a page with 200`,
    faults: [{ ...PAGE, phase, times: Infinity }],
    expected: 'REMOTE',
    withinMs: ONCE_MS,
  })),
  ...LOCATIONS.map(([as, expected]): Row => ({
    operation,
    fault: `upload-start: a Location that is ${as}`,
    faults: [{ kind: 'location', phase: 'upload-start', as, times: Infinity }],
    expected,
    withinMs: ONCE_MS,
  })),
]);

/** Requests that only make an upload cheaper: whatever comes of them, the blob is stored. */
const SHORTCUT_ROWS: readonly Row[] = [
  ...(
    [
      ['405', { kind: 'answer', status: 405 }],
      ['404', { kind: 'answer', status: 404 }],
      ['500', { kind: 'answer', status: 500 }],
      ['400', refusal(400, 'UNSUPPORTED', 'no')],
      ['silence', { kind: 'refuse', ending: 'stall' }],
    ] as const
  ).flatMap(([name, deed]): Row[] => [
    {
      operation: 'putBlobByMount',
      fault: `mount: ${name}`,
      faults: [{ ...deed, phase: 'mount' }],
      expected: 'ok',
      withinMs: ONCE_MS,
    },
    {
      operation: 'putBlobThatMayExist',
      fault: `blob-head: ${name}`,
      faults: [{ ...deed, phase: 'blob-head' }],
      expected: 'ok',
      withinMs: ONCE_MS,
    },
  ]),
  {
    operation: 'putBlobByMount',
    fault: 'mount: 403, for the other repository is not ours to read',
    faults: [{ ...refusal(403, 'DENIED', 'not yours'), phase: 'mount' }],
    expected: 'ok',
    withinMs: ONCE_MS,
  },
  {
    operation: 'putBlobByMount',
    fault: 'mount: 429 with Retry-After, once',
    faults: [{ ...BUSY, phase: 'mount' }],
    expected: 'ok',
    atLeastMs: 950,
    withinMs: ONCE_MS,
    requests: (journal) => mountsAndBlobs(journal, 2, 0),
  },
  {
    operation: 'putBlobByMount',
    fault: 'mount: 429 with Retry-After, always',
    faults: [{ ...BUSY, phase: 'mount', times: Infinity }],
    expected: 'ok',
    atLeastMs: 1900,
    withinMs: ONCE_MS,
    requests: (journal) => mountsAndBlobs(journal, 3, 1),
  },
  {
    operation: 'putBlobByMount',
    fault: 'mount: done, but the answer is lost',
    faults: [{ kind: 'lose-answer', phase: 'mount', ending: 'reset' }],
    expected: 'ok',
    withinMs: ONCE_MS,
  },
  {
    operation: 'putBlobThatMayExist',
    fault: 'blob-head: a page with 200',
    faults: [{ ...PAGE, phase: 'blob-head', times: Infinity }],
    // The page is no blob, and no reason not to send one.
    expected: 'ok',
    withinMs: ONCE_MS,
  },
  {
    operation: 'hasBlob',
    fault: 'blob-head: 405',
    faults: [{ kind: 'answer', status: 405, phase: 'blob-head', times: Infinity }],
    expected: 'UNSUPPORTED',
    withinMs: ONCE_MS,
  },
  {
    operation: 'hasBlob',
    fault: 'blob-head: a page with 200',
    faults: [{ ...PAGE, phase: 'blob-head', times: Infinity }],
    expected: 'REMOTE',
    withinMs: ONCE_MS,
  },
];

const MANIFEST_ROWS: readonly Row[] = (
  [
    [
      'a blob is unknown for a moment',
      refusal(404, 'MANIFEST_BLOB_UNKNOWN', 'unknown blob'),
      1,
      'ok',
    ],
    [
      'a blob is unknown for a moment (GHCR)',
      refusal(400, 'MANIFEST_BLOB_UNKNOWN', 'unknown blob'),
      1,
      'ok',
    ],
    [
      'a blob is unknown for a moment, by the code of blobs',
      refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry'),
      1,
      'ok',
    ],
    [
      'a blob is unknown',
      refusal(404, 'MANIFEST_BLOB_UNKNOWN', 'unknown blob'),
      Infinity,
      'NOT_FOUND',
    ],
    [
      'types that are not taken',
      refusal(400, 'MANIFEST_INVALID', 'unknown media type'),
      Infinity,
      'UNSUPPORTED',
    ],
    [
      'a tag that does not move (Harbor)',
      refusal(412, 'PRECONDITION', 'configured as immutable'),
      Infinity,
      'DENIED',
    ],
    [
      'a tag that does not move (ECR)',
      refusal(
        400,
        'TAG_INVALID',
        'The image tag already exists and cannot be overwritten because the repository is immutable',
      ),
      Infinity,
      'DENIED',
    ],
    [
      'a tag that does not move, without a word',
      { kind: 'answer', status: 412 },
      Infinity,
      'DENIED',
    ],
    ['413', { kind: 'answer', status: 413 }, Infinity, 'REMOTE'],
    ['a page with 200', PAGE, Infinity, 'REMOTE'],
    [
      'reset after 100 bytes of it',
      { kind: 'break-request', ending: 'reset', afterBytes: 100 },
      1,
      'ok',
    ],
    [
      'silence after 100 bytes of it',
      { kind: 'break-request', ending: 'stall', afterBytes: 100 },
      1,
      'ok',
    ],
    [
      'done, but the answer is lost (reset)',
      { kind: 'lose-answer', ending: 'reset' },
      Infinity,
      'ok',
    ],
    [
      'done, but the answer is lost (silence)',
      { kind: 'lose-answer', ending: 'stall' },
      Infinity,
      'ok',
    ],
    ['done, but a gateway says 504', { kind: 'replace-answer', status: 504 }, Infinity, 'ok'],
    [
      'another digest in the answer',
      { kind: 'headers', headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } },
      Infinity,
      'INTEGRITY',
    ],
    [
      'no digest in the answer',
      { kind: 'headers', headers: { 'docker-content-digest': null } },
      Infinity,
      'ok',
    ],
  ] as const satisfies readonly (readonly [string, object, number, Outcome])[]
).map(([name, deed, times, expected]): Row => ({
  operation: 'putManifest',
  fault: `manifest-put: ${name}`,
  faults: [{ ...deed, phase: 'manifest-put', times }],
  expected,
  withinMs: ONCE_MS,
}));

const DELETE_ROWS: readonly Row[] = (
  [
    ['405', { kind: 'answer', status: 405 }, Infinity, 'UNSUPPORTED'],
    ['400', refusal(400, 'UNSUPPORTED', 'not here'), Infinity, 'UNSUPPORTED'],
    ['done, but the answer is lost', { kind: 'lose-answer', ending: 'reset' }, 1, 'ok'],
    ['a page with 200', PAGE, Infinity, 'REMOTE'],
  ] as const satisfies readonly (readonly [string, object, number, Outcome])[]
).map(([name, deed, times, expected]): Row => ({
  operation: 'deleteManifest',
  fault: `manifest-delete: ${name}`,
  faults: [{ ...deed, phase: 'manifest-delete', times }],
  expected,
  withinMs: ONCE_MS,
}));

/** Rows for what is written. */
export const PUSH_ROWS: readonly Row[] = [
  ...BLOB_ROWS,
  ...SHORTCUT_ROWS,
  ...MANIFEST_ROWS,
  ...DELETE_ROWS,
];
