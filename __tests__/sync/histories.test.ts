import { describe, expect, test } from '@jest/globals';

import { CafsError, IntegrityError, NotFoundError } from '../../src/errors.ts';
import type { Hooks } from './hooked-remote.ts';
import { ALONE, contentsOf, keysOf, useMachines } from './machines.ts';

const { remote, tempDir, machine, remoteWith, at, keysAt, lose } = useMachines();

describe('what a store has merely pulled is no change of it', () => {
  test('in a tag that others have moved on since, though it is another one', async () => {
    const [one, other, pulls] = [
      machine({ tag: 'a' }),
      machine({ tag: 'a' }),
      machine({ tag: 'b' }),
    ];
    await one.put('p', 'p');
    await one.push('a', ALONE);
    await other.put('changed', '1');
    await other.put('gone', '1');
    await other.push('a', 'b', ALONE);
    await pulls.pull();
    await pulls.put('mine', '1');
    await pulls.push('a', 'b', ALONE);
    await other.put('changed', '2');
    other.delete('gone');
    await other.push('a', 'b', ALONE);
    await pulls.pull();
    await other.put('changed', '3');
    await other.put('gone', '3');
    await other.push('a', 'b', ALONE);
    await pulls.put('mine', '2');
    await pulls.push('a', 'b', ALONE);
    const all = { changed: '3', gone: '3', mine: '2' };
    expect([await at('a'), await at('b')]).toEqual([{ ...all, p: 'p' }, all]);
    await other.pull();
    expect(await contentsOf(other)).toEqual({ ...all, p: 'p' });
  });

  test.each(['the same store', 'another process'])('during a push: by %s', async (who) => {
    const cacheDir = tempDir();
    let upload: (() => Promise<unknown>) | undefined;
    const slow = remoteWith({
      putBlob: async (inner, ...args) => {
        const first = upload;
        upload = undefined;
        await first?.();
        return inner.putBlob(...args);
      },
    });
    const store = machine({ cacheDir, at: slow });
    const pulls = who === 'the same store' ? store : machine({ cacheDir });
    const other = machine();
    await store.put('mine', '0');
    await store.push(ALONE);
    await other.pull();
    await other.put('changed', '1');
    await other.put('gone', '1');
    await other.push(ALONE);
    await store.put('mine', '1');
    upload = () => pulls.pull();
    await store.push(ALONE);
    await store.sync();
    expect(keysOf(store)).toEqual(['changed', 'gone', 'mine']);
    await other.put('changed', '2');
    other.delete('gone');
    await other.push(ALONE);
    await store.put('mine', '2');
    await store.push(ALONE);
    expect(await at('main')).toEqual({ changed: '2', mine: '2' });
  });

  test('where the remote has lost it, and the tag holds what is newer', async () => {
    const [store, other] = [machine(), machine()];
    await other.put('x', '1');
    await other.push(ALONE);
    await store.pull();
    const [pack] = store.stat('x')!.location!.frames.map((frame) => frame.pack.digest);
    await other.put('x', '2');
    await other.push(ALONE);
    // The tag is begun anew, so that nobody knows what was there before.
    await remote().delete('main');
    const third = machine();
    await third.put('third', '3');
    await third.push(ALONE);
    await other.push(ALONE);
    lose(pack!);
    await store.put('mine', 'm');
    await store.push(ALONE);
    expect(await at('main')).toEqual({ mine: 'm', third: '3', x: '2' });
    await store.pull();
    expect(await contentsOf(store)).toEqual({ mine: 'm', third: '3', x: '2' });
  });
});

