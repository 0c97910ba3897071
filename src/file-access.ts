import { CafsError, systemCode } from './errors.ts';

/** Turns a refusal by the file system into an error that says what to do; others stay as they are. */
export function explainUnreadable(error: unknown, path: string): unknown {
  if (!isRefused(error)) return error;
  return new CafsError('INVALID_INPUT', `No permission to read ${JSON.stringify(path)}.`, {
    hint: 'Make it readable for this user, or exclude it.',
    cause: error,
  });
}

/** Whether a system call failed for lack of permission. */
export function isRefused(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'EACCES' || code === 'EPERM';
}

/** Whether a system call failed because its file or one of the folders above it is not there. */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
