// Trees that have broken other caches, saved in one workspace and restored in another by the bundled steps,
// with a real registry. Others (rsync, find) say whether they came back.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { startFaultProxyApart } from '../support/fault-proxy/apart.ts';
import { makeOddTree } from '../support/odd-tree.ts';
import { describeOnLinux } from '../support/platform.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { COMPARED_BY } from '../support/same-tree.ts';
import { useTempDirs } from '../support/temp.ts';
import { dist, runMain, runPost, traffic } from './job.ts';
import { makeRealTrees } from './real-trees.ts';
import { TreeTrip } from './tree-trip.ts';

const MINUTES = 60_000;

const tempDir = useTempDirs();

/** Somebody whom modes bind, which they do not do for root: nobody, by most systems' numbers. */
const BOUND_USER = process.getuid?.() === 0 ? 65_534 : undefined;

/** Whether that user can run the bundles: a checkout may lie where only its owner looks. */
const reach = spawnSync(
  process.execPath,
  ['-e', `require("node:fs").readdirSync(${JSON.stringify(dist)})`],
  {
    ...(BOUND_USER === undefined ? {} : { uid: BOUND_USER, gid: BOUND_USER }),
  },
);
const canBeBound = reach.error === undefined && reach.status === 0;

function newTrip(user?: number): TreeTrip {
  return new TreeTrip({ remote: freshRepository(), tempDir, user });
}

describeOnLinux(`a tree that a tool has made comes back exactly (${COMPARED_BY})`, () => {
  for (const { name, folder, why, check } of makeRealTrees(tempDir())) {
    const body = async (): Promise<void> => {
      using trip = newTrip();
      await trip.save((tree) => execFileSync('cp', ['-a', folder ?? '', tree]));
      await trip.restore();
      trip.expectSame();
      check?.(trip.target);
    };
    if (folder === undefined) test.skip(`${name} (skipped: ${why ?? ''})`, body);
    else test(name, body, 5 * MINUTES);
  }
});

describeOnLinux(`a tree of all that is odd (${COMPARED_BY})`, () => {
  const name = 'comes back exactly, also over an older one, for somebody whom modes bind';
  const body = async (): Promise<void> => {
    using trip = newTrip(BOUND_USER);
    await trip.save((tree) => {
      mkdirSync(tree);
      makeOddTree(tree);
      makeDeepest(tree);
    });
    await trip.restore();
    trip.expectSame();
    // Read-only folders have to be opened, and closed again.
    await trip.save((tree) => {
      const inner = join(tree, 'read-only/inner');
      for (const path of [join(tree, 'read-only'), inner]) chmodSync(path, 0o755);
      rmSync(join(inner, 'file'));
      writeFileSync(join(inner, 'other'), 'new', { mode: 0o400 });
      for (const path of [inner, join(tree, 'read-only')]) chmodSync(path, 0o555);
      chmodSync(join(tree, 'tool'), 0o555);
      appendFileSync(join(tree, 'src/large'), 'more');
      execFileSync('mv', [join(tree, 'src/empty'), join(tree, 'src/cafe\u0301.d/now here')]);
    });
    await trip.restore();
    trip.expectSame();
  };
  if (canBeBound) test(name, body, MINUTES);
  else test.skip(`${name} (skipped: user ${BOUND_USER ?? ''} may not read dist/)`, body);

  test('has no longer names than a disk takes', () => {
    // What the disk refuses need not be kept; the longest that it takes are in the tree.
    expect(() => {
      writeFileSync(join(tempDir(), 'n'.repeat(300)), '');
    }).toThrow('ENAMETOOLONG');
  });
});

/** Names of 250 characters in 15 levels: with the folder above them nearly all that a path may have. */
function makeDeepest(tree: string): void {
  const names = Array.from({ length: 15 }, (_, i) => String(i % 10).repeat(250));
  const folders = join(tree, ...names.slice(0, -1));
  mkdirSync(folders, { recursive: true });
  writeFileSync(join(folders, names.at(-1) ?? ''), 'deepest');
}

describeOnLinux(`a file of more than 2 GB (${COMPARED_BY})`, () => {
  const SIZE = 2 ** 31 + 12_345;

  test(
    'comes back exactly',
    async () => {
      using trip = newTrip();
      await trip.save((tree) => {
        mkdirSync(tree);
        writeSparse(join(tree, 'image'), SIZE);
      });
      await trip.restore();
      expect(statSync(join(trip.target, 'image')).size).toBe(SIZE);
      trip.expectSame();
    },
    5 * MINUTES,
  );
});

/** A megabyte of noise in every sixteen, up to the end; the rest takes no room. */
function writeSparse(file: string, size: number): void {
  const descriptor = openSync(file, 'w');
  const noise = randomBytes(2 ** 20);
  for (let at = 0; at < size; at += 2 ** 24) {
    noise.writeDoubleLE(at);
    writeSync(descriptor, noise, 0, Math.min(noise.length, size - at), at);
  }
  closeSync(descriptor);
  truncateSync(file, size);
}

describeOnLinux('80,000 files', () => {
  const FOLDERS = 800;
  const FILES = 100;

  test(
    'of which none changed take at most three requests and no upload to save',
    async () => {
      await using proxy = await startFaultProxyApart({
        upstream: process.env['CAFS_TEST_REGISTRY'] ?? '',
      });
      const [, ...path] = freshRepository().split('/');
      const [place, machine] = [tempDir(), tempDir()];
      const job = {
        checkout: { folder: place, sha: 'a'.repeat(40) },
        machine,
        inputs: { remote: [proxy.host, ...path].join('/'), path: 'out' },
      };
      const before = await runMain(job);
      for (let folder = 0; folder < FOLDERS; folder += 1) {
        const dir = join(place, 'out', `folder-${folder}`);
        mkdirSync(dir, { recursive: true });
        for (let file = 0; file < FILES; file += 1)
          writeFileSync(join(dir, `file-${file}.txt`), `${folder} ${file}\n`);
      }
      const saved = await runPost(job, before);
      expect(saved.stdout).toContain('out: saved, 80,000 files');

      const main = await runMain(job);
      expect(main.outputs).toMatchObject({ 'cache-hit': 'true', 'restored-files': '80000' });
      expect(main.stdout).toContain('80,000 files, 0 written (0 B)');
      const count = (await proxy.journal()).entries.length;
      const post = await runPost(job, main);
      const made = (await proxy.journal()).entries.slice(count);
      expect(made.length).toBeLessThanOrEqual(3);
      expect(made.every(({ method, requestBytes }) => method !== 'PUT' && requestBytes === 0)).toBe(
        true,
      );
      // It tells the same of itself.
      expect(traffic(post)).toEqual({ requests: made.length, up: '0 B' });
      expect(post.stdout).toMatch(
        /^Nothing changed: no content was uploaded\. 1 path with 80,000 files \(.*\); /m,
      );
      expect(post.outputs).toMatchObject({ saved: 'false', 'uploaded-bytes': '0' });
      const took = { saved, main, post };
      for (const [step, { seconds }] of Object.entries(took))
        expect([step, seconds < 60]).toEqual([step, true]);
    },
    5 * MINUTES,
  );
});