describe('what was written is known, however the push ended', () => {
  test.each(['is deleted', 'is changed by others'])('what %s then stays so', async (what) => {
    const stop = new AbortController();
    let stops = false;
    const stopping = remoteWith({
      putManifest: async (inner, ...args) => {
        const written = await inner.putManifest(...args);
        if (stops) stop.abort(new Error('stopped'));
        return written;
      },
    });
    const store = machine({ at: stopping });
    await store.put('a', 'a');
    await store.push(ALONE);
    stops = true;
    await store.put('k', '1');
    await expect(store.push({ signal: stop.signal })).rejects.toThrow('stopped');
    stops = false;
    if (what === 'is deleted') {
      store.delete('k');
      await store.push(ALONE);
      expect(await keysAt('main')).toEqual(['a']);
      await store.pull();
      expect(keysOf(store)).toEqual(['a']);
    } else {
      const other = machine();
      await other.pull();
      await other.put('k', '2');
      await other.push(ALONE);
      await store.put('a', 'b');
      await store.push(ALONE);
      expect(await at('main')).toEqual({ a: 'b', k: '2' });
    }
  });

  test('where two pushes of one store are asked for at once', async () => {
    const store = machine();
    await store.put('a', 'a');
    await store.put('k', 'k');
    const first = store.push(ALONE);
    store.delete('k');
    await Promise.all([first, store.push(ALONE)]);
    expect(await keysAt('main')).toEqual(['a']);
  });
});

describe('tags with histories of their own', () => {
  test.each(['pulls', 'pushes'])(
    'one that was begun anew takes nothing from who %s',
    async (how) => {
      const [busy, other] = [machine(), machine()];
      for (let i = 0; i < 130; i += 1) {
        await busy.put('run', String(i));
        await busy.push(ALONE);
      }
      await other.pull();
      await other.put('precious', 'p');
      await other.push(ALONE);
      await remote().delete('main');
      await busy.put('run', 'again');
      await busy.push(ALONE);
      if (how === 'pulls') {
        await other.pull();
        expect(keysOf(other)).toEqual(['precious', 'run']);
      }
      await other.put('more', 'm');
      await other.push(ALONE);
      expect(await keysAt('main')).toEqual(['more', 'precious', 'run']);
    },
  );

  test.each(['pulls', 'pushes'])(
    'one that was begun anew by who has a long history elsewhere takes nothing from who %s',
    async (how) => {
      const [store, busy] = [machine(), machine({ tag: 'busy' })];
      await store.put('precious', 'p');
      await store.push(ALONE);
      for (let i = 0; i < 130; i += 1) {
        await busy.put('run', String(i));
        await busy.push(ALONE);
      }
      await remote().delete('main');
      await busy.push('main', ALONE);
      if (how === 'pulls') {
        await store.pull();
        expect(keysOf(store)).toEqual(['precious', 'run']);
      }
      await store.put('more', 'm');
      await store.push(ALONE);
      expect(await keysAt('main')).toEqual(['more', 'precious', 'run']);
    },
  );

  test('one that got the very same snapshot as another takes nothing from who knew it before', async () => {
    // Were it too slow to write, it would look again, and name what it may have written.
    const [store, busy] = [machine(), machine({ windowMs: 60_000 })];
    await busy.put('run', 'first');
    await busy.push('main', 'busy', ALONE);
    await store.pull();
    await store.put('precious', 'p');
    await store.push(ALONE);
    for (let i = 0; i < 130; i += 1) {
      await busy.put('run', String(i));
      await busy.push('busy', ALONE);
    }
    await remote().delete('main');
    await busy.put('run', 'last');
    await busy.push('main', 'busy', ALONE);
    const digests = await Promise.all(['main', 'busy'].map((tag) => remote().resolve(tag)));
    expect(digests[0]).toEqual(digests[1]);
    await store.put('more', 'm');
    await store.push(ALONE);
    expect(await keysAt('main')).toEqual(['more', 'precious', 'run']);
  });

  test('a second one is known after many pushes to the first', async () => {
    const [store, other] = [machine({ tag: 'main' }), machine({ tag: 'release' })];
    await other.put('theirs', '1');
    await other.push(ALONE);
    await store.put('both', '1');
    await store.put('gone', '1');
    await store.push('main', 'release', ALONE);
    await other.pull();
    for (let i = 0; i < 20; i += 1) {
      await store.put('run', String(i));
      await store.push('main', ALONE);
    }
    other.delete('gone');
    await other.put('both', '2');
    await other.push(ALONE);
    await store.put('new', 'n');
    await store.push('release', ALONE);
    expect(await at('release')).toEqual({ both: '2', new: 'n', run: '19', theirs: '1' });
  });
});

