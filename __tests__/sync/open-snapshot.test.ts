import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { openSnapshot } from '../../src/sync/open-snapshot.ts';
import type { Snapshot } from '../../src/sync/snapshot.ts';
import { writeTree } from '../support/files.ts';
import { KINDS, SpyRemote, areaOf, readAt, saveAs, useSync } from './support.ts';

const { tempDir, remote: openRemote } = useSync();

describe.each(KINDS)('opening a snapshot (%s)', (kind) => {
  let spy: SpyRemote;
  let cacheDir: string;
  let snapshot: Snapshot;
  beforeEach(async () => {
    spy = new SpyRemote(openRemote(kind));
    cacheDir = tempDir();
    const source = tempDir();
    writeTree(source, { 'a/one': 'one', 'a/two': 'two' });
    await saveAs(spy, 'main', [areaOf(source)]);
    snapshot = await readAt(spy, 'main', cacheDir);
    spy.gets.length = 0;
  });

  const segment = (): string => snapshot.manifest.layers[0]!.digest;

  test('fetches the index once, and no content', async () => {
    const store = await openSnapshot(spy, snapshot, { cacheDir });
    expect([...store.list('ws/a')].map(([key]) => key)).toEqual(['one', 'two']);
    expect(store.root()).toBe(snapshot.config.root);
    await openSnapshot(spy, snapshot, { cacheDir });
    expect(spy.gets).toEqual([segment()]);
  });

  test('its store gets contents from the remote, once', async () => {
    const store = await openSnapshot(spy, snapshot, { cacheDir });
    expect((await store.get('ws/a/one')).toString()).toBe('one');
    expect((await store.get('ws/a/one')).toString()).toBe('one');
    expect(spy.gets).toHaveLength(2);
  });

  test('a damaged index on disk is fetched again', async () => {
    const store = await openSnapshot(spy, snapshot, { cacheDir });
    const folder = join(cacheDir, 'index');
    const [file] = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    writeFileSync(join(file!.parentPath, file!.name), 'damaged');
    const again = await openSnapshot(spy, snapshot, { cacheDir });
    expect([...again.list()]).toEqual([...store.list()]);
    // Its segment is kept for itself.
    expect(spy.gets).toEqual([segment()]);
  });
});
