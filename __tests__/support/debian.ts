import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { run } from './registry/run.ts';

const MINUTE = 60_000;

/** A folder with what was unpacked, or why there is none. */
export type Unpacked =
  | { readonly folder: string; readonly why?: never }
  | { readonly folder?: never; readonly why: string };

/** What is to be unpacked. */
export interface DebianPackage {
  readonly name: string;
  /** Below the cache folder: where to. */
  readonly place: string;
  /** Whether the libraries come along that it needs. */
  readonly libraries?: boolean;
  /** Whether a folder holds all of it, and it runs. */
  readonly isWhole: (folder: string) => Promise<boolean>;
}

/**
 * A package of Debian or Ubuntu, unpacked into a cache folder. It is not installed, so no root is needed
 * and nothing else of the machine changes.
 */
export async function unpackDebian(wanted: DebianPackage): Promise<Unpacked> {
  const folder = join(cacheFolder(), wanted.place);
  if (await wanted.isWhole(folder)) return { folder };
  if (!(await run('apt-get', ['--version'], MINUTE)).ok) return { why: 'there is no apt-get' };
  if (!(await run('dpkg-deb', ['--version'], MINUTE)).ok) return { why: 'there is no dpkg-deb' };

  // Made apart and then moved as a whole: other processes may be doing the same.
  const workshop = join(dirname(folder), `making-${randomUUID()}`);
  await mkdir(workshop, { recursive: true });
  try {
    const why = await unpack(workshop, wanted);
    if (why !== undefined) return { why };
    await moveInPlace(join(workshop, 'root'), folder, wanted);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return (await wanted.isWhole(folder)) ? { folder } : { why: `${folder} does not run` };
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : resolve(base), 'cafs-action');
}

/** @returns why it failed, or undefined */
async function unpack(workshop: string, wanted: DebianPackage): Promise<string | undefined> {
  let why = await download(workshop, wanted, []);
  if (why !== undefined) {
    // The machine's lists of packages may be empty, old, or not ours to refresh.
    const lists = await privateLists(workshop);
    await run('apt-get', [...lists, 'update'], 5 * MINUTE, workshop);
    why = await download(workshop, wanted, lists);
  }
  if (why !== undefined) return why;
  const archives = (await readdir(workshop)).filter((name) => name.endsWith('.deb'));
  if (archives.length === 0) return `apt-get download ${wanted.name} brought nothing`;
  for (const archive of archives) {
    const extracted = await run('dpkg-deb', ['-x', archive, 'root'], MINUTE, workshop);
    if (!extracted.ok) return `dpkg-deb failed: ${lastLine(extracted.output)}`;
  }
  return undefined;
}

async function download(
  workshop: string,
  { name, libraries = false }: DebianPackage,
  options: readonly string[],
): Promise<string | undefined> {
  const names = new Set([name]);
  if (libraries) {
    const direct = await librariesOf([name], options);
    for (const library of [...direct, ...(await librariesOf(direct, options))]) names.add(library);
  }
  const { ok, output } = await run(
    'apt-get',
    [...options, 'download', ...names],
    5 * MINUTE,
    workshop,
  );
  return ok ? undefined : `apt-get download ${name} failed: ${lastLine(output)}`;
}

/** The packages of libraries that packages need by themselves; C's own are everywhere. */
async function librariesOf(
  packages: readonly string[],
  options: readonly string[],
): Promise<readonly string[]> {
  if (packages.length === 0) return [];
  const { ok, output } = await run('apt-cache', [...options, 'depends', ...packages], MINUTE);
  if (!ok) return [];
  const names = [...output.matchAll(/^ +Depends: (lib[\w.+-]+)$/gm)].map(([, name]) => name ?? '');
  return names.filter((name) => !/^lib(c6|gcc)/.test(name));
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

async function moveInPlace(from: string, to: string, { isWhole }: DebianPackage): Promise<void> {
  try {
    await rename(from, to);
  } catch {
    if (await isWhole(to)) return;
    // What stands there does not run: half a package of a machine that was switched off.
    await rm(to, { recursive: true, force: true });
    await rename(from, to).catch(() => undefined);
  }
}

function lastLine(text: string): string {
  return text.split('\n').findLast((line) => line.trim() !== '') ?? 'no reason given';
}
