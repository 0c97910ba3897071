import { expect, test } from '@jest/globals';

import { CafsError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';
import { ALONE, keysOf, useMachines } from './machines.ts';

const { remote, tempDir, machine, remoteWith, at, keysAt, lose } = useMachines();

const MENDING = { repair: true, skipLost: true, ...ALONE };

const packOf = (store: Store, key: string) => store.stat(key)!.location!.frames[0]!.pack.digest;

test('what was left out as lost is pushed when it is put again', async () => {
  const [owner, store] = [machine(), machine()];
  await owner.put('lost', 'content');
  await owner.push(ALONE);
  await store.pull();
  lose(store.stat('lost')!.location!.frames[0]!.pack.digest);
  await store.put('b', 'b');
  await store.push({ skipLost: true, ...ALONE });
  expect(keysOf(store)).toEqual(['b']);
  await store.put('lost', 'content');
  await store.push(ALONE);
  expect(await at('main')).toEqual({ b: 'b', lost: 'content' });
  await store.pull();
  expect(keysOf(store)).toEqual(['b', 'lost']);
});

test('machines of which each has what the others have lost mend it together', async () => {
  const [a, b] = [machine(), machine()];
  await a.put('a', 'of a');
  await a.push(ALONE);
  await b.pull();
  await b.put('b', 'of b');
  await b.push(ALONE);
  await a.pull();
  lose(b.stat('a')!.location!.frames[0]!.pack.digest);
  lose(a.stat('b')!.location!.frames[0]!.pack.digest);
  for (const store of [a, b]) await store.put('more', 'm');
  await a.push({ repair: true, skipLost: true, ...ALONE });
  await b.push({ repair: true, skipLost: true, ...ALONE });
  await a.push(ALONE);
  expect(await at('main')).toEqual({ a: 'of a', b: 'of b', more: 'm' });
});

test('a push that leaves out what is lost, and fails, keeps what is known of the tag', async () => {
  let isDown = false;
  const failing = remoteWith({
    putManifest: (inner, ...args) =>
      isDown ? Promise.reject(new CafsError('UNREACHABLE', 'down')) : inner.putManifest(...args),
  });
  const [owner, store] = [machine(), machine({ at: failing })];
  await owner.put('lost', 'l');
  await owner.push(ALONE);
  await owner.put('changed', '1');
  await owner.put('gone', 'g');
  await owner.push(ALONE);
  await store.pull();
  await owner.put('changed', '2');
  await owner.push(ALONE);
  lose(packOf(store, 'lost'));
  store.delete('gone');
  await store.put('more', 'm');
  isDown = true;
  await expect(store.push(MENDING)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  isDown = false;
  await store.push(MENDING);
  expect(await at('main')).toEqual({ changed: '2', more: 'm' });
});

test.each(['a new snapshot', 'the one that is there'])(
  'a push that leaves out what is lost keeps what is known of another tag: %s',
  async (which) => {
    const [owner, store, other] = [
      machine({ tag: 'a' }),
      machine({ tag: 'a' }),
      machine({ tag: 'b' }),
    ];
    await owner.put('lost', 'l');
    await owner.push(ALONE);
    await owner.put('changed', '1');
    await owner.put('gone', 'g');
    await owner.push(ALONE);
    await store.pull();
    await store.push('b', ALONE);
    await other.pull();
    await other.put('changed', '2');
    await other.push(ALONE);
    lose(packOf(store, 'lost'));
    if (which === 'a new snapshot') {
      await store.put('more', 'm');
    } else {
      const mender = machine({ tag: 'a' });
      await mender.pull();
      await mender.put('more', 'm');
      await mender.push(MENDING);
      await store.pull();
      await store.put('more', 'm');
    }
    await store.push('a', MENDING);
    expect(keysOf(store)).not.toContain('lost');
    store.delete('gone');
    await store.push('b', MENDING);
    expect(await at('b')).toEqual({ changed: '2', more: 'm' });
  },
);

test('a repair that moves nothing does not make a change of what was pulled', async () => {
  const [owner, store, other] = [
    machine({ tag: 'a' }),
    machine({ tag: 'a' }),
    machine({ tag: 'b' }),
  ];
  await owner.put('k', '0');
  await owner.push(ALONE);
  await store.pull();
  await store.push('b', ALONE);
  await owner.put('k', '1');
  await owner.push(ALONE);
  await store.pull();
  await other.pull();
  await other.put('k', '2');
  await other.push(ALONE);
  await store.push('a', { repair: true, ...ALONE });
  await store.put('more', 'm');
  await store.push('b', ALONE);
  expect(await at('b')).toEqual({ k: '2', more: 'm' });
});

test('what a process leaves out takes nothing of what another of the same store pushes meanwhile', async () => {
  let upload: (() => Promise<unknown>) | undefined;
  const slow = remoteWith({
    putBlob: async (inner, ...args) => {
      const first = upload;
      upload = undefined;
      await first?.();
      return inner.putBlob(...args);
    },
  });
  const owner = machine();
  await owner.put('lost', 'l');
  await owner.push(ALONE);
  await owner.put('theirs', 't');
  await owner.push(ALONE);
  const cacheDir = tempDir();
  const [mender, store] = [machine({ cacheDir }), machine({ cacheDir, at: slow })];
  await mender.pull();
  await store.put('mine', '1');
  await store.put('gone', 'g');
  upload = async () => {
    const pack = mender.stat('lost')!.location!.frames[0]!.pack;
    const bytes = await remote().getBlob(pack);
    lose(pack.digest);
    await mender.put('more', 'm');
    await mender.push(MENDING);
    // The other process brings it on its way.
    await remote().putBlob(pack.digest, bytes);
  };
  await store.push('other', ALONE);
  const other = machine({ tag: 'other' });
  await other.pull();
  await other.put('mine', '2');
  other.delete('gone');
  await other.push(ALONE);
  await store.put('new', 'n');
  await store.push('other', MENDING);
  const seen = await at('other');
  expect(seen).toMatchObject({ mine: '2', new: 'n' });
  expect(seen).not.toHaveProperty('gone');
  expect(await keysAt('main')).not.toContain('lost');
});
