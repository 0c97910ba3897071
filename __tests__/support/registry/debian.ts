import { join } from 'node:path';

import { unpackDebian } from '../debian.ts';
import { distribution } from './distribution.ts';
import type { RegistryProgram } from './program.ts';
import { run } from './run.ts';

const PACKAGE = 'docker-registry';
const MINUTE = 60_000;

/** What came of looking for Debian's package: a program, or why there is none. */
export type Search =
  { readonly found: RegistryProgram } | { readonly found?: never; readonly why: string };

/** Debian's and Ubuntu's package of distribution, unpacked into a cache folder. */
export async function findDebianPackage(): Promise<Search> {
  const { folder, why } = await unpackDebian({
    name: PACKAGE,
    place: join('registry', PACKAGE),
    isWhole: async (place) => (await programIn(place)) !== undefined,
  });
  if (folder === undefined) return { why };
  const found = await programIn(folder);
  return found === undefined ? { why: `${folder} does not run` } : { found };
}

async function programIn(folder: string): Promise<RegistryProgram | undefined> {
  const program = join(folder, 'usr', 'bin', PACKAGE);
  const { ok, output } = await run(program, ['--version'], MINUTE);
  return ok ? distribution(program, output) : undefined;
}
