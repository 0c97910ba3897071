import { CafsError } from '../errors.ts';
import { WAITS_HINT } from '../oci/connection-error.ts';
import { whereCredentialsGo } from '../oci/hints.ts';
import { isDamaged, isLost, isNoRegistry } from '../sync/unusable.ts';
import { isOfRemote } from '../sync/upstream.ts';
import { hubHint } from './hub.ts';
import { remedyFor } from './remedy.ts';

/**
 * Does what a command does with a snapshot, and says with an error what somebody at a command line can do
 * about it: where credentials come from here, and that a snapshot without a host is at Docker Hub.
 */
export async function withAdvice(snapshot: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isOfRemote(error)) throw error;
    const own = hintForCommandLine(error);
    const hub = hubHint(snapshot);
    if (own === error.hint && hub === undefined) throw error;
    throw advised(error, [own, hub].filter((part) => part !== undefined).join(' '));
  }
}

/**
 * Reads a snapshot, or contents of one. Where a part of it is lost or damaged in the remote, the error
 * says of which snapshot, and how to bring it back.
 *
 * @param name `REMOTE:TAG`
 * @param kind what is read: what is wrong with contents may be this machine's own, and is then not
 *   taken for a damage there
 */
export async function withRemedy<T>(
  name: string,
  kind: 'snapshot' | 'contents',
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isItsOwn = kind === 'snapshot' ? isDamaged(error) : isLost(error);
    if (!(error instanceof CafsError) || !isItsOwn) throw error;
    if (isNoRegistry(error)) throw error;
    const hint = remedyFor(name, {
      kind: error.code === 'INTEGRITY' ? 'damaged' : 'lost',
      part: kind === 'snapshot' ? 'description' : 'contents',
    });
    throw advised(error, hint, `${name} is not whole: ${error.message}`);
  }
}

function advised(error: CafsError, hint: string, message = error.message): CafsError {
  return new CafsError(error.code, message, { hint, cause: error });
}

/** The hint of an error, with no more than the command line's own ways to give credentials. */
function hintForCommandLine({ code, hint }: CafsError): string | undefined {
  if (code === 'TIMEOUT') return hint?.replace(` ${WAITS_HINT}`, '');
  if (hint === undefined || (code !== 'UNAUTHORIZED' && code !== 'DENIED')) return hint;
  const isGiven = (process.env['CAFS_USERNAME'] ?? '') !== '';
  const theirs = 'They are those of CAFS_USERNAME and CAFS_PASSWORD';
  const [before, behind] = whereCredentialsGo('\0').split('\0', 2);
  if (before === undefined || behind === undefined) return hint;
  const [start, end] = [hint.indexOf(before), hint.lastIndexOf(behind)];
  if (start === -1 || end === -1) {
    // What was not sent is nobody's.
    return code === 'DENIED' && isGiven && !hint.startsWith('No credentials')
      ? `${hint} ${theirs}.`
      : hint;
  }
  const host = hint.slice(start + before.length, end);
  const own = isGiven
    ? `${theirs}: set both right, or unset both to use what "docker login ${host}" or "podman login ${host}" has left.`
    : `Run "docker login ${host}" or "podman login ${host}", or set CAFS_USERNAME and CAFS_PASSWORD.`;
  return hint.slice(0, start) + own + hint.slice(end + behind.length);
}
