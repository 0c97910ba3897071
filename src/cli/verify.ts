import type { Digest } from '../digest.ts';
import { IntegrityError } from '../errors.ts';
import { formatBytes, formatCount } from '../format.ts';
import { quoted } from '../quoted.ts';
import { type Fault, type VerifiedSnapshot, verifySnapshot } from '../sync/verify-snapshot.ts';
import { withRemedy } from './advice.ts';
import { terminalObserver } from './progress.ts';
import { type Damage, remedyFor } from './remedy.ts';
import { type Named, type RemoteOptions, noSuchTag, openNamed } from './remote.ts';

/** What the command takes beside its arguments. */
interface VerifyOptions extends RemoteOptions {
  readonly contents?: boolean;
}

/** Keys that are named with what is wrong. */
const MAX_SHOWN = 3;

/**
 * `cafs verify REMOTE:TAG`: what is missing or damaged, a line for each.
 *
 * @throws CafsError `INTEGRITY` where something is; `NOT_FOUND` where there is no such tag
 */
export async function verify(
  text: string,
  { contents = false, ...options }: VerifyOptions,
  signal?: AbortSignal,
): Promise<void> {
  const named = openNamed(text, options, signal);
  try {
    const verified = await read(named, contents, signal);
    for (const fault of verified.faults) process.stdout.write(`${lineOf(fault)}\n`);
    if (verified.faults.length > 0) throw notWhole(named.name, verified.faults);
    process.stdout.write(`${praise(named.name, verified, contents)}\n`);
  } finally {
    await named.remote.close();
  }
}

async function read(
  { remote, tag, name }: Named,
  contents: boolean,
  signal: AbortSignal | undefined,
): Promise<VerifiedSnapshot> {
  const observer = terminalObserver();
  const verified = await withRemedy(name, 'snapshot', () =>
    verifySnapshot(remote, tag, { contents, observer, signal }),
  );
  if (verified === undefined) throw noSuchTag(remote, tag);
  return verified;
}

/**
 * Looks whether what was pushed can be read, where something damaged was there before: a registry may have
 * kept it.
 *
 * @throws CafsError `INTEGRITY`
 */
export async function assertMended(
  { name, remote, tag }: Named,
  signal: AbortSignal | undefined,
): Promise<void> {
  const verified = await verifySnapshot(remote, tag, { signal });
  if (verified === undefined) throw noSuchTag(remote, tag);
  if (verified.faults.length > 0) throw notWhole(name, verified.faults);
}

function lineOf({ kind, part, blobs, message, keys }: Fault): string {
  const shown = keys.slice(0, MAX_SHOWN).map(quoted).join(', ');
  const more = keys.length > MAX_SHOWN ? ', ...' : '';
  const hit =
    keys.length === 0
      ? ''
      : ` ${formatCount(keys.length, 'entry', 'entries')} cannot be had: ${shown}${more}`;
  const unnamed = blobs.filter((digest) => !message.includes(digest)).map((digest) => ` ${digest}`);
  return `${kind}: ${part}${unnamed.join(',')}: ${message}${hit}`;
}

function praise(
  name: string,
  { blobs, bytes, entries = 0, digest }: VerifiedSnapshot,
  contents: boolean,
): string {
  const size = `${formatCount(entries, 'entry', 'entries')} in ${formatCount(blobs, 'blob')} (${formatBytes(bytes)})`;
  const how = contents
    ? 'all contents were read, and are right'
    : 'all blobs are there, and the index is right; contents were not read (--contents)';
  return `${name} (${digest}) is whole: ${size}; ${how}.`;
}

function notWhole(name: string, faults: readonly Fault[]): IntegrityError {
  const [what = ''] = faults.map(
    ({ kind, part, blobs }) => `${part} ${blobs.join(', ')} is ${kind}`,
  );
  const others = faults.length - 1;
  const more = others === 0 ? '' : `, and ${formatCount(others, 'other part')} of it`;
  return new IntegrityError(`${name} is not whole: ${what}${more}.`, {
    hint: remedyFor(name, damageOf(faults)),
  });
}

/** What takes most to mend. */
function damageOf(faults: readonly Fault[]): Damage {
  const damaged = faults.filter(({ kind }) => kind === 'damaged');
  const packs = new Set<Digest>();
  for (const { part, blobs } of damaged)
    if (part === 'pack') blobs.forEach((one) => packs.add(one));
  const part = packs.size > 0 ? 'contents' : 'description';
  return { kind: damaged.length > 0 ? 'damaged' : 'lost', part, packs: [...packs] };
}