describe('a repair replaces nothing for one answer', () => {
  const failing =
    (error: Error) =>
    (isWrong: () => boolean): Hooks => ({
      getBlob: (inner, ...args) => (isWrong() ? Promise.reject(error) : inner.getBlob(...args)),
    });
  const withoutManifest = (isWrong: () => boolean): Hooks => ({
    getManifest: (inner, ...args) =>
      isWrong() ? Promise.resolve(undefined) : inner.getManifest(...args),
  });

  test.each([
    ['that a blob is cut short', failing(new IntegrityError('cut short'))],
    ['that a blob is not there', failing(new NotFoundError('not there'))],
    ['that there is no manifest', withoutManifest],
  ])('%s', async (_, hooks) => {
    let wrongAnswers = 0;
    const messages: string[] = [];
    const store = machine({
      at: remoteWith(hooks(() => wrongAnswers > 0 && wrongAnswers-- > 0)),
      observer: (event) => {
        if (event.kind === 'warning') messages.push(event.message);
      },
    });
    const other = machine();
    await store.put('mine', 'm');
    await store.push(ALONE);
    await other.put('theirs', 't');
    await other.push(ALONE);
    wrongAnswers = 1;
    await store.push({ repair: true, ...ALONE });
    expect(wrongAnswers).toBe(0);
    expect(await keysAt('main')).toEqual(['mine', 'theirs']);
    expect(messages).toEqual([]);
  });

  test('and tells of what it replaces', async () => {
    const messages: string[] = [];
    const store = machine({
      observer: (event) => {
        if (event.kind === 'warning') messages.push(event.message);
      },
    });
    await store.put('mine', 'm');
    await store.push(ALONE);
    lose((await remote().resolve('main'))!.digest);
    await store.push({ repair: true, ...ALONE });
    expect(messages).toEqual([expect.stringContaining('main points to cannot be read')]);
    expect(await keysAt('main')).toEqual(['mine']);
  });
});

test('a repair of one tag leaves what is known of another: a deletion arrives there', async () => {
  const [store, other] = [machine(), machine({ tag: 'sound' })];
  await store.put('kept', 'k');
  await store.put('gone', 'g');
  await store.push('main', 'sound', ALONE);
  await other.pull();
  await store.put('more', 'm');
  await store.push('main', ALONE);
  lose((await remote().resolve('main'))!.digest);
  store.delete('gone');
  await store.push('main', 'sound', { repair: true, ...ALONE });
  expect(await keysAt('main')).toEqual(['kept', 'more']);
  await other.pull();
  expect(keysOf(other)).toEqual(['kept', 'more']);
});

test('a write that comes late takes nothing away that was written on top of others meanwhile', async () => {
  let late: (() => Promise<unknown>) | undefined;
  let writes = 0;
  const slow = remoteWith({
    putManifest: async (inner, ...args) => {
      writes += 1;
      const put = () =>
        inner.putManifest(...(args.slice(0, 3) as Parameters<typeof inner.putManifest>));
      if (writes === 2) {
        late = put;
        const other = machine();
        await other.pull();
        await other.put('theirs', 't');
        await other.push(ALONE);
        await new Promise((resolve) => setTimeout(resolve, 60));
        throw new CafsError('TIMEOUT', 'no answer');
      }
      const written = await put();
      // Behind this writer's second snapshot, in which both are together.
      if (writes === 3) await late?.();
      return written;
    },
  });
  const store = machine({ at: slow });
  await store.put('first', '1');
  await store.push(ALONE);
  await store.put('mine', 'm');
  await store.push();
  expect(writes).toBe(4);
  expect(await keysAt('main')).toEqual(['first', 'mine', 'theirs']);
});
