import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { type Store, open, openRemote, parseManifest } from '../../src/index.ts';
import type { FaultProxy } from '../support/fault-proxy/proxy.ts';
import { rounds } from '../support/scale.ts';
import { KillSwitch, MOMENTS, type Moment } from './kill-switch.ts';
import { type Place, usePlaces } from './places.ts';
import { type Kept, type Plain, expectHolds, putAll, summaryOf } from './plain.ts';
import { Random } from './random.ts';
import { useStoreProcesses } from './store-processes.ts';
import { bytesAddedTo, requestsOf, storedBlobs } from './traffic.ts';

// Processes end before the proxies that they are connected to.
const startStore = useStoreProcesses();
const { tempDir, startProxy, layout, repository, heldBy } = usePlaces();

const MIB = 1024 * 1024;

/** All that a push sends besides packs has fewer bytes; a pack has more. */
const INDEX_BYTES = 64 * 1024;

/** Requests from one that is the last to the next that is. */
const STEP = rounds(4, 1);

const TIMEOUT = rounds(60_000, 900_000);
const PACK = 'application/vnd.cafs.snapshot.pack.v1';

/** What a push does that is killed. */
interface Scenario {
  readonly name: string;
  readonly tags: readonly string[];
  /** The tags point to an older snapshot. */
  readonly isOnTop: boolean;
  /** Bytes of contents that are new. */
  readonly bytes: number;
}

const SCENARIOS: readonly Scenario[] = [
  // In full, more than fits one pack.
  { name: 'the first push', tags: ['main'], isOnTop: false, bytes: rounds(2, 40) * MIB },
  { name: 'a push on top of an old snapshot', tags: ['main'], isOnTop: true, bytes: 2 * MIB },
  {
    name: 'a push to two tags at once, one of them new',
    tags: ['main', 'new'],
    isOnTop: true,
    bytes: 2 * MIB,
  },
];

/** A store that is about to push. */
interface Prepared {
  readonly cacheDir: string;
  /** What the tags that are there hold. */
  readonly old: Plain | undefined;
  readonly next: Plain;
}

/** Writes the store of a scenario, with everything but the push that is killed. */
async function prepare(scenario: Scenario, { direct }: Place, random: Random): Promise<Prepared> {
  const cacheDir = tempDir();
  await using store = await open('demo:main', { cacheDir, remote: direct });
  const entries = new Map<string, Kept>();
  const put = async (some: Iterable<readonly [string, Kept]>): Promise<void> => {
    await putAll(store, some);
    for (const [key, kept] of some) entries.set(key, kept);
  };
  let old: Plain | undefined;
  if (scenario.isOnTop) {
    await put(filesOf(random, 'old', 30_000));
    await store.push({ soleWriter: true });
    old = new Map(entries);
    store.delete('old/2');
    entries.delete('old/2');
    await put([['old/3', { bytes: random.noise(100), meta: 'changed' }]]);
  }
  await put(filesOf(random, 'new', scenario.bytes));
  return { cacheDir, old, next: entries };
}

/** Files that have so many bytes together, small ones and large ones. */
function filesOf(random: Random, folder: string, bytes: number): [string, Kept][] {
  const small: [string, Kept][] = Array.from({ length: 20 }, (_, i) => [
    `${folder}/${i}`,
    { bytes: random.noise(500), meta: { mode: 0o644, i } },
  ]);
  const large: [string, Kept][] = Array.from({ length: 4 }, (_, i) => [
    `${folder}/large-${i}`,
    { bytes: random.noise(Math.floor(bytes / 4)) },
  ]);
  return [...small, ...large];
}

/** Tells which snapshot a tag points to: it must be one of both, whole. */
async function whichIsAt(
  { direct }: Place,
  tag: string,
  { old, next }: Prepared,
): Promise<'old' | 'new'> {
  const held = await heldBy(direct, tag);
  // Of two tags, one is new.
  const before = old !== undefined && tag === 'main' ? summaryOf(old) : undefined;
  const after = summaryOf(next);
  expect([before, after]).toContainEqual(held);
  return held !== undefined && 'new/0' in held ? 'new' : 'old';
}

