import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { openRemote } from '../../src/oci/open.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { Store } from '../../src/store/store.ts';
import { segmentsOf } from '../../src/sync/snapshot.ts';
import { TagUpstream } from '../../src/sync/upstream.ts';
import { hexOf } from '../../src/digest.ts';
import { useTempDirs } from '../support/temp.ts';
import { Job, TAG, packOf, packsOf, readTag, restoredIn } from './jobs.ts';

const tempDir = useTempDirs();

let layout: string;
beforeEach(() => {
  layout = join(tempDir(), 'remote');
});

const SOURCES = { 'packages/a': 'a', 'packages/b': 'b', 'packages/c': 'c' };
type Name = keyof typeof SOURCES;

/** A job that names some of the packages. */
function jobOn(names: readonly Name[], sources: Partial<Record<Name, string>> = {}): Job {
  const job = new Job({ layout, machine: tempDir(), inputs: { subtrees: names.join('\n') } });
  for (const name of names) job.add(name, sources[name] ?? SOURCES[name]);
  return job;
}

/** Builds packages that are in no snapshot, and saves them. Large enough not to share packs with others. */
async function saved(
  names: readonly Name[],
  sources?: Partial<Record<Name, string>>,
): Promise<Job> {
  const job = jobOn(names, sources);
  await job.main();
  for (const name of names) job.build(name, randomBytes(200_000));
  const { message, saved } = await job.post();
  if (!saved) throw new Error(message);
  return job;
}

/** Puts an entry to the tag, as a program that uses the library may. */
async function putByStore(key: string, content: Uint8Array | string, meta?: object): Promise<void> {
  const remote = openRemote(`oci:${layout}`, { cwd: '/' });
  const cacheDir = tempDir();
  const upstream = new TagUpstream(remote, TAG, { blobs: Blobs.open(cacheDir) });
  await using store = Store.open('others', { cacheDir, upstream });
  await store.put(key, content, meta === undefined ? {} : { meta });
  await store.push();
}

const lose = (file: string): void => {
  rmSync(file);
};

test('entries of a store stay at the tag, whatever their keys and metadata', async () => {
  await saved(['packages/a']);
  await putByStore('records/last-run', 'x');
  await putByStore('ws/packages/a/dist/note', 'note', { by: 'hand' });
  await putByStore('ws/packages/a/notes', 'note', { by: 'hand' });
  await saved(['packages/b']);
  const { entries, names } = await readTag(layout, tempDir);
  expect([...entries.keys()]).toEqual(
    expect.arrayContaining(['records/last-run', 'ws/packages/a/dist/note', 'ws/packages/a/notes']),
  );
  expect(names).toEqual(['packages/a', 'packages/b']);
  expect(restoredIn(await jobOn(['packages/a', 'packages/b']).main())).toEqual([
    'packages/a',
    'packages/b',
  ]);
});

describe('a pack that is lost between main and post', () => {
  test('of what was restored: that is uploaded again, and what others own stays', async () => {
    await saved(['packages/a']);
    await saved(['packages/b']);
    await putByStore('notes/x', randomBytes(150_000));
    const before = await readTag(layout, tempDir);
    const job = jobOn(['packages/a', 'packages/c']);
    expect(restoredIn(await job.main())).toEqual(['packages/a']);
    job.build('packages/c', randomBytes(200_000));
    lose(packOf(layout, before.entries.get('ws/packages/a/dist/out')));
    expect((await job.post()).saved).toBe(true);
    expect(job.warnings).toEqual([expect.stringContaining('uploaded anew')]);
    const { entries, names } = await readTag(layout, tempDir);
    expect(names).toEqual(['packages/a', 'packages/b', 'packages/c']);
    for (const key of ['ws/packages/b/dist/out', 'notes/x'])
      expect(entries.get(key)).toEqual(before.entries.get(key));
    const next = jobOn(['packages/a', 'packages/b', 'packages/c']);
    expect(restoredIn(await next.main())).toEqual(['packages/a', 'packages/b', 'packages/c']);
    expect(next.warnings).toEqual([]);
  });

  test('of others: that is dropped with a warning, the rest stays', async () => {
    await saved(['packages/a']);
    await saved(['packages/b']);
    await putByStore('notes/x', randomBytes(150_000));
    await putByStore('notes/y', randomBytes(150_000));
    const before = await readTag(layout, tempDir);
    const job = jobOn(['packages/c']);
    await job.main();
    job.build('packages/c', randomBytes(200_000));
    lose(packOf(layout, before.entries.get('ws/packages/b/dist/out')));
    lose(packOf(layout, before.entries.get('notes/y')));
    expect((await job.post()).saved).toBe(true);
    expect(job.warnings).toHaveLength(2);
    expect(job.warnings[1]).toBe(
      'The remote has lost what 1 subtree and 1 entry of others hold, "packages/b" among them: ' +
        `${TAG} goes on without that. What is built anew is saved anew.`,
    );
    const { snapshot, entries, names } = await readTag(layout, tempDir);
    expect(names).toEqual(['packages/a', 'packages/c']);
    expect(entries.has('notes/x')).toBe(true);
    expect(entries.has('notes/y')).toBe(false);
    // Who still has what was dropped must not take it for deleted.
    expect(snapshot.config.merged).toEqual([]);
    for (const file of packsOf(layout, snapshot)) expect(() => readFileSync(file)).not.toThrow();
    // It is a miss, and the next build heals it.
    const next = jobOn(['packages/a', 'packages/b']);
    expect(restoredIn(await next.main())).toEqual(['packages/a']);
    next.build('packages/b', randomBytes(200_000));
    expect((await next.post()).saved).toBe(true);
    expect((await readTag(layout, tempDir)).names).toEqual([
      'packages/a',
      'packages/b',
      'packages/c',
    ]);
  });

  test('of another job that moves the tag meanwhile: nothing else is dropped', async () => {
    await saved(['packages/a']);
    const job = jobOn(['packages/c']);
    await job.main();
    job.build('packages/c', randomBytes(200_000));
    await saved(['packages/b']);
    const before = await readTag(layout, tempDir);
    lose(packOf(layout, before.entries.get('ws/packages/a/dist/out')));
    expect((await job.post()).saved).toBe(true);
    expect((await readTag(layout, tempDir)).names).toEqual(['packages/b', 'packages/c']);
  });

  test('of what did not change, by a job of another commit: it is uploaded again', async () => {
    await saved(['packages/a']);
    await saved(['packages/b']);
    const before = await readTag(layout, tempDir);
    const env = { GITHUB_SHA: 'b'.repeat(40) };
    const job = new Job({ layout, machine: tempDir(), inputs: { subtrees: 'packages/a' }, env });
    job.add('packages/a', 'a');
    expect(restoredIn(await job.main())).toEqual(['packages/a']);
    lose(packOf(layout, before.entries.get('ws/packages/a/dist/out')));
    // The commit's tag is to be written, so that the loss shows.
    expect((await job.post()).saved).toBe(true);
    const { names } = await readTag(layout, tempDir, `sha-${env.GITHUB_SHA}.linux-x64`);
    expect(names).toEqual(['packages/a', 'packages/b']);
    const next = jobOn(['packages/a', 'packages/b']);
    expect(restoredIn(await next.main())).toEqual(['packages/a', 'packages/b']);
    expect(next.warnings).toEqual([]);
  });
});

