import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { Index } from '../../src/store/entry-index.ts';
import type { SnapshotSubtree } from '../../src/sync/config.ts';
import { type MoveOptions, type Moved, moveTag } from '../../src/sync/move-tag.ts';
import type { Draft } from '../../src/sync/publish.ts';
import { type Snapshot, ancestorsOf, readSnapshot } from '../../src/sync/snapshot.ts';
import { KINDS, publish, useSync } from './support.ts';

const { tempDir, remote: openRemote } = useSync();

/** Short, so that the tests are. */
const WINDOW = { windowMs: 400 };

function subtree(name: string): SnapshotSubtree {
  return { name, root: 'ws', folder: name, outputs: [], fingerprint: null, digest: '' };
}

describe.each(KINDS)('moving a tag (%s)', (kind) => {
  let remote: Remote;
  let options: MoveOptions;
  beforeEach(() => {
    remote = openRemote(kind);
    options = { ...WINDOW, blobs: Blobs.open(tempDir()) };
  });

  /** A snapshot that tells by its subtrees what went into it. */
  function draftOf(name: string, seen: Snapshot | undefined): Draft {
    const before = (seen?.config.subtrees ?? []).filter((one) => one.name !== name);
    const merged = seen && ancestorsOf([seen]);
    return {
      entries: new Index(),
      subtrees: [...before, subtree(name)],
      prefixes: [],
      annotations: {},
      merged: merged ?? [],
    };
  }

  async function namesAt(tag: string): Promise<string[]> {
    const snapshot = await readSnapshot(remote, tag, options);
    return (snapshot?.config.subtrees ?? []).map(({ name }) => name);
  }

  function add(name: string, more: Partial<MoveOptions> = {}): Promise<Moved> {
    return moveTag(remote, 'main', (seen) => Promise.resolve(draftOf(name, seen)), {
      ...options,
      ...more,
    });
  }

  /** Writes as somebody does who looked before anybody else wrote. */
  async function overwrite(name: string, before: Snapshot | undefined): Promise<void> {
    await publish(remote, draftOf(name, before), ['main']);
  }

  test('a tag that does not exist, and one that does', async () => {
    expect(await add('a')).toMatchObject({ isNew: true, config: { merged: [] } });
    const first = await remote.resolve('main');
    expect(await add('b')).toMatchObject({ isNew: true, config: { merged: [first!.digest] } });
    expect(await namesAt('main')).toEqual(['a', 'b']);
  });

  test('a snapshot that others have gone on from stands', async () => {
    let writes = 0;
    const onWritten = async (): Promise<void> => {
      writes += 1;
      await overwrite('theirs', await readSnapshot(remote, 'main', options));
    };
    await add('mine', { onWritten });
    expect(writes).toBe(1);
    expect(await namesAt('main')).toEqual(['mine', 'theirs']);
  });

  test('a sole writer does not look again', async () => {
    const onWritten = (): Promise<void> => overwrite('theirs', undefined);
    const { requests } = remote.stats;
    await add('mine', { onWritten, soleWriter: true });
    expect(await namesAt('main')).toEqual(['theirs']);
    expect(remote.stats.requests).toBeGreaterThan(requests);
  });

  test('a tag that somebody deletes meanwhile stays deleted', async () => {
    await add('mine', {
      onWritten: async () => remote.delete((await remote.resolve('main'))!.digest),
    });
    expect(await remote.resolve('main')).toBeUndefined();
  });

  test('a tag that moves before the write is read again', async () => {
    let looks = 0;
    const moved = await moveTag(
      remote,
      'main',
      async (seen) => {
        looks += 1;
        if (looks === 1) await overwrite('theirs', undefined);
        return draftOf('mine', seen);
      },
      options,
    );
    expect(moved.isNew).toBe(true);
    expect(looks).toBe(2);
    expect(await namesAt('main')).toEqual(['mine', 'theirs']);
  });

  test('nothing is written where nothing is proposed', async () => {
    await add('a');
    const at = await remote.resolve('main');
    const moved = await moveTag(remote, 'main', () => Promise.resolve(undefined), options);
    expect(moved).toMatchObject({ snapshot: at!.digest, config: { merged: [] }, isNew: false });
  });

  test('what was just seen is not looked at again before it is built on', async () => {
    await add('a');
    const { digest: at } = (await remote.resolve('main'))!;
    const seen = await readSnapshot(remote, 'main', options);
    const { requests } = remote.stats;
    await moveTag(remote, 'main', () => Promise.resolve(undefined), {
      ...options,
      first: { at, seen },
    });
    expect(remote.stats.requests).toBe(requests);
    await add('b');
    await add('c', { first: { at, seen } });
    expect(await namesAt('main')).toEqual(['a', 'b', 'c']);
  });

  test('what cannot be read stays, unless it is to be replaced', async () => {
    const config = Buffer.from('{}');
    await remote.putBlob(digestOf(config), config);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const other = {
      schemaVersion: 2,
      mediaType,
      config: { mediaType: 'application/json', digest: digestOf(config), size: 2 },
      layers: [],
    };
    await remote.putManifest(Buffer.from(JSON.stringify(other)), mediaType, ['main']);
    await expect(add('mine')).rejects.toMatchObject({ code: 'NOT_A_SNAPSHOT' });
    await add('mine', { replaces: (error) => error instanceof CafsError });
    expect(await namesAt('main')).toEqual(['mine']);
  });

  test('many at the same time lose nothing', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `writer ${String(i)}`);
    await Promise.all(names.map((name) => add(name)));
    expect(await namesAt('main')).toEqual(names);
  });

  // In a layout a tag is compared and moved in one step: there is nothing to wait for.
  if (kind === 'layout') return;

  test('a snapshot that was overwritten is merged into what overwrote it', async () => {
    let writes = 0;
    const onWritten = async (): Promise<void> => {
      writes += 1;
      if (writes === 1) await overwrite('theirs', undefined);
    };
    await add('mine', { onWritten });
    expect(writes).toBe(2);
    expect(await namesAt('main')).toEqual(['mine', 'theirs']);
  });

  test('it ends when it is told to', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    const { signal } = controller;
    await expect(add('mine', { windowMs: 60_000, signal })).rejects.toBe(reason);
  });
});
