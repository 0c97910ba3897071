import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { hexOf } from '../../src/digest.ts';
import type { Index } from '../../src/store/entry-index.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { openRemote } from '../../src/oci/open.ts';
import { deadShare } from '../../src/sync/compaction.ts';
import { MEDIA_TYPE_PACK } from '../../src/sync/media-types.ts';
import { readIndex, readSnapshot, segmentsOf } from '../../src/sync/snapshot.ts';
import type { Fault } from '../support/fault-proxy/fault.ts';
import { startFaultProxy } from '../support/fault-proxy/proxy.ts';
import { FOLDER, readTree, writeTree } from '../support/files.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { type Result, cafs } from './cafs.ts';

const tempDir = useTempDirs();

let cache: string;
let folder: string;
let layout: string;
beforeEach(() => {
  [cache, folder] = [tempDir(), join(tempDir(), 'folder')];
  layout = join(tempDir(), 'layout');
  mkdirSync(folder);
});

const push = (...options: string[]): Promise<Result> =>
  cafs({ cache }, 'push', folder, `oci:${layout}:main`, ...options);

/** What the tag points to, as somebody reads it who knows nothing yet. */
async function read() {
  const remote = openRemote(`oci:${layout}`, { cwd: '/' });
  const blobs = Blobs.open(tempDir());
  const snapshot = await readSnapshot(remote, 'main', { blobs });
  if (snapshot === undefined) throw new Error('The tag points to nothing.');
  const { entries }: { entries: Index } = await readIndex(remote, snapshot, { blobs });
  await remote.close();
  return { snapshot, entries };
}

/** Pulls into a folder that holds nothing, and compares. */
async function expectRestored(): Promise<void> {
  const target = join(tempDir(), 'target');
  const pulled = await cafs({ cache: tempDir() }, 'pull', `oci:${layout}:main`, target);
  expect(pulled).toMatchObject({ code: 0, stderr: '' });
  expect(readTree(target)).toEqual(readTree(folder));
}

const blobFile = (digest: `sha256:${string}`): string =>
  join(layout, 'blobs/sha256', hexOf(digest));

test('after each of many pushes, at most a fifth of the bytes is dead', async () => {
  writeTree(folder, { tool: { script: '#!/bin/sh\n' }, link: { link: 'tool' }, empty: FOLDER });
  const script = join(import.meta.dirname, 'pushes-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, layout, '30'], {
    env: { CAFS_CACHE_DIR: cache },
  });
  const left = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { dead: number; packs: number });
  expect(left).toHaveLength(30);
  const dead = left.map((one) => one.dead);
  expect(Math.max(...dead)).toBeLessThanOrEqual(0.2);
  // Not for being made anew each time.
  expect(Math.max(...dead)).toBeGreaterThan(0.05);
  expect(Math.max(...left.map(({ packs }) => packs))).toBeLessThanOrEqual(15);
  await expectRestored();
});

test('what is moved is read from the folder, and not downloaded', async () => {
  const write = (name: string): void => {
    writeFileSync(join(folder, name), randomBytes(50_000));
  };
  for (const name of ['a', 'b', 'c']) write(name);
  await push();
  const before = (await read()).entries.packs().map(({ pack }) => pack);
  // Two thirds of the pack are dead: what is left has to move.
  for (const name of ['a', 'b']) write(name);
  for (const { digest } of before) writeFileSync(blobFile(digest), 'damaged');
  expect(await push()).toMatchObject({ code: 0, stderr: '' });
  const after = await read();
  expect(after.entries.packs()).toHaveLength(1);
  expect(deadShare(after.entries.packs())).toBe(0);
  await expectRestored();
});

test('a push of what is there already uploads nothing', async () => {
  writeTree(folder, { a: 'text', 'b/c': 'more' });
  await push();
  const { stdout } = await push();
  expect(stdout).toContain('0 B uploaded');
});

