import type { Fault } from '../support/fault-proxy/fault.ts';
import { PAGE } from './answers.ts';
import type { Outcome, Row } from './row.ts';
import { ONCE_MS } from './steps.ts';

const OTHER_DIGEST = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };

/** Rows for what stands in the heads of answers to questions about manifests. */
export const PULL_ROWS: readonly Row[] = (
  [
    [
      'resolve',
      'HEAD is not allowed',
      { kind: 'answer', status: 405, phase: 'manifest-head' },
      'ok',
    ],
    [
      'resolve',
      'HEAD without a digest',
      { kind: 'headers', headers: { 'docker-content-digest': null }, phase: 'manifest-head' },
      'ok',
    ],
    ['resolve', 'HEAD without a length', { kind: 'hide-length', phase: 'manifest-head' }, 'ok'],
    [
      'resolve',
      'HEAD with nonsense for a digest',
      {
        kind: 'headers',
        headers: { 'docker-content-digest': 'sha256:../..' },
        phase: 'manifest-head',
      },
      'ok',
    ],
    [
      'resolve',
      'a page with 200',
      { ...PAGE, phase: ['manifest-head', 'manifest'], times: Infinity },
      'REMOTE',
    ],
    ['resolve', 'a drip', { kind: 'drip', bytes: 10, everyMs: 5, phase: 'manifest-head' }, 'ok'],
    [
      'getManifest',
      'another digest in the head',
      { kind: 'headers', headers: OTHER_DIGEST, phase: 'manifest', times: Infinity },
      'INTEGRITY',
    ],
    [
      'getManifestByDigest',
      'another digest in the head',
      { kind: 'headers', headers: OTHER_DIGEST, phase: 'manifest', times: Infinity },
      'ok',
    ],
    [
      'getManifest',
      'no digest in the head',
      {
        kind: 'headers',
        headers: { 'docker-content-digest': null },
        phase: 'manifest',
        times: Infinity,
      },
      'ok',
    ],
    [
      'getManifest',
      'a type that is none',
      {
        kind: 'headers',
        headers: { 'content-type': 'text/plain' },
        phase: 'manifest',
        times: Infinity,
      },
      'REMOTE',
    ],
    [
      'listTags',
      'a next page at another host',
      {
        kind: 'headers',
        headers: { link: '<http://192.0.2.1/v2/x/tags/list?last=a>; rel="next"' },
        phase: 'tags',
        times: Infinity,
      },
      // Its path is asked for here, where it is not: a list cut short is not taken for the whole.
      'NOT_FOUND',
    ],
    [
      'listTags',
      'a next page that is nonsense',
      { kind: 'headers', headers: { link: '<<<>>;;; rel=next' }, phase: 'tags', times: Infinity },
      'ok',
    ],
    [
      'listTags',
      'tags that are none',
      {
        kind: 'answer',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"tags":["ok","../../x"]}',
        phase: 'tags',
        times: Infinity,
      },
      'MALFORMED',
    ],
    [
      'listTags',
      'a list that is none',
      {
        kind: 'answer',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"tags":{"a":1}}',
        phase: 'tags',
        times: Infinity,
      },
      'MALFORMED',
    ],
  ] as const satisfies readonly (readonly [Row['operation'], string, Fault, Outcome])[]
).map(([operation, name, fault, outcome]): Row => ({
  operation,
  fault: `${[fault.phase].flat().join(', ')}: ${name}`,
  faults: [fault],
  expected: outcome,
  withinMs: ONCE_MS,
}));
