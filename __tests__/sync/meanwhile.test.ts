import { describe, expect, test } from '@jest/globals';

import type { Digest } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import type { Remote } from '../../src/oci/remote.ts';
import type { Store } from '../../src/store/store.ts';
import { ALONE, contentsOf, keysOf, useMachines } from './machines.ts';

type PutArgs = Parameters<Remote['putManifest']>;

// What happens to a store while its own push, or its own pull, is under way.

const { machine, remote, remoteWith, at, lose, tempDir } = useMachines();

describe('what was changed here while a push looked again counts as a change afterwards', () => {
  type Change = (store: Store) => unknown;
  const nothing: Change = () => undefined;

  test.each<[string, { own?: Change; theirs: Change; change: Change; expected: object }]>([
    [
      'a key of others, deleted',
      {
        theirs: (other) => other.put('x', 'theirs'),
        change: (store) => store.delete('x'),
        expected: { q: 'q0' },
      },
    ],
    [
      'a key of its own, deleted',
      {
        own: (store) => store.put('k', 'mine'),
        theirs: (other) => other.put('x', 'theirs'),
        change: (store) => store.delete('k'),
        expected: { q: 'q0', x: 'theirs' },
      },
    ],
    [
      'what others have changed, put back',
      {
        theirs: (other) => other.put('q', 'theirs'),
        change: (store) => store.put('q', 'q0'),
        expected: { q: 'q0' },
      },
    ],
    [
      'what others have deleted, put back',
      {
        theirs: (other) => other.delete('q'),
        change: (store) => store.put('q', 'q0'),
        expected: { q: 'q0' },
      },
    ],
    [
      'what others have changed, deleted',
      {
        theirs: (other) => other.put('q', 'theirs'),
        change: (store) => store.delete('q'),
        expected: {},
      },
    ],
  ])('%s', async (_, { own = nothing, theirs, change, expected }) => {
    const other = machine();
    let isArmed = false;
    const store: Store = machine({
      at: remoteWith({
        resolve: async (inner, ...args) => {
          if (isArmed && looks++ === 1) {
            await theirs(other);
            await other.push(ALONE);
            await store.pull();
            await change(store);
          }
          return inner.resolve(...args);
        },
      }),
    });
    let looks = 0;
    await store.put('q', 'q0');
    await store.push(ALONE);
    await other.pull();
    await store.put('y', '1');
    await own(store);
    isArmed = true;
    await store.push(ALONE);
    expect(looks).toBeGreaterThan(1);
    isArmed = false;
    await store.put('later', '1');
    await store.push(ALONE);
    const all = { ...expected, y: '1', later: '1' };
    expect(await at('main')).toEqual(all);
    await store.pull();
    expect(await contentsOf(store)).toEqual(all);
  });

  test('where another process of the same store has pushed, and others on top of that', async () => {
    const cacheDir = tempDir();
    const [second, other] = [machine({ cacheDir }), machine()];
    let looks = 2;
    const first = machine({
      cacheDir,
      at: remoteWith({
        resolve: async (inner, ...args) => {
          if (looks++ === 1) await meanwhile();
          return inner.resolve(...args);
        },
      }),
    });
    await first.put('q', 'q0');
    await first.push(ALONE);
    await second.sync();
    await first.put('y', '1');
    await first.sync();
    const meanwhile = async (): Promise<void> => {
      await second.put('q', 'q1');
      await second.put('x', 'second');
      await second.push(ALONE);
      await other.pull();
      await other.put('t', '1');
      await other.push(ALONE);
      await second.put('q', 'q0');
      second.delete('x');
      await second.sync();
    };
    looks = 0;
    await first.push(ALONE);
    await first.put('later', '1');
    await first.push(ALONE);
    expect(await at('main')).toEqual({ q: 'q0', y: '1', t: '1', later: '1' });
  });
});

test.each(['deletes', 'changes'])(
  'a pull whose answer is older than a push does not forget the push: somebody %s it',
  async (what) => {
    let work: (() => Promise<void>) | undefined;
    const store = machine({
      at: remoteWith({
        getManifest: async (inner, ...args) => {
          const answer = await inner.getManifest(...args);
          const once = work;
          work = undefined;
          await once?.();
          return answer;
        },
      }),
    });
    const other = machine();
    await store.put('base', '0');
    await store.push(ALONE);
    await other.pull();
    await other.put('x', 'theirs');
    await other.push(ALONE);
    await store.put('y', 'old');
    work = () => store.push(ALONE);
    await store.pull();
    expect(await contentsOf(store)).toEqual({ base: '0', x: 'theirs', y: 'old' });
    await other.pull();
    if (what === 'deletes') other.delete('y');
    else await other.put('y', 'newer');
    await other.push(ALONE);
    await store.put('later', '1');
    await store.push(ALONE);
    const rest = { base: '0', x: 'theirs', later: '1' };
    expect(await at('main')).toEqual(what === 'deletes' ? rest : { ...rest, y: 'newer' });
  },
);

test.each([5, 130])(
  'what a push did not write is brought by the next one, after %i pushes of others',
  async (pushes) => {
    const cacheDir = tempDir();
    let isDead = false;
    const dying = remoteWith({
      putManifest: (inner, ...args) =>
        isDead ? Promise.reject(new Error('killed')) : inner.putManifest(...args),
    });
    const [killed, other] = [machine({ at: dying, cacheDir }), machine()];
    await killed.put('base', '0');
    await killed.push(ALONE);
    await other.pull();
    await killed.put('y', 'precious');
    await killed.sync();
    isDead = true;
    await expect(killed.push(ALONE)).rejects.toThrow('killed');
    const next = machine({ cacheDir });
    for (let n = 1; n <= pushes; n += 1) {
      await other.put('t', String(n));
      await other.push(ALONE);
    }
    await next.put('later', '1');
    await next.push(ALONE);
    const all = { base: '0', later: '1', t: String(pushes), y: 'precious' };
    expect(await at('main')).toEqual(all);
    await next.pull();
    expect(await contentsOf(next)).toEqual(all);
  },
);