/** The packs that tags need, with their sizes in bytes. */
async function packsOf({ direct }: Place, tags: readonly string[]): Promise<Map<string, number>> {
  const remote = openRemote(direct, { cwd: '/' });
  try {
    const manifests = await Promise.all(tags.map((tag) => remote.getManifest(tag)));
    const layers = manifests.flatMap((manifest) => parseManifest(manifest!.bytes).layers);
    return new Map(
      layers.filter((layer) => layer.mediaType === PACK).map(({ digest, size }) => [digest, size]),
    );
  } finally {
    await remote.close();
  }
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

describe('a process that is killed while it pushes', () => {
  const killer = new KillSwitch();
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await startProxy({ layers: [() => killer.layer] });
  });

  describe.each(SCENARIOS)('$name', (scenario) => {
    test(
      `at ${STEP === 1 ? 'every' : 'a'} request: the tag is the old or the new snapshot, and nothing is sent twice`,
      async () => {
        const seen = new Set<string>();
        let kills = 0;
        let last = 0;
        for (const [turn, moment] of rounds<readonly Moment[]>(['after'], MOMENTS).entries()) {
          // Each sweep of a small run meets other requests.
          for (let index = 1 + (SCENARIOS.indexOf(scenario) % STEP); ; index += STEP) {
            const random = new Random(`${scenario.name} ${turn} ${index}`);
            const wasKilled = await pushAndKill(scenario, { index, moment }, random, seen);
            last = Math.max(last, index);
            if (!wasKilled) break;
            kills += 1;
          }
        }
        process.stdout.write(
          `${scenario.name}: killed ${kills} times, at up to ${last} requests\n`,
        );
        expect(kills).toBeGreaterThan(rounds(2, 15));
        expect(seen).toEqual(new Set(['old', 'new']));
      },
      TIMEOUT,
    );
  });

  /** One push that is killed and one that is not; gives whether there was such a request at all. */
  async function pushAndKill(
    scenario: Scenario,
    { index, moment }: { readonly index: number; readonly moment: Moment },
    random: Random,
    seen: Set<string>,
  ): Promise<boolean> {
    const place = repository(proxy);
    const prepared = await prepare(scenario, place, random);
    const { cacheDir, next } = prepared;
    const { remote } = place;
    const { tags } = scenario;
    const before = tags.includes('main') && scenario.isOnTop ? await packsOf(place, ['main']) : [];
    const old = new Set([...before].map(([digest]) => digest));

    const process = startStore({ namespace: 'demo:main', cacheDir, remote });
    await process.ready();
    killer.arm({ index, moment, kill: () => process.kill() });
    const wasKilled = await process.ask({ do: 'push', tags }).then(
      () => false,
      () => true,
    );
    expect(wasKilled).toBe(killer.seen >= index);
    const arrived = await killer.arrived();
    killer.disarm();
    await process.kill();

    for (const tag of tags) seen.add(await whichIsAt(place, tag, prepared));

    await using store = await open('demo:main', { cacheDir, remote });
    await expectHolds(store, next);
    const pushing = await requestsOf(proxy, () => store.push(...tags, { soleWriter: true }));
    for (const tag of tags) expect(await heldBy(place.direct, tag)).toEqual(summaryOf(next));

    const packs = await packsOf(place, tags);
    const stored = [...arrived, ...storedBlobs(pushing)];
    const news = [...packs.keys()].filter((digest) => !old.has(digest));
    expect(stored.filter((digest) => packs.has(digest)).sort()).toEqual(news.sort());
    const missing = news.filter((digest) => !arrived.includes(digest));
    expect(pushing.sent()).toBeLessThan(
      sum(missing.map((digest) => packs.get(digest) ?? 0)) + INDEX_BYTES,
    );
    return wasKilled;
  }
});

describe('a process that is killed while it pushes to a layout', () => {
  test(
    'at any moment: the tag is the old or the new snapshot, and nothing is written twice',
    async () => {
      const random = new Random('layout');
      const seen = new Set<string>();
      const scenario: Scenario = {
        name: 'layout',
        tags: ['main', 'new'],
        isOnTop: true,
        bytes: 2 * MIB,
      };
      let most = 200;
      for (let round = 0; round < rounds(4, 60); round += 1) {
        const place = layout();
        const prepared = await prepare(scenario, place, random.of(round));
        const { cacheDir, next } = prepared;
        const process = startStore({ namespace: 'demo:main', cacheDir, remote: place.remote });
        await process.ready();
        const begin = performance.now();
        const pushing = process.ask({ do: 'push', tags: scenario.tags }).then(
          () => performance.now() - begin,
          () => undefined,
        );
        // The first one shows how long it takes.
        if (round > 0) {
          await sleep(random.share() * most);
          await process.kill();
        }
        const took = await pushing;
        if (took !== undefined) most = took;
        await process.kill();
        for (const tag of scenario.tags) {
          if (round > 0) seen.add(await whichIsAt(place, tag, prepared));
        }
        const blobs = join(place.direct.slice('oci:'.length), 'blobs');
        const files = identitiesIn(blobs);
        await using store: Store = await open('demo:main', { cacheDir, remote: place.remote });
        const added = await bytesAddedTo(blobs, () => store.push(...scenario.tags));
        for (const tag of scenario.tags) {
          expect(await heldBy(place.remote, tag)).toEqual(summaryOf(next));
        }
        const packs = await packsOf(place, scenario.tags);
        const missing = [...packs].filter(([digest]) => !files.has(digest.slice(7)));
        expect(added).toBeLessThan(sum(missing.map(([, size]) => size)) + INDEX_BYTES);
        const now = identitiesIn(blobs);
        for (const [name, identity] of files) expect(now.get(name)).toBe(identity);
      }
      if (rounds(false, true)) expect(seen).toEqual(new Set(['old', 'new']));
    },
    TIMEOUT,
  );
});

/** Which file each blob of a layout is, by its name. */
function identitiesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((file) => file.isFile())
      .map(({ name, parentPath }) => {
        const { ino, mtimeNs } = statSync(join(parentPath, name), { bigint: true });
        return [name, `${ino} ${mtimeNs}`];
      }),
  );
}
