import { CafsError } from '../errors.ts';
import { isCanonical, showPath, takesAnyBytes } from '../names.ts';

/** Names that Windows takes for devices, in any folder and with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\.|$)/i;
/** Separators, streams and drives (`:`), wildcards and quotes: no name may hold them there. */
const WINDOWS_FORBIDDEN = '\\:*?"<>|';

/**
 * Checks a path from outside, before any file system call: it must be a normal POSIX path that
 * stays below the folder it is relative to. Symlinks are another matter: see `ParentGuard`.
 *
 * @param platform whose file names count
 * @throws CafsError `CONTAINMENT`, with the path and the rule that it breaks
 */
export function requireContained(path: string, platform: NodeJS.Platform = process.platform): void {
  const reason = reasonAgainst(path, platform);
  if (reason === undefined) return;
  throw new CafsError('CONTAINMENT', `The path ${showPath(path)} is refused: ${reason}.`);
}

function reasonAgainst(path: string, platform: NodeJS.Platform): string | undefined {
  if (path === '') return 'it is empty';
  if (path.startsWith('/')) return 'it is absolute';
  if (path.includes('\0')) return 'it holds a NUL';
  if (!path.isWellFormed()) {
    if (!isCanonical(path)) return 'it is not valid Unicode';
    if (!takesAnyBytes(platform))
      return 'it is not valid Unicode, and this system has no other names';
  }
  for (const component of path.split('/')) {
    if (component === '') return 'it holds an empty component';
    if (component === '.' || component === '..') return `it holds the component "${component}"`;
    const reason = platform === 'win32' ? windowsReasonAgainst(component) : undefined;
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function windowsReasonAgainst(component: string): string | undefined {
  const forbidden = Array.from(component).find((c) => c < ' ' || WINDOWS_FORBIDDEN.includes(c));
  if (forbidden !== undefined) return `Windows allows no ${JSON.stringify(forbidden)} in a name`;
  if (WINDOWS_DEVICE.test(component)) return `${JSON.stringify(component)} is a device on Windows`;
  return /[. ]$/.test(component) ? 'Windows drops dots and spaces at the end of a name' : undefined;
}
