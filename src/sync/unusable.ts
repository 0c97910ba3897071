import { CafsError, type ErrorCode, hasCode, messageOf } from '../errors.ts';
import { BrokenLayoutError } from '../oci/broken-layout.ts';
import { ResponseError } from '../oci/errors.ts';

/** Codes that say something of what was read, not of the way to it. */
const UNUSABLE: readonly ErrorCode[] = [
  'MALFORMED',
  'NOT_A_SNAPSHOT',
  'UNSUPPORTED_VERSION',
  'INTEGRITY',
  'NOT_FOUND',
  'CONTENT_LOST',
  'CONTAINMENT',
  'INVALID_INPUT',
  'INVALID_KEY',
  'RESERVED_KEY',
];

/** Whether reading a snapshot failed because of what was read: it counts as not there. */
export function isUnusable(error: unknown): boolean {
  return UNUSABLE.some((code) => hasCode(error, code));
}

/** Whether a snapshot was read that is lost in part, or damaged: it is nobody else's either. */
export function isDamaged(error: unknown): boolean {
  return isUnusable(error) && !isForeign(error) && !(error instanceof BrokenLayoutError);
}

/** Whether it was no registry that answered: nothing there is lost, nor can anything be pushed there. */
export function isNoRegistry(error: unknown): boolean {
  return error instanceof ResponseError && error.isForeign;
}

/** Whether something was read that is somebody else's: it must not be replaced. */
function isForeign(error: unknown): boolean {
  return hasCode(error, 'UNSUPPORTED_VERSION') || hasCode(error, 'NOT_A_SNAPSHOT');
}

/** Whether content that a snapshot names is not in the remote, or is damaged. */
export function isLost(error: unknown): boolean {
  return hasCode(error, 'INTEGRITY') || hasCode(error, 'NOT_FOUND');
}

/**
 * The error for a tag whose snapshot is lost in part, or damaged.
 *
 * @param hint how it is replaced
 */
export function unreadable(name: string, cause: unknown, hint: string): CafsError {
  const code = cause instanceof CafsError ? cause.code : 'MALFORMED';
  const message = `What ${name} points to cannot be read: ${messageOf(cause)}`;
  return new CafsError(code, message, { hint, cause });
}