describe('what the remote has lost is uploaded again', () => {
  beforeEach(async () => {
    for (const name of ['a', 'b']) {
      writeFileSync(join(folder, name), randomBytes(300_000));
      await push();
    }
    writeFileSync(join(folder, 'c'), randomBytes(1000));
  });

  test.each([0, 1])('one of its packs: %i', async (number) => {
    const { snapshot } = await read();
    const packs = snapshot.manifest.layers.filter(({ mediaType }) => mediaType === MEDIA_TYPE_PACK);
    expect(packs).toHaveLength(2);
    rmSync(blobFile(packs[number]!.digest));
    const { code, stdout, stderr } = await push();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // The other one is still there.
    expect(stdout).toMatch(/3 entries in .*; 30\d KB uploaded/);
    await expectRestored();
  });

  test('a part of its index', async () => {
    for (let n = 0; n < 100; n += 1) writeFileSync(join(folder, `small-${String(n)}`), String(n));
    await push();
    const [base] = segmentsOf((await read()).snapshot);
    rmSync(blobFile(base.digest));
    // A change as small as this would only add to it.
    writeFileSync(join(folder, 'c'), 'changed');
    expect(await push()).toMatchObject({ code: 0, stderr: '' });
    await expectRestored();
  });

  test('though nothing has changed, where that is asked for', async () => {
    rmSync(join(folder, 'c'));
    const [pack] = (await read()).entries.packs();
    rmSync(blobFile(pack!.pack.digest));
    expect((await push()).stdout).toContain('0 B uploaded');
    expect((await push('--repair')).stdout).toMatch(/2 entries in .*; 30\d KB uploaded/);
    await expectRestored();
    expect((await push('--repair')).stdout).toContain('0 B uploaded');
  });

  test('though a file of that name is there, with a part of it', async () => {
    const [pack] = (await read()).entries.packs();
    chmodSync(blobFile(pack!.pack.digest), 0o644);
    truncateSync(blobFile(pack!.pack.digest), 100);
    const { code, stdout } = await push('--repair');
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 entries in .*; 30\d KB uploaded/);
    await expectRestored();
  });

  test('though it is another tag that has lost it', async () => {
    const [pack] = (await read()).entries.packs();
    rmSync(blobFile(pack!.pack.digest));
    const next = ['push', folder, `oci:${layout}:next`, '--from', 'main'] as const;
    const { code, stdout, stderr } = await cafs({ cache: tempDir() }, ...next);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/3 entries in .*; 30\d KB uploaded/);
    const target = join(tempDir(), 'target');
    const pulled = await cafs({ cache: tempDir() }, 'pull', `oci:${layout}:next`, target);
    expect(pulled).toMatchObject({ code: 0, stderr: '' });
    expect(readTree(target)).toEqual(readTree(folder));
  });

  test('all of a snapshot that cannot be read any more', async () => {
    const { manifest, descriptor } = (await read()).snapshot;
    rmSync(blobFile(manifest.config.digest));
    cache = tempDir();
    const refused = await push();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('main points to cannot be read: There is no blob');
    expect(refused.stderr).toContain('With --repair the folder takes its place.');
    expect(await push('--repair')).toMatchObject({ code: 0, stderr: '' });
    await expectRestored();
    expect((await read()).snapshot.descriptor).not.toEqual(descriptor);
  });

  test('a manifest that this disk still has, though nothing has changed', async () => {
    rmSync(join(folder, 'c'));
    rmSync(blobFile((await read()).snapshot.descriptor.digest));
    expect(await push('--repair')).toMatchObject({ code: 0, stderr: '' });
    await expectRestored();
  });
});

describe('a repair replaces nothing for one wrong answer', () => {
  test.each<[string, Fault]>([
    ['that there is no manifest', { phase: 'manifest', kind: 'answer', status: 404 }],
    ['that a manifest is damaged', { phase: 'manifest', kind: 'flip', at: 9 }],
    ['that a blob is not there', { phase: 'blob', kind: 'answer', status: 404 }],
    ['that a blob is damaged', { phase: 'blob', kind: 'flip', at: 9 }],
  ])('%s', async (_, fault) => {
    const repository = freshRepository();
    const [host = '', ...path] = repository.split('/');
    await using proxy = await startFaultProxy({ upstream: host });
    const name = [proxy.host, ...path].join('/');
    const pushed = async (...options: string[]): Promise<Result> =>
      cafs({ cache: tempDir() }, 'push', folder, `${name}:main`, ...options);
    for (const content of ['first', 'second']) {
      writeFileSync(join(folder, 'file'), content);
      expect(await pushed()).toMatchObject({ code: 0 });
    }
    const remote = openRemote(repository, { cwd: '/' });
    const before = await remote.resolve('main');
    proxy.faults.add(fault);
    expect(await pushed('--repair')).toMatchObject({ code: 0, stderr: '' });
    expect(proxy.faults.fired).toBe(1);
    // Anew, it would not say what it goes on from.
    expect(await remote.resolve('main')).toEqual(before);
    await remote.close();
  });
});