test.each(['alone', 'beside another process of the same store'])(
  'what a push did write is known after 130 pushes of others, who have deleted it: %s',
  async (how) => {
    const cacheDir = tempDir();
    const [store, beside, other] = [machine({ cacheDir }), machine({ cacheDir }), machine()];
    await store.put('y', 'old');
    await store.push(ALONE);
    if (how !== 'alone') {
      await beside.put('b', '1');
      await beside.push(ALONE);
    }
    await other.pull();
    other.delete('y');
    for (let n = 1; n <= 130; n += 1) {
      await other.put('t', String(n));
      await other.push(ALONE);
    }
    await store.put('later', '1');
    await store.push(ALONE);
    expect(await at('main')).not.toHaveProperty('y');
    expect(await at('main')).toMatchObject({ t: '130', later: '1' });
  },
);

test('what is there is met by a pull, though a push that failed was built on it', async () => {
  let isDown = false;
  const store = machine({
    at: remoteWith({
      putManifest: (inner, ...args) =>
        isDown ? Promise.reject(new Error('down')) : inner.putManifest(...args),
    }),
  });
  const other = machine();
  await other.put('t', '0');
  await other.push(ALONE);
  await store.pull();
  await other.put('j', '5');
  await other.push(ALONE);
  await store.put('j', '5');
  await store.put('z', 'z');
  isDown = true;
  await expect(store.push(ALONE)).rejects.toThrow('down');
  isDown = false;
  // Both have the same now.
  await store.pull();
  await other.put('j', 'newer');
  await other.push(ALONE);
  await store.push(ALONE);
  expect(await at('main')).toEqual({ t: '0', j: 'newer', z: 'z' });
});

test('a repair replaces nothing that somebody else has mended meanwhile', async () => {
  const [first, other] = [machine(), machine()];
  await first.put('a', 'a');
  await first.push(ALONE);
  const { bytes } = (await remote().getManifest('main'))!;
  const { config } = JSON.parse(Buffer.from(bytes).toString()) as { config: { digest: Digest } };
  lose(config.digest);
  await other.put('t', 't');
  let failures = 0;
  const store = machine({
    at: remoteWith({
      getBlob: async (inner, ...args) => {
        try {
          return await inner.getBlob(...args);
        } catch (error) {
          failures += 1;
          if (failures === 2) await other.push({ repair: true, ...ALONE });
          throw error;
        }
      },
    }),
  });
  await store.put('s', 's');
  await store.push({ repair: true, ...ALONE });
  expect(await at('main')).toEqual({ s: 's', t: 't' });
});

describe('where others overwrite a push, which then merges with theirs', () => {
  /** Two that look at the tag before either of them has written it: the other one writes last. */
  async function race(hooks: {
    readonly first?: (put: () => Promise<unknown>, nth: number, args: PutArgs) => Promise<unknown>;
    readonly between?: () => Promise<unknown>;
  }): Promise<void> {
    let isWritten = (): void => undefined;
    const written = new Promise<void>((resolve) => {
      isWritten = resolve;
    });
    let puts = 0;
    const first = machine({
      windowMs: 400,
      at: remoteWith({
        putManifest: async (inner, ...args) => {
          puts += 1;
          const put = () => inner.putManifest(...args);
          const answer = await (hooks.first?.(put, puts, args) ?? put());
          isWritten();
          return answer as Awaited<ReturnType<typeof inner.putManifest>>;
        },
      }),
    });
    let isFirst = true;
    const second = machine({
      windowMs: 400,
      at: remoteWith({
        putManifest: async (inner, ...args) => {
          if (!isFirst) return inner.putManifest(...args);
          isFirst = false;
          await written;
          await hooks.between?.();
          return inner.putManifest(...args);
        },
      }),
    });
    for (const store of [first, second]) await store.pull({ ifExists: true });
    await first.put('s', 'first');
    await second.put('k', 'second');
    second.delete('x');
    const pushing = second.push();
    // It has looked by then, and waits.
    await new Promise((resolve) => setTimeout(resolve, 60));
    await Promise.all([pushing, first.push()]);
    expect(puts).toBeGreaterThan(1);
  }

  test('nothing is lost, though its second write is not answered', async () => {
    await race({
      first: async (put, nth, [, , , options]) => {
        const answer = await put();
        if (nth !== 2) return answer;
        const late = (options?.notAfter ?? 0) - performance.now() + 5;
        await new Promise((resolve) => setTimeout(resolve, late));
        throw new CafsError('TIMEOUT', 'no answer');
      },
    });
    expect(await at('main')).toEqual({ s: 'first', k: 'second' });
  });

  test('whoever has pulled what was overwritten knows what goes on from it', async () => {
    const origin = machine();
    await origin.put('k', 'old');
    await origin.put('x', 'x');
    await origin.push(ALONE);
    const between = machine();
    await race({ between: () => between.pull() });
    expect(keysOf(between)).toEqual(['k', 's', 'x']);
    await between.put('u', 'u');
    await between.push(ALONE);
    expect(await at('main')).toEqual({ s: 'first', k: 'second', u: 'u' });
  });
});
