import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { useTempDirs } from '../support/temp.ts';
import { Job, readTag, restoredIn } from './jobs.ts';

const tempDir = useTempDirs();

let layout: string;
beforeEach(async () => {
  layout = join(tempDir(), 'remote');
  const job = new Job({ layout, machine: tempDir() });
  job.add('packages/a', 'a');
  await job.main();
  job.build('packages/a', 'built a');
  await job.post();
});

const SCRIPT = join(import.meta.dirname, 'cancelled-process.ts');

/** Where the signal comes, and whether the tag has moved by then. */
const MOMENTS = [
  ['before the pack', 'putBlob', 1, 'before', false],
  ['after the pack', 'putBlob', 1, 'after', false],
  ["before the fingerprint's tag", 'putManifest', 1, 'before', false],
  ["after the fingerprint's tag", 'putManifest', 1, 'after', false],
  ["before the branch's tag", 'putManifest', 2, 'before', false],
  ["after the branch's tag", 'putManifest', 2, 'after', true],
  ["before the commit's tag", 'putManifest', 3, 'before', true],
] as const;

// The runner sends SIGINT to a job that is cancelled, and SIGTERM some seconds later.
describe.each(['SIGINT', 'SIGTERM'])('a job that is cancelled by %s', (signal) => {
  test.each(MOMENTS)('%s', async (_, name, which, when, hasMoved) => {
    const before = await readTag(layout, tempDir);
    const machine = tempDir();
    const args = [SCRIPT, layout, machine, signal, name, String(which), when];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ signal: run.signal, stdout: run.stdout }).toEqual({ signal, stdout: '' });
    // What the tag points to is whole, and either the old or the new.
    const after = await readTag(layout, tempDir);
    expect(after.names).toEqual(hasMoved ? ['packages/a', 'packages/b'] : ['packages/a']);
    if (!hasMoved) expect(after.snapshot.descriptor).toEqual(before.snapshot.descriptor);
    // What was left behind is in nobody's way, not on the same machine either.
    const next = new Job({ layout, machine, env: { GITHUB_SHA: 'b'.repeat(40) } });
    next.add('packages/a', 'a');
    next.add('packages/b', 'b');
    await next.main();
    next.build('packages/b', 'built b');
    await next.post();
    expect(next.warnings).toEqual([]);
    const ofCommit = await readTag(layout, tempDir, `sha-${'b'.repeat(40)}.linux-x64`);
    expect(ofCommit.names).toEqual(['packages/a', 'packages/b']);
    const last = new Job({ layout, machine: tempDir() });
    last.add('packages/a', 'a');
    last.add('packages/b', 'b');
    expect(restoredIn(await last.main())).toEqual(['packages/a', 'packages/b']);
  });
});
