import { execFileSync, spawnSync } from 'node:child_process';

const hasRsync = spawnSync('rsync', ['--version']).status === 0;

/** Who compares, for the names of tests. */
export const COMPARED_BY = hasRsync ? 'by rsync and find' : 'by diff and find: there is no rsync';

/**
 * How one folder differs from another, as other programs see it: rsync, which reads every byte, or
 * `diff` where there is none; and GNU's `find`, for kinds, modes, targets and modification times to a
 * microsecond. Times of folders count only where the folder is empty: others are no entries.
 *
 * @returns nothing where they are the same
 */
export function treeDifferences(expected: string, actual: string): string[] {
  return [...contentDifferences(expected, actual), ...listDifferences(expected, actual)];
}

/** Bytes, and which paths there are. */
function contentDifferences(expected: string, actual: string): string[] {
  const [program, ...args] = hasRsync
    ? ['rsync', '-naic', '--omit-dir-times', '--delete', `${expected}/`, `${actual}/`]
    : ['diff', '-r', '--no-dereference', expected, actual];
  const { status, stdout, stderr } = spawnSync(program, args, {
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  // `diff` ends with 1 where there are differences.
  if (status !== 0 && !(status === 1 && !hasRsync)) throw new Error(`${program}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${program}: ${line}`);
}

function listDifferences(expected: string, actual: string): string[] {
  const [was, is] = [new Set(list(expected)), new Set(list(actual))];
  return [
    ...[...was].filter((line) => !is.has(line)).map((line) => `find: - ${line}`),
    ...[...is].filter((line) => !was.has(line)).map((line) => `find: + ${line}`),
  ];
}

/** All that lies below a folder, as GNU find sees it. */
function list(folder: string): string[] {
  const [times, noTimes] = ['%y %m %T@ %s %P -> %l\\0', '%y %m %P\\0'];
  const args = [folder, '-mindepth', '1', '(', '-type', 'd', '!', '-empty', '-printf', noTimes];
  const rest = ['-o', '-type', 'd', '-printf', '%y %m %T@ %P\\0', '-o', '-printf', times, ')'];
  return execFileSync('find', [...args, ...rest], { maxBuffer: 2 ** 30 })
    .toString('latin1')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.replace(/(?<=^. \d+ )-?\d+\.\d+(?= )/, toMicrosecond));
}

/** Entries hold the nearest microsecond. */
function toMicrosecond(seconds: string): string {
  const [whole = '', fraction = ''] = seconds.split('.');
  const nanoseconds = BigInt(whole + fraction.padEnd(9, '0').slice(0, 9));
  return `${(nanoseconds + 500n) / 1000n} us`;
}
