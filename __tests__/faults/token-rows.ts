import type { Phase } from '../support/fault-proxy/phase.ts';
import type { OperationName } from './operations.ts';
import type { Row } from './row.ts';
import { ONCE_MS } from './steps.ts';

/** Requests at which a token can have run out that held a moment ago. */
const MOMENTS: readonly (readonly [OperationName, Phase])[] = [
  ['hasBlob', 'blob-head'],
  ['putBlob', 'upload-start'],
  ['putBlob', 'upload-finish'],
  ['putBlobStream', 'upload-finish'],
  ['putManifest', 'manifest-put'],
  ['resolve', 'manifest-head'],
  ['getManifest', 'manifest'],
  ['getBlob', 'blob'],
  ['getBlobStream', 'blob'],
  ['getBlobRange', 'blob-range'],
  ['listTags', 'tags'],
  ['deleteManifest', 'manifest-delete'],
];

/** Rows for tokens: those that run out in the middle, and servers that give none. */
export const TOKEN_ROWS: readonly Row[] = [
  ...MOMENTS.flatMap(([operation, phase]): Row[] => [
    {
      operation,
      fault: `${phase}: the token has run out, once`,
      faults: [{ kind: 'expire', phase }],
      expected: 'ok',
      withinMs: ONCE_MS,
      tokens: true,
      warm: true,
    },
    {
      operation,
      fault: `${phase}: a redirect to another host, which must not see the token`,
      faults: [{ kind: 'redirect', phase, status: 307, to: 'storage' }],
      expected: 'ok',
      withinMs: ONCE_MS,
      tokens: true,
      warm: true,
    },
    {
      operation,
      fault: `${phase}: no token is ever good enough`,
      faults: [{ kind: 'expire', phase, times: Infinity }],
      expected: 'UNAUTHORIZED',
      withinMs: ONCE_MS,
      tokens: true,
    },
  ]),
  {
    operation: 'getBlobStream',
    fault: 'blob breaks off, and the token has run out when it goes on',
    faults: [
      { kind: 'break-answer', phase: 'blob', ending: 'reset', afterBytes: 50_000 },
      { kind: 'expire', phase: 'blob-range' },
    ],
    expected: 'ok',
    withinMs: ONCE_MS,
    tokens: true,
    warm: true,
  },
  {
    operation: 'resolve',
    fault: 'token: refused',
    faults: [{ kind: 'answer', status: 401, phase: 'token', times: Infinity }],
    expected: 'UNAUTHORIZED',
    withinMs: ONCE_MS,
    tokens: true,
  },
  ...['{}', '{"token":""}', '{"token":"a b\\r\\nx: y"}', '[]', '{"token":7}'].map((body): Row => ({
    operation: 'resolve',
    fault: `token: ${body}`,
    faults: [{ kind: 'answer', status: 200, body, phase: 'token', times: Infinity }],
    expected: 'MALFORMED',
    withinMs: ONCE_MS,
    tokens: true,
  })),
  {
    operation: 'resolve',
    fault: 'token: one that the registry does not take',
    faults: [
      { kind: 'answer', status: 200, body: '{"token":"abc"}', phase: 'token', times: Infinity },
    ],
    expected: 'UNAUTHORIZED',
    withinMs: ONCE_MS,
    tokens: true,
  },
];
