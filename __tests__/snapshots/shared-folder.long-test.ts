import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import pMap from 'p-map';

import { messageOf } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import { hooked } from '../sync/hooked-remote.ts';
import { ALONE, contentsOf, useMachines } from '../sync/machines.ts';
import { Random } from './random.ts';

const SCENARIOS = 24;
/** More of them would keep the disk so busy that writers come too late again and again. */
const AT_ONCE = 8;
const ROUNDS = 3;
const TAGS = ['main', 'other'];

const { tempDir, machine } = useMachines();

/**
 * Four stores, two of them with the same folder and namespace, as two steps of one job have: each puts and deletes keys
 * of its own, and all push to two tags at the same time, without a pull.
 */
async function scenario(name: string): Promise<void> {
  const folder = join(tempDir(), 'remote');
  // As in a registry, a tag is moved wherever it points by then.
  const remote = () => hooked(openRemote(`oci:${folder}`, { cwd: '/' }));
  const folders = [tempDir(), tempDir()];
  const stores = [0, 1, 0, 1].map((i) =>
    machine({ at: remote(), cacheDir: folders[i]!, windowMs: 1000 }),
  );
  const expected = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      stores.map(async (store, i) => {
        const random = new Random(`${name} ${String(round)} ${String(i)}`);
        for (let change = 0; change < 2; change += 1) {
          const key = `${String(i)} ${String(random.below(3))}`;
          if (random.chance(0.35)) {
            store.delete(key);
            expected.delete(key);
          } else {
            const value = `${String(round)} ${String(change)}`;
            expected.set(key, value);
            await store.put(key, value);
          }
        }
        await store.sync();
        await store.push(...TAGS);
      }),
    );
  }
  for (const store of stores) {
    await store.sync();
    await store.push(...TAGS, ALONE);
  }
  for (const tag of TAGS) {
    const seen = machine({ at: remote(), tag });
    await seen.pull();
    const holds = Object.fromEntries(expected);
    expect({ name, tag, holds: await contentsOf(seen) }).toEqual({ name, tag, holds });
  }
}

test('stores that share folders and tags lose no change of any of them', async () => {
  const names = Array.from({ length: SCENARIOS }, (_, i) => `shared ${String(i)}`);
  const failed: string[] = [];
  const run = (name: string): Promise<unknown> =>
    scenario(name).catch((error: unknown) => failed.push(messageOf(error)));
  await pMap(names, run, { concurrency: AT_ONCE });
  expect(failed).toEqual([]);
}, 300_000);
