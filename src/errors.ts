/** What went wrong, for code that branches on it. Match on this, never on the message. */
export type ErrorCode =
  /** A value that the caller gave is not of the form that it must have. */
  | 'INVALID_INPUT'
  | 'INVALID_DIGEST'
  | 'INVALID_KEY'
  | 'INVALID_NAMESPACE'
  | 'INVALID_REFERENCE'
  | 'RESERVED_KEY'
  /** There is no such entry, content or tag. */
  | 'NOT_FOUND'
  /** An entry is there, but its content is neither on this disk nor, as far as can be seen, in the remote. */
  | 'CONTENT_LOST'
  /** Pushing or pulling, and no remote was named when the store was opened. */
  | 'NO_REMOTE'
  /** Bytes do not have the digest or size that they must have. */
  | 'INTEGRITY'
  /** Data from disk or from a remote does not have the form that its type demands. */
  | 'MALFORMED'
  /** A tag points to something that this software did not write. */
  | 'NOT_A_SNAPSHOT'
  /** Data was written by a newer version of this software. */
  | 'UNSUPPORTED_VERSION'
  /** Writing this entry would leave the folders that the caller named. */
  | 'CONTAINMENT'
  /** A remote could not be reached, or the connection broke. */
  | 'UNREACHABLE'
  | 'UNAUTHORIZED'
  | 'DENIED'
  /** A remote cannot do what it was asked to. */
  | 'UNSUPPORTED'
  /** A remote answered with an error that has no code of its own here. */
  | 'REMOTE'
  | 'TIMEOUT'
  /** A file changed while it was being read, or a tag since it was read. */
  | 'CHANGED'
  /** A folder of ours cannot be written to: no permission, or a read-only disk. */
  | 'UNWRITABLE'
  /** The disk, or what this user may use of it, is full. */
  | 'NO_SPACE'
  /** A store or a remote was used after it had been closed. */
  | 'CLOSED'
  /** A program that we run (git, say) failed. */
  | 'COMMAND_FAILED';

/** More about an error: what to do, and what caused it. */
export interface ErrorDetails {
  /** What the user can do about it: a full sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * What this library throws. Errors that callers branch on have classes of their own. Two things are no
 * errors of ours, and come out as they are: the reason of a signal that ended a call, and what a
 * function of the caller's throws.
 *
 * Match on {@link CafsError.code}: `instanceof` fails across realms and worker threads.
 *
 * @example
 * try { await store.get('a') } catch (error) {
 *   if (hasCode(error, 'NOT_FOUND')) return undefined;
 *   throw error;
 * }
 */
export class CafsError extends Error {
  override readonly name: string = 'CafsError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }
}

/** There is no such entry, content by digest, or tag. The lost content of an entry that is there is `CONTENT_LOST`. */
export class NotFoundError extends CafsError {
  override readonly name = 'NotFoundError';
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_FOUND', message, details);
  }
}

/** The store was opened without a remote. */
export class NoRemoteError extends CafsError {
  override readonly name = 'NoRemoteError';
  constructor(message: string, details?: ErrorDetails) {
    super('NO_REMOTE', message, details);
  }
}

/** The key begins with `_`, which is kept for the store itself. */
export class ReservedKeyError extends CafsError {
  override readonly name = 'ReservedKeyError';
  constructor(message: string, details?: ErrorDetails) {
    super('RESERVED_KEY', message, details);
  }
}

/** The key breaks a rule; the message says which. */
export class InvalidKeyError extends CafsError {
  override readonly name = 'InvalidKeyError';
  constructor(message: string, details?: ErrorDetails) {
    super('INVALID_KEY', message, details);
  }
}

/** Bytes do not have the digest or size that they must have. */
export class IntegrityError extends CafsError {
  override readonly name = 'IntegrityError';
  constructor(message: string, details?: ErrorDetails) {
    super('INTEGRITY', message, details);
  }
}

/** Whether `error` is one of ours with this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return systemCode(error) === code;
}

/** The code of an error (`ENOENT` of a failed system call, or one of ours), or undefined. */
export function systemCode(error: unknown): string | undefined {
  return stringField(error, 'code');
}

/** What an error says, without a hint: anything may be thrown. */
export function messageOf(error: unknown): string {
  return stringField(error, 'message') ?? String(error);
}

/** An error's message with its hint behind it, for the edges that show it to a person. */
export function describeError(error: unknown): string {
  const message = messageOf(error);
  const hint = stringField(error, 'hint');
  return hint === undefined ? message : `${message} ${hint}`;
}

function stringField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = (value as Record<string, unknown>)[name];
  return typeof field === 'string' ? field : undefined;
}
