import { expect, test } from '@jest/globals';

import { open, openRemote } from '../../src/index.ts';
import type { Journal } from '../support/fault-proxy/journal.ts';
import { rounds } from '../support/scale.ts';
import { usePlaces } from './places.ts';
import { type Kept, expectHolds, putAll } from './plain.ts';
import { Random } from './random.ts';
import { type Anatomy, anatomyOf } from './snapshot-reader.ts';
import { requestsOf } from './traffic.ts';
import { type Day, deadShare, live } from './year.ts';

const { tempDir, startProxy, repository } = usePlaces();

const FILES = rounds(500, 5000);
const DAYS = rounds(45, 365);

/** Packs that are too few of a size, or too new, to be joined. */
const LOOSE_PACKS = 24;

async function anatomyAt(reference: string): Promise<Anatomy> {
  const remote = openRemote(reference, { cwd: '/' });
  try {
    return await anatomyOf(remote, 'main');
  } finally {
    await remote.close();
  }
}

test(
  `after ${DAYS} pushes of ${FILES} files, 2% of them changed each time, a snapshot is as compact as a fresh one`,
  async () => {
    const proxy = await startProxy();
    const [old, fresh] = [repository(proxy), repository(proxy)];
    const tree = new Map<string, Kept>();
    const days: Day[] = [];
    const remote = openRemote(old.direct, { cwd: '/' });
    const random = new Random('year');
    await using store = await open('demo:main', { cacheDir: tempDir(), remote: old.remote });
    const life = { store, proxy, remote, random, files: FILES, days: DAYS };
    for await (const day of live(life, tree)) {
      days.push(day);
      expect(day.segments).toBeLessThanOrEqual(8);
      expect(day.packs).toBeLessThanOrEqual(LOOSE_PACKS);
      expect(deadShare(day)).toBeLessThanOrEqual(0.2);
      expect(day.entries).toBe(tree.size);
    }
    await remote.close();
    const last = days.at(-1)!;
    expect(last.day).toBe(DAYS);
    // Nearly all of what was pushed is dead by now, if nobody has tidied up.
    const changed = days.reduce((sum, day) => sum + day.changed, 0);
    expect(changed).toBeGreaterThan(rounds(1.5, 7) * days[0]!.changed);

    await using another = await open('fresh:main', { cacheDir: tempDir(), remote: fresh.remote });
    await putAll(another, tree);
    await another.push({ soleWriter: true });
    const newest = await anatomyAt(fresh.direct);
    expect(newest).toMatchObject({ segments: 1, entries: tree.size });
    expect(deadShare(newest)).toBeLessThan(0.001);

    const restore = (from: string): Promise<Journal> =>
      requestsOf(proxy, async () => {
        await using reader = await open('reader:main', { cacheDir: tempDir(), remote: from });
        await reader.pull({ contents: true });
        await expectHolds(reader, tree);
      });
    const [restored, least] = [await restore(old.remote), await restore(fresh.remote)];
    const sent = days.slice(1).reduce((sum, day) => sum + day.sent, 0);
    const news = days.slice(1).reduce((sum, day) => sum + day.changed, 0);
    process.stdout.write(
      `after ${DAYS} pushes: ${last.segments} segments, ${last.packs} packs (fresh: ${newest.packs}), ` +
        `${(100 * deadShare(last)).toFixed(1)}% dead; ${(sent / news).toFixed(2)} bytes were sent for each ` +
        `that had changed (first push: ${(days[0]!.sent / days[0]!.changed).toFixed(2)}); a restore takes ` +
        `${restored.count()} requests and ${restored.received()} bytes (fresh: ${least.count()} and ${least.received()})\n`,
    );
    expect(restored.received()).toBeLessThan(1.3 * least.received());
    // One for each segment and each pack: nothing comes in pieces.
    const more = last.segments - newest.segments + last.packs - newest.packs;
    expect(restored.count()).toBeLessThanOrEqual(least.count() + more);
  },
  rounds(120_000, 900_000),
);