describe('what is left out is said', () => {
  const stdoutOf = async (): Promise<string> => {
    const { code, stdout, stderr } = await push();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };

  test('each thing, with what it is', async () => {
    writeTree(folder, { a: 'text', '.git/config': 'token', 'sub/.git': 'gitdir: elsewhere' });
    writeTree(folder, { '.cafs-0123456789abcdef.tmp': 'half', '.gitignore': '' });
    execFileSync('mkfifo', [join(folder, 'sub/pipe')]);
    const socket = createServer().listen(join(folder, 'socket'));
    await once(socket, 'listening');
    try {
      expect((await stdoutOf()).split('\n').slice(1)).toEqual([
        expect.stringMatching(/^Left out, 5 in all: /),
        '',
      ]);
      const [, line = ''] = (await stdoutOf()).split('\n');
      const named = line.replace(/^.*in all: /, '').split(', ');
      expect(named.toSorted()).toEqual([
        '".cafs-0123456789abcdef.tmp" (left by a pull that was killed)',
        '".git" (git\'s own)',
        '"socket" (socket)',
        '"sub/.git" (git\'s own)',
        '"sub/pipe" (named pipe)',
      ]);
    } finally {
      socket.close();
    }
    expect([...(await read()).entries.range('')].map(([key]) => key)).toEqual([
      'ws/.gitignore',
      'ws/a',
    ]);
  });

  test('the first few, where there is much', async () => {
    writeFileSync(join(folder, 'a\u001b[2J'), '');
    const pipes = Array.from({ length: 1007 }, (_, n) => join(folder, `\u001b[2J${String(n)}`));
    execFileSync('mkfifo', pipes);
    const [, line = ''] = (await stdoutOf()).split('\n');
    expect(line).toMatch(
      /^Left out, 1,007 in all: (?:"[^"]+" \(named pipe\),? ){5}and 1,002 more$/,
    );
    expect(line).not.toContain('\u001b');
  });

  test('nothing, where there is nothing', async () => {
    writeTree(folder, { a: 'text', 'b/c': 'more', empty: FOLDER });
    expect(await stdoutOf()).toMatch(/^3 entries in [^\n]*\n$/);
  });
});

describe('--from', () => {
  let repository: string;
  beforeEach(async () => {
    repository = freshRepository();
    for (const name of ['a', 'b']) writeFileSync(join(folder, name), randomBytes(300_000));
    await pushTo('main');
    // With this, the same packs are not made again.
    writeFileSync(join(folder, '0'), 'little');
  });

  const pushTo = (tag: string, ...options: string[]): Promise<Result> =>
    cafs({ cache: tempDir() }, 'push', folder, `${repository}:${tag}`, ...options);

  async function packsOf(tag: string): Promise<string[]> {
    const { stdout } = await cafs({ cache: tempDir() }, 'inspect', `${repository}:${tag}`);
    const { manifest } = JSON.parse(stdout) as {
      manifest: { layers: { mediaType: string; digest: string }[] };
    };
    const packs = manifest.layers.filter(({ mediaType }) => mediaType === MEDIA_TYPE_PACK);
    return packs.map(({ digest }) => digest);
  }

  test('spares the upload of what another tag holds', async () => {
    expect((await pushTo('alone')).stdout).toMatch(/ 60\d KB uploaded/);
    const { code, stdout, stderr } = await pushTo('next', '--from', 'main');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^3 entries .* (?:\d+ B|[12]\.\d KB) uploaded/);
    expect(await packsOf('next')).toEqual(expect.arrayContaining(await packsOf('main')));
    const target = join(tempDir(), 'target');
    const pulled = await cafs({ cache: tempDir() }, 'pull', `${repository}:next`, target);
    expect(pulled).toMatchObject({ code: 0, stderr: '' });
    expect(readTree(target)).toEqual(readTree(folder));
  });

  test('uploads no pack where the tags hold all of it together', async () => {
    rmSync(join(folder, 'a'));
    await pushTo('little');
    writeFileSync(join(folder, 'moved'), readFileSync(join(folder, 'b')));
    rmSync(join(folder, 'b'));
    const run = await pushTo('next', '--from', 'main', '--from', 'little');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const known = [...(await packsOf('main')), ...(await packsOf('little'))];
    expect(known).toEqual(expect.arrayContaining(await packsOf('next')));
  });

  test('a tag that is not there costs an upload, and is said', async () => {
    const { code, stdout, stderr } = await pushTo('next', '--from', 'mian');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^cafs: warning: There is no [^ ]+:mian to take contents from\.\n$/);
    expect(stdout).toMatch(/ 60\d KB uploaded/);
  });

  test('what can be no tag is refused', async () => {
    const { code, stderr } = await pushTo('next', '--from', 'a/b');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^cafs: "a\/b" is no valid tag\. A tag has/);
  });
});
