import type { Columns } from './columns.ts';

const SLASH = '/'.charCodeAt(0);

/** The first part of each key that has several, with the `/` behind it, each once, in order. */
export function* topFolders(columns: Columns): Generator<string, void, undefined> {
  const { keys, keyEnds } = columns.data;
  let slash = -1;
  let row = 0;
  while (row < columns.size) {
    const start = columns.keyStart(row);
    if (slash < start) slash = keys.indexOf(SLASH, start);
    if (slash === -1) return;
    if (slash < (keyEnds[row] ?? 0)) {
      yield keys.toString('utf8', start, slash + 1);
      const behind = Buffer.copyBytesFrom(keys, start, slash + 1 - start);
      behind[behind.length - 1] = SLASH + 1;
      row = columns.lowerBound(behind, row);
    } else row += 1;
  }
}
