import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { digestOf } from '../../src/digest.ts';

/** A moment that doubles, file systems and JSON all hold exactly. */
export const MOMENT = 1_700_000_000_500;

/** A file's text, or what else lies at a path. */
export type Content =
  string | Uint8Array | { readonly link: string } | { readonly script: string } | typeof FOLDER;

/** An empty folder. */
export const FOLDER = { isFolder: true } as const;

/** Writes a tree, each of its parts with the same modification time. */
export function writeTree(base: string, tree: Readonly<Record<string, Content>>): void {
  mkdirSync(base, { recursive: true });
  for (const [path, content] of Object.entries(tree)) {
    const file = join(base, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) {
      writeFileSync(file, content);
      chmodSync(file, 0o644);
    } else if ('link' in content) symlinkSync(content.link, file);
    else if ('isFolder' in content) mkdirSync(file, { recursive: true });
    else {
      writeFileSync(file, content.script);
      chmodSync(file, 0o755);
    }
  }
  for (const path of Object.keys(tree)) lutimesSync(join(base, path), MOMENT / 1000, MOMENT / 1000);
}

/** What lies below a folder: kind, mode, modification time and digest of each, by path. */
export function readTree(base: string): Record<string, string> {
  return Object.fromEntries(
    pathsBelow(base).map((path) => {
      const file = join(base, path);
      const stats = lstatSync(file, { bigint: true });
      const mode = (stats.mode & 0o777n).toString(8);
      // Entries hold microseconds, which is what Node can set. Milliseconds as a double have steps of
      // a quarter of one: rounding them again could go the other way.
      const time = Number((stats.mtimeNs + 500n) / 1000n) / 1000;
      // Folders that are no entries of their own have the time of their making.
      if (stats.isDirectory()) return [path, `folder ${mode}`];
      if (stats.isSymbolicLink()) return [path, `link ${readlinkSync(file)} ${time}`];
      return [path, `file ${mode} ${time} ${digestOf(readFileSync(file))}`];
    }),
  );
}

/** What makes a file on disk this very file, untouched since. */
export function identities(base: string): Record<string, string> {
  return Object.fromEntries(
    pathsBelow(base)
      .map((path) => [path, lstatSync(join(base, path), { bigint: true })] as const)
      .filter(([, stats]) => !stats.isDirectory())
      .map(([path, { ino, ctimeNs }]) => [path, `${ino} ${ctimeNs}`]),
  );
}

/** All paths below a folder, sorted. Node's own recursion follows symlinks; this one does not. */
function pathsBelow(base: string, folder = ''): string[] {
  return readdirSync(join(base, folder), { withFileTypes: true })
    .flatMap((child) => {
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      return child.isDirectory() ? [path, ...pathsBelow(base, path)] : [path];
    })
    .sort();
}
