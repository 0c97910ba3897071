import { expect, test } from '@jest/globals';

import type { Remote } from '../../src/oci/remote.ts';
import { ALONE, contentsOf, useMachines } from './machines.ts';

const { tempDir, machine, remoteWith, at } = useMachines();

/** A remote whose next write of a manifest waits until it is let go. */
function held(): { remote: Remote; reached: Promise<unknown>; letGo: () => void } {
  const { promise: gate, resolve } = Promise.withResolvers<unknown>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<unknown>();
  const remote = remoteWith({
    putManifest: async (inner, ...args) => {
      reach(undefined);
      await gate;
      return inner.putManifest(...args);
    },
  });
  return {
    remote,
    reached,
    letGo: () => {
      resolve(undefined);
    },
  };
}

test('a push that waits for another one can be stopped, and the next still waits', async () => {
  const { remote, reached, letGo } = held();
  const store = machine({ at: remote });
  await store.put('a', '1');
  const ends: string[] = [];
  const first = store.push(ALONE).then(() => ends.push('first'));
  await reached;
  const stop = new AbortController();
  const second = store.push({ ...ALONE, signal: stop.signal });
  const third = store.push(ALONE).then(() => ends.push('third'));
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  expect(ends).toEqual([]);
  letGo();
  await Promise.all([first, third]);
  expect(ends).toEqual(['first', 'third']);
  expect(await at('main')).toEqual({ a: '1' });
});

test('close waits for a push that is under way, and for those that wait for it', async () => {
  const { remote, reached, letGo } = held();
  const cacheDir = tempDir();
  const store = machine({ at: remote, cacheDir });
  await store.put('a', '1');
  const pushes = [store.push(ALONE), store.push('other', ALONE)];
  await reached;
  let isClosed = false;
  const closing = store.close().then(() => (isClosed = true));
  await expect(store.put('b', '2')).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(store.push(ALONE)).rejects.toMatchObject({ code: 'CLOSED' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isClosed).toBe(false);
  letGo();
  await Promise.all([...pushes, closing]);
  expect(await at('main')).toEqual({ a: '1' });
  expect(await at('other')).toEqual({ a: '1' });
});

test('what is returned without being awaited is waited for by "await using"', async () => {
  const other = machine();
  await other.put('theirs', 't');
  await other.push(ALONE);
  const cacheDir = tempDir();
  const pushed = async (): Promise<void> => {
    await using store = machine({ cacheDir, at: remoteWith({}) });
    await store.put('mine', 'm');
    // eslint-disable-next-line @typescript-eslint/return-await -- that is what is tried here
    return store.push(ALONE);
  };
  await pushed();
  expect(await at('main')).toEqual({ mine: 'm', theirs: 't' });
  const pulled = async (): Promise<boolean> => {
    await using store = machine({ cacheDir, at: remoteWith({}) });
    // eslint-disable-next-line @typescript-eslint/return-await -- that is what is tried here
    return store.pull({ contents: true });
  };
  expect(await pulled()).toBe(true);
  expect(await contentsOf(machine({ cacheDir }))).toEqual({ mine: 'm', theirs: 't' });
});
