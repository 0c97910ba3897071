import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Command } from 'commander';

import { CafsError, NotFoundError } from '../errors.ts';
import { formatBytes, formatCount } from '../format.ts';
import { quoted } from '../quoted.ts';
import { Blobs } from '../store/blobs.ts';
import { Store } from '../store/store.ts';
import { exportTree } from '../sync/export-tree.ts';
import { type GoImported, importGoSnapshot } from '../sync/go-package/import.ts';
import { TagUpstream } from '../sync/upstream.ts';
import { withAdvice } from './advice.ts';
import { assertApart, assertFolderPossible, isFolder } from './folders.ts';
import { namesRemote } from './hub.ts';
import { stoppable } from './interrupt.ts';
import { terminalObserver } from './progress.ts';
import { type Named, type RemoteOptions, openNamed } from './remote.ts';

/** What the command takes beside its arguments. */
interface ImportGoOptions extends RemoteOptions {
  readonly to?: string | undefined;
  readonly also?: readonly string[];
  readonly skipLost?: boolean | undefined;
}

/** Adds `cafs import-go SOURCE [FOLDER] [--to TARGET]`. */
export function addImportGo(program: Command): void {
  program
    .command('import-go')
    .description(
      'bring over what the Go package cafs has pushed; into nothing: say what would be lost',
    )
    .argument('<source>', 'a tag that the Go package has pushed, as HOST/NAME:TAG')
    .argument('[folder]', 'write the contents as files, with their keys as paths')
    .option('--to <snapshot>', 'push the entries, with the same keys, as a snapshot')
    .option(
      '--also <tag>',
      'look for contents that the tag has lost in this one, or in a manifest (sha256:...); may be given again',
      (tag: string, before: readonly string[] | undefined) => [...(before ?? []), tag],
    )
    .option('--skip-lost', 'go on without entries whose contents are lost')
    .action(async (source: string, folder: string | undefined, _, command: Command) => {
      await stoppable('Nothing is half imported.', ({ signal }) =>
        withAdvice(source, importGo(source, folder, command.optsWithGlobals(), signal)),
      );
    });
}

async function importGo(
  source: string,
  folder: string | undefined,
  options: ImportGoOptions,
  signal: AbortSignal,
): Promise<void> {
  const from = openNamed(source, options, signal);
  const to = options.to === undefined ? undefined : openNamed(options.to, options, signal);
  // Nothing of it is needed afterwards; and the usual cache folder may be the Go package's own.
  const cacheDir = mkdtempSync(join(tmpdir(), 'cafs-import-'));
  try {
    if (folder !== undefined) checkFolder(from, to, folder, source);
    if (to !== undefined) checkTarget(from, to);
    const observer = terminalObserver();
    const upstream =
      to && new TagUpstream(to.remote, to.tag, { blobs: Blobs.open(cacheDir), observer });
    await using store = Store.open('imported', { cacheDir, upstream, signal });
    const { also = [], skipLost = false } = options;
    const done = await importGoSnapshot(from.remote, from.tag, store, { also, observer });
    report(from, done);
    if (done.lost.length > 0 && !skipLost && (folder !== undefined || to !== undefined)) {
      throw incomplete(done);
    }
    if (folder !== undefined) {
      const { files, bytes } = await exportTree(store, '', folder, { statCache: false, observer });
      say(`${formatCount(files, 'file')} in ${folder} (${formatBytes(bytes)} written)`);
    }
    if (to !== undefined) {
      await store.push();
      say(`${formatCount(store.len, 'entry', 'entries')} in ${to.remote.name}:${to.tag}`);
    }
  } finally {
    await Promise.all([from.remote.close(), to?.remote.close()]);
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

function checkFolder(from: Named, to: Named | undefined, folder: string, source: string): void {
  // A folder may well look like a host and a name, but hardly with a tag.
  if (!isFolder(folder) && folder.includes(':') && namesRemote(folder)) {
    throw new CafsError('INVALID_INPUT', `${quoted(folder)} names a snapshot, not a folder.`, {
      hint: `Write: cafs import-go ${source} --to ${folder}`,
    });
  }
  assertFolderPossible(folder);
  for (const named of [from, to]) if (named !== undefined) assertApart(named.repository, folder);
}

function checkTarget(from: Named, to: Named): void {
  if (from.remote.name !== to.remote.name || from.tag !== to.tag) return;
  throw new CafsError(
    'INVALID_INPUT',
    'A snapshot cannot take the place of what it is made from.',
    {
      hint: 'Name another tag behind --to.',
    },
  );
}

/** What is lost is said entry by entry: there is no other way to learn it. */
function report({ remote, tag }: Named, { snapshot, imported, lost, root }: GoImported): void {
  for (const { key, message } of lost)
    process.stderr.write(`cafs: lost: ${quoted(key)}: ${message}\n`);
  const all = formatCount(imported + lost.length, 'entry', 'entries');
  say(
    `${String(imported)} of ${all} of ${remote.name}:${tag} (${snapshot}) can be had; ` +
      `Go's root is ${root === '' ? 'empty' : root}; ${formatBytes(remote.stats.downloadedBytes)} downloaded`,
  );
}

function incomplete({ lost }: GoImported): NotFoundError {
  const count = formatCount(lost.length, 'entry', 'entries');
  return new NotFoundError(`${count} cannot be imported, so nothing was written.`, {
    hint: 'Name tags that may still have them with --also, or go on without them with --skip-lost.',
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
