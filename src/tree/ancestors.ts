/** The folder that a path lies in; empty for the base itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** The path of a name in a folder, or in the base itself when that is empty. */
export function childOf(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/**
 * Adds a folder and all above it but for the base itself.
 *
 * @param folders what this function made: a folder in it has those above it there, too
 */
export function addWithParents(folders: Set<string>, folder: string): void {
  for (let next = folder; next !== '' && !folders.has(next); next = parentOf(next)) {
    folders.add(next);
  }
}
