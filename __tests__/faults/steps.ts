import type { Phase } from '../support/fault-proxy/phase.ts';
import type { OperationName } from './operations.ts';

/** A request that an operation makes: where a fault can come. */
export interface Step {
  readonly operation: OperationName;
  readonly phase: Phase;
  /** Its request has a body. */
  readonly sends?: true;
  /** It is for the body of the answer. */
  readonly receives?: true;
  readonly tokens?: true;
}

/** Every request of every operation. */
export const STEPS: readonly Step[] = [
  { operation: 'hasBlob', phase: 'blob-head' },
  { operation: 'putBlob', phase: 'upload-start' },
  { operation: 'putBlob', phase: 'upload-finish', sends: true },
  { operation: 'putBlobStream', phase: 'upload-start' },
  { operation: 'putBlobStream', phase: 'upload-finish', sends: true },
  { operation: 'putManifest', phase: 'manifest-put', sends: true },
  { operation: 'resolve', phase: 'manifest-head' },
  { operation: 'getManifest', phase: 'manifest', receives: true },
  { operation: 'getManifestByDigest', phase: 'manifest', receives: true },
  { operation: 'getBlob', phase: 'blob', receives: true },
  { operation: 'getBlobStream', phase: 'blob', receives: true },
  { operation: 'getBlobRange', phase: 'blob-range', receives: true },
  { operation: 'listTags', phase: 'tags', receives: true },
  { operation: 'deleteManifest', phase: 'manifest-delete' },
  { operation: 'resolve', phase: 'token', receives: true, tokens: true },
];

/** Time for something that goes wrong once, and for something that goes wrong always, in ms. */
export const ONCE_MS = 30_000;
export const ALWAYS_MS = 45_000;
