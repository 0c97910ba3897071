import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import type { Remote, RemoteTraits } from '../../src/oci/remote.ts';
import { NotFoundError } from '../../src/errors.ts';
import { useTempDirs } from '../support/temp.ts';
import { Job, TAG, intercept, readTag, restoredIn } from './jobs.ts';

const tempDir = useTempDirs();

let layout: string;
beforeEach(() => {
  layout = join(tempDir(), 'remote');
});

function jobOn(
  sources: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Job {
  const inputs = { subtrees: Object.keys(sources).join('\n') };
  const job = new Job({ layout, machine: tempDir(), inputs, env });
  for (const [name, source] of Object.entries(sources)) job.add(name, source);
  return job;
}

async function saved(
  sources: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  wrap?: (remote: Remote) => Remote,
): Promise<Job> {
  const job = jobOn(sources, env);
  job.wrap = wrap;
  await job.main();
  for (const name of Object.keys(sources)) job.build(name, randomBytes(1000));
  const { message, saved: done } = await job.post();
  if (!done) throw new Error(message);
  return job;
}

interface Kind extends RemoteTraits {
  /** Whether the first job goes on only when the second is done. */
  readonly isSlow?: boolean;
}

/** Two jobs of which the second moves a tag right after the first has looked at it. */
class Race {
  readonly #tag: string;
  readonly #isSlow: boolean;
  readonly #traits: RemoteTraits;
  #second: Promise<unknown> | undefined;

  constructor(tag: string, { isSlow = false, ...traits }: Kind) {
    this.#tag = tag;
    this.#isSlow = isSlow;
    this.#traits = traits;
  }

  /** The remote of the first job. */
  first(second: (wrap: (remote: Remote) => Remote) => Promise<unknown>) {
    return (remote: Remote): Remote =>
      this.#like(remote, {
        resolve: async (reference, options) => {
          const found = await remote.resolve(reference, options);
          if (reference === this.#tag && this.#second === undefined) {
            const { promise, resolve } = Promise.withResolvers<undefined>();
            this.#second = second((other) => this.#moving(other, resolve));
            await (this.#isSlow ? this.#second : promise);
          }
          return found;
        },
      });
  }

  /** Waits for the second job. */
  async end(): Promise<void> {
    expect(this.#second).toBeDefined();
    await this.#second;
  }

  #moving(remote: Remote, onMoved: (nothing: undefined) => void): Remote {
    return this.#like(remote, {
      putManifest: async (bytes, type, tags, options) => {
        const descriptor = await remote.putManifest(bytes, type, tags, options);
        if (tags.includes(this.#tag)) onMoved(undefined);
        return descriptor;
      },
    });
  }

  #like(remote: Remote, calls: Partial<Remote>): Remote {
    return intercept(remote, { ...calls, traits: { ...remote.traits, ...this.#traits } });
  }
}

const FEATURE = { GITHUB_REF: 'refs/heads/feature', GITHUB_EVENT_PATH: '' };
const FEATURE_TAG = 'branch-feature.linux-x64';

const KINDS: Record<string, Kind> = {
  'in a remote that swaps tags': { swapsTags: true },
  'in a registry, which cannot': { swapsTags: false },
  'in a registry, and is done long before the write': { swapsTags: false, isSlow: true },
};

describe.each(Object.entries(KINDS))(
  'between look and write another job moves the tag, %s',
  (_, kind) => {
    test('what both have built is there', async () => {
      await saved({ 'packages/a': 'a' });
      const job = jobOn({ 'packages/b': 'b' });
      await job.main();
      job.build('packages/b', 'built b');
      const race = new Race(TAG, kind);
      job.wrap = race.first((wrap) => saved({ 'packages/c': 'c' }, {}, wrap));
      expect((await job.post()).saved).toBe(true);
      await race.end();
      expect((await readTag(layout, tempDir)).names).toEqual([
        'packages/a',
        'packages/b',
        'packages/c',
      ]);
    });

    test('what did not change is pointed at only where there is nothing yet', async () => {
      // Of the default branch, and so read by all others.
      await saved({ 'packages/a': 'a' });
      const payload = join(tempDir(), 'event.json');
      writeFileSync(payload, JSON.stringify({ repository: { default_branch: 'main' } }));
      const env = { ...FEATURE, GITHUB_EVENT_PATH: payload };
      const job = jobOn({ 'packages/a': 'a' }, env);
      expect(restoredIn(await job.main())).toEqual(['packages/a']);
      const race = new Race(FEATURE_TAG, kind);
      job.wrap = race.first((wrap) => saved({ 'packages/b': 'b' }, env, wrap));
      await job.post();
      await race.end();
      expect((await readTag(layout, tempDir, FEATURE_TAG)).names).toEqual([
        'packages/a',
        'packages/b',
      ]);
    });
  },
);

describe.each([true, false])('where nobody else writes (swaps tags: %s)', (swapsTags) => {
  test('what did not change takes no upload where nobody else writes', async () => {
    await saved({ 'packages/a': 'a' });
    const payload = join(tempDir(), 'event.json');
    writeFileSync(payload, JSON.stringify({ repository: { default_branch: 'main' } }));
    const job = jobOn({ 'packages/a': 'a' }, { ...FEATURE, GITHUB_EVENT_PATH: payload });
    await job.main();
    const calls: string[] = [];
    job.wrap = (remote) =>
      intercept(remote, {
        traits: { ...remote.traits, swapsTags },
        resolve: (...args) => (calls.push('look'), remote.resolve(...args)),
        putManifest: (bytes, type, tags, options) => {
          calls.push(...tags.map(() => 'move'));
          return remote.putManifest(bytes, type, tags, options);
        },
        putBlob: () => Promise.reject(new Error('uploaded')),
      });
    expect((await job.post()).message).toContain('Nothing changed');
    expect(calls).toEqual(['look', 'move', 'move']);
    const [main, feature] = [
      await readTag(layout, tempDir),
      await readTag(layout, tempDir, FEATURE_TAG),
    ];
    expect(feature.snapshot.descriptor).toEqual(main.snapshot.descriptor);
  });
});

test('an index that the registry does not find once is no reason to replace the tag', async () => {
  await saved({ 'packages/a': 'a' });
  const job = jobOn({ 'packages/b': 'b' });
  // Another machine has no part of it.
  job.wrap = (remote) => intercept(remote, { resolve: () => Promise.resolve(undefined) });
  await job.main();
  job.build('packages/b', 'built b');
  let failures = 0;
  job.wrap = (remote) =>
    intercept(remote, {
      getBlob: async (blob, options) => {
        if ((failures += 1) === 1) throw new NotFoundError(`There is no blob ${blob.digest}.`);
        return remote.getBlob(blob, options);
      },
    });
  expect((await job.post()).saved).toBe(true);
  expect(failures).toBeGreaterThan(0);
  expect((await readTag(layout, tempDir)).names).toEqual(['packages/a', 'packages/b']);
});

test('a registry that refuses each manifest for blobs that it has leaves the tag as it is', async () => {
  await saved({ 'packages/a': 'a' });
  const before = await readTag(layout, tempDir);
  const job = jobOn({ 'packages/b': 'b' });
  await job.main();
  job.build('packages/b', 'built b');
  let tries = 0;
  job.wrap = (remote) =>
    intercept(remote, {
      putManifest: () => {
        tries += 1;
        return Promise.reject(new NotFoundError('A blob is unknown.'));
      },
    });
  await expect(job.post()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(tries).toBe(2);
  expect((await readTag(layout, tempDir)).snapshot.descriptor).toEqual(before.snapshot.descriptor);
});

test.each([
  ['of the same commit', 'a', ['look', 'look']],
  ['of another commit', 'b', ['look', 'move']],
])('where nothing changed, a job %s makes two requests', async (_, digit, expected) => {
  await saved({ 'packages/a': 'a' });
  const job = jobOn({ 'packages/a': 'a' }, { GITHUB_SHA: digit.repeat(40) });
  await job.main();
  const calls: string[] = [];
  job.wrap = (remote) =>
    new Proxy(remote, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const names: Record<string, string> = { resolve: 'look', putManifest: 'move' };
          if (name !== 'close') calls.push(names[String(name)] ?? String(name));
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
  expect((await job.post()).message).toContain('Nothing changed');
  expect(calls).toEqual(expected);
});