describe('a pack that the main step finds', () => {
  const DAMAGES: Record<string, (file: string) => void> = {
    lost: lose,
    damaged: (file) => {
      writeFileSync(
        file,
        readFileSync(file).map((byte) => byte ^ 1),
      );
    },
  };

  test.each(Object.keys(DAMAGES))('%s: what others own stays', async (how) => {
    await saved(['packages/a']);
    await saved(['packages/b']);
    await putByStore('notes/x', randomBytes(150_000));
    const before = await readTag(layout, tempDir);
    DAMAGES[how]!(packOf(layout, before.entries.get('ws/packages/a/dist/out')));
    const job = jobOn(['packages/a']);
    expect(restoredIn(await job.main())).toEqual([]);
    job.build('packages/a', randomBytes(200_000));
    expect((await job.post()).saved).toBe(true);
    const { entries, names } = await readTag(layout, tempDir);
    expect(names).toEqual(['packages/a', 'packages/b']);
    for (const key of ['ws/packages/b/dist/out', 'notes/x'])
      expect(entries.get(key)).toEqual(before.entries.get(key));
    const next = jobOn(['packages/a', 'packages/b']);
    expect(restoredIn(await next.main())).toEqual(['packages/a', 'packages/b']);
    expect(next.warnings).toEqual([]);
  });

  test.each(Object.keys(DAMAGES))('%s: a build that gives the same heals it', async (how) => {
    const first = await saved(['packages/a', 'packages/b']);
    const before = await readTag(layout, tempDir);
    DAMAGES[how]!(packOf(layout, before.entries.get('ws/packages/a/dist/out')));
    const job = jobOn(['packages/a', 'packages/b']);
    expect(restoredIn(await job.main())).toEqual([]);
    for (const name of ['packages/a', 'packages/b'])
      job.build(name, readFileSync(join(first.workspace, name, 'dist/out')));
    expect((await job.post()).saved).toBe(true);
    const next = jobOn(['packages/a', 'packages/b']);
    expect(restoredIn(await next.main())).toEqual(['packages/a', 'packages/b']);
    expect(next.warnings).toEqual([]);
  });

  test('lost, and nothing is built: the tag stays', async () => {
    await saved(['packages/a']);
    const before = await readTag(layout, tempDir);
    lose(packOf(layout, before.entries.get('ws/packages/a/dist/out')));
    const job = jobOn(['packages/a']);
    await job.main();
    expect((await job.post()).saved).toBe(false);
    const after = await readTag(layout, tempDir);
    expect(after.snapshot.descriptor).toEqual(before.snapshot.descriptor);
  });
});

test('a part of an index that only this runner still has is written anew', async () => {
  await saved(['packages/a']);
  const { snapshot } = await readTag(layout, tempDir);
  const job = jobOn(['packages/a', 'packages/b']);
  await job.main();
  job.build('packages/b', randomBytes(200_000));
  for (const { digest } of segmentsOf(snapshot)) lose(join(layout, 'blobs/sha256', hexOf(digest)));
  expect((await job.post()).saved).toBe(true);
  expect((await readTag(layout, tempDir)).names).toEqual(['packages/a', 'packages/b']);
});
