import { beforeEach, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Location } from '../../src/location.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { Blobs } from '../../src/store/blobs.ts';
import type { Entry } from '../../src/store/entry.ts';
import { Index } from '../../src/store/entry-index.ts';
import type { Carrier } from '../../src/sync/segments.ts';
import { readIndex, readSnapshot, segmentsOf } from '../../src/sync/snapshot.ts';
import { publish, useSync } from './support.ts';

const { tempDir, remote: openRemote } = useSync();

const NOWHERE: Location = { frames: [], offset: 0 };

/** Digests that do not compress: a base of some size. */
function entry(name: string): Entry {
  return { digest: digestOf(name), size: 0, location: NOWHERE };
}

const KEYS = Array.from({ length: 3000 }, (_, i) => `key-${String(i)}`);

function indexOf(keys: readonly string[], suffix = ''): Index {
  return new Index(keys.map((key) => [key, entry(key + suffix)]));
}

let remote: Remote;
let blobs: Blobs;
beforeEach(() => {
  remote = openRemote('layout');
  blobs = Blobs.open(tempDir());
});

async function publishOnto(entries: Index, carrier?: Carrier): Promise<Carrier> {
  await publish(remote, { entries, subtrees: [], prefixes: [], annotations: {}, carrier }, [
    'main',
  ]);
  const snapshot = (await readSnapshot(remote, 'main', { blobs }))!;
  const index = await readIndex(remote, snapshot, { blobs });
  expect([...index.entries.range('')]).toEqual([...entries.range('')]);
  return { snapshot, index };
}

const segments = ({ snapshot }: Carrier): string[] =>
  segmentsOf(snapshot).map(({ digest }) => digest);

test('a change adds a segment, and where there would be more than 8 all changes are joined', async () => {
  const entries = indexOf(KEYS);
  let carrier = await publishOnto(entries);
  const [base] = segments(carrier);
  const counts: number[] = [];
  for (const [i, key] of KEYS.slice(0, 16).entries()) {
    entries.set(`new-${String(i)}`, entry(key));
    entries.delete(key);
    carrier = await publishOnto(entries.copy(), carrier);
    expect(segments(carrier)[0]).toBe(base);
    counts.push(segments(carrier).length);
  }
  expect(counts).toEqual([2, 3, 4, 5, 6, 7, 8, 2, 3, 4, 5, 6, 7, 8, 2, 3]);
});

test('no change adds none; many make a new base', async () => {
  const first = await publishOnto(indexOf(KEYS));
  const same = await publishOnto(indexOf(KEYS), first);
  expect(segments(same)).toEqual(segments(first));
  for (const changed of [indexOf(KEYS.slice(0, 2000)), indexOf(KEYS, ' changed')]) {
    const after = await publishOnto(changed, first);
    expect(segments(after)).toHaveLength(1);
    expect(segments(after)).not.toEqual(segments(first));
  }
});
