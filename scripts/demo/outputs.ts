import { join } from 'node:path';

import { minimatch } from 'minimatch';

import { readTree } from '../files.ts';
import type { Tree } from '../files.ts';
import type { Subtree } from './subject.ts';

/** Reads what lies in a subtree's outputs, with paths relative to the subtree. */
export async function readOutputs(
  checkout: string,
  { path }: Subtree,
  globs: readonly string[],
): Promise<Tree> {
  const matches = (file: string, glob: string): boolean => minimatch(file, glob, { dot: true });
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const modules = wanted.some((glob) => glob.includes('node_modules'));
  return readTree(join(checkout, path), {
    wanted: (file) =>
      wanted.some((glob) => matches(file, glob)) && !unwanted.some((glob) => matches(file, glob)),
    enter: (folder) => modules || !/(^|\/)node_modules$/.test(folder),
  });
}
