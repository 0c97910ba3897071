import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { distribution } from './distribution.ts';
import type { RegistryProgram } from './program.ts';
import { run } from './run.ts';

const PACKAGE = 'docker-registry';
const MINUTE = 60_000;

/** What came of looking for Debian's package: a program, or why there is none. */
export type Search =
  { readonly found: RegistryProgram } | { readonly found?: never; readonly why: string };

/**
 * Debian's and Ubuntu's package of distribution, unpacked into a cache folder. It is not
 * installed, so no root is needed and nothing else of the machine changes.
 */
export async function findDebianPackage(): Promise<Search> {
  const cache = cacheFolder();
  const place = join(cache, PACKAGE);
  const before = await unpacked(place);
  if (before !== undefined) return { found: before };
  if (!(await run('apt-get', ['--version'], MINUTE)).ok) return { why: 'there is no apt-get' };
  if (!(await run('dpkg-deb', ['--version'], MINUTE)).ok) return { why: 'there is no dpkg-deb' };

  // Made apart and then moved as a whole: other processes may be doing the same.
  const workshop = join(cache, `making-${randomUUID()}`);
  await mkdir(workshop, { recursive: true });
  try {
    const why = await unpack(workshop);
    if (why !== undefined) return { why };
    await moveInPlace(join(workshop, 'root'), place);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  const found = await unpacked(place);
  if (found !== undefined) return { found };
  return { why: `${programIn(place)} does not run` };
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : resolve(base), 'cafs-action', 'registry');
}

function programIn(folder: string): string {
  return join(folder, 'usr', 'bin', PACKAGE);
}

async function unpacked(folder: string): Promise<RegistryProgram | undefined> {
  const { ok, output } = await run(programIn(folder), ['--version'], MINUTE);
  return ok ? distribution(programIn(folder), output) : undefined;
}

/** @returns why it failed, or undefined */
async function unpack(workshop: string): Promise<string | undefined> {
  let download = await run('apt-get', ['download', PACKAGE], 5 * MINUTE, workshop);
  if (!download.ok) {
    // The machine's lists of packages may be empty, old, or not ours to refresh.
    const lists = await privateLists(workshop);
    await run('apt-get', [...lists, 'update'], 5 * MINUTE, workshop);
    download = await run('apt-get', [...lists, 'download', PACKAGE], 5 * MINUTE, workshop);
  }
  if (!download.ok) return `apt-get download ${PACKAGE} failed: ${lastLine(download.output)}`;
  const archive = (await readdir(workshop)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) return `apt-get download ${PACKAGE} brought nothing`;
  const extracted = await run('dpkg-deb', ['-x', archive, 'root'], MINUTE, workshop);
  return extracted.ok ? undefined : `dpkg-deb failed: ${lastLine(extracted.output)}`;
}

/** Options that keep apt's lists in a folder of ours, beside the machine's. */
async function privateLists(workshop: string): Promise<readonly string[]> {
  const state = join(workshop, 'apt');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(state, 'archives', 'partial'), { recursive: true });
  const options = {
    'Dir::State::lists': join(state, 'lists'),
    'Dir::Cache': state,
    'Dir::Cache::archives': join(state, 'archives'),
    'APT::Sandbox::User': '',
    'APT::Update::Post-Invoke::': '',
    'Debug::NoLocking': 'true',
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

async function moveInPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch {
    if ((await unpacked(to)) !== undefined) return;
    // What stands there does not run: half a package of a machine that was switched off.
    await rm(to, { recursive: true, force: true });
    await rename(from, to).catch(() => undefined);
  }
}

function lastLine(text: string): string {
  return text.split('\n').findLast((line) => line.trim() !== '') ?? 'no reason given';
}
