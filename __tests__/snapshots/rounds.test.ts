import { describe, expect, test } from '@jest/globals';

import { type Remote, type Store, open, openRemote } from '../../src/index.ts';
import { type RunningRegistry, startRegistry } from '../support/registry/start.ts';
import { rounds } from '../support/scale.ts';
import { type Change, someChanges } from './changes.ts';
import { ModelStore, type ModelTags } from './lineage-model.ts';
import { KINDS, type Kind, usePlaces } from './places.ts';
import { type Kept, expectHolds, putAll, summaryOf } from './plain.ts';
import { Random } from './random.ts';

const { tempDir, layout, heldBy } = usePlaces();

const ROUNDS = rounds(10, 50);
const TIMEOUT = rounds(60_000, 900_000);

/** A store of one person, and what it is to be like. */
interface Writer {
  readonly name: string;
  readonly model: ModelStore;
  readonly store: Store;
}

/** Who writes where. */
interface Plot {
  readonly writers: number;
  /** The tags of a round, one to three of them. */
  readonly tags: (random: Random) => string[];
}

const ONE_WRITER: Plot = {
  writers: 1,
  tags: (random) => random.some(['main', 'a', 'b', 'c', 'd', 'e'], 1 + random.below(3)),
};

const TWO_WRITERS: Plot = {
  writers: 2,
  tags: (random) => (random.chance(0.3) ? ['main', 'other'] : ['main']),
};

describe.each(KINDS)(
  `${ROUNDS} rounds of changes, pushes, deletions and garbage collection (%s)`,
  (kind) => {
    test(
      'one writer, six tags: each tag that is left holds what was pushed to it',
      () => play(kind, ONE_WRITER),
      TIMEOUT,
    );
    test(
      'two writers in turn, two tags: nothing is lost, and nothing comes back',
      () => play(kind, TWO_WRITERS),
      TIMEOUT,
    );
  },
);

test('whoever has pulled one of several tags that were pushed at once goes on from all of them', async () => {
  const { remote } = layout();
  const options = { soleWriter: true };
  {
    await using first = await open('first:main', { cacheDir: tempDir(), remote });
    await first.put('kept', 'kept');
    await first.put('deleted', 'deleted');
    await first.push('main', 'release', options);
    await first.put('one', 'one');
    await first.push('main', options);
    await first.put('two', 'two');
    await first.push('main', 'release', options);
  }
  await using next = await open('next:main', { cacheDir: tempDir(), remote });
  await next.pull();
  next.delete('deleted');
  await next.push('main', 'release', options);
  for (const tag of ['main', 'release']) {
    expect(Object.keys((await heldBy(remote, tag)) ?? {})).toEqual(['kept', 'one', 'two']);
  }
});

async function play(kind: Kind, plot: Plot): Promise<void> {
  if (kind === 'layout') {
    const { remote } = layout();
    await new Game(remote, plot).play();
    return;
  }
  await using registry = await startRegistry();
  await new Game(`${registry.host}/rounds/${plot.writers}`, plot, registry).play();
}

/** Stores, a remote, and plain copies of what both are to hold. */
class Game {
  readonly #name: string;
  readonly #remote: Remote;
  readonly #plot: Plot;
  readonly #registry: RunningRegistry | undefined;
  readonly #random: Random;
  readonly #tags: ModelTags = new Map();
  readonly #writers: Writer[] = [];
  readonly #past: Kept[] = [];
  /** The tag that was pushed to last. */
  #newest = 'main';
  readonly #lines: string[] = [];

  constructor(remote: string, plot: Plot, registry?: RunningRegistry) {
    this.#name = remote;
    this.#remote = openRemote(remote, { cwd: '/' });
    this.#plot = plot;
    this.#registry = registry;
    this.#random = new Random(
      `rounds ${registry === undefined ? 'layout' : 'registry'} ${plot.writers}`,
    );
  }

  async play(): Promise<void> {
    try {
      for (let i = 0; i < this.#plot.writers; i += 1) this.#writers.push(await this.#open(`w${i}`));
      for (let round = 0; round < ROUNDS; round += 1) await this.#round();
      await this.#compare([...this.#tags.keys()]);
      expect([...(await this.#remote.listTags())].sort()).toEqual([...this.#tags.keys()].sort());
    } catch (error) {
      // A game can be played again: it says what was done.
      process.stdout.write(`${this.#lines.join('\n')}\n`);
      throw error;
    } finally {
      await this.#remote.close();
      await Promise.all(this.#writers.map(({ store }) => store.close()));
    }
  }

  async #round(): Promise<void> {
    const random = this.#random;
    const number = random.below(this.#writers.length);
    if (this.#tags.has(this.#newest) && random.chance(0.15)) await this.#startOver(number);
    const writer = this.#writers[number]!;
    if (random.chance(0.3)) await this.#pull(writer);
    await this.#change(writer, someChanges(random, writer.model.entries, this.#past));
    const names = this.#plot.tags(random);
    await this.#push(writer, names);
    let isCollected = false;
    if (random.chance(0.4)) {
      await this.#deleteTag(random.pick([...this.#tags.keys()]));
      isCollected = random.chance(0.7) && (await this.#collect());
    }
    await this.#compare(isCollected ? [...this.#tags.keys()] : names);
  }

  async #open(name: string, tag = 'main'): Promise<Writer> {
    const store = await open(`${name}:${tag}`, { cacheDir: tempDir(), remote: this.#name });
    return { name, model: new ModelStore(tag), store };
  }

  /** Somebody goes on, on another machine, from what was pushed last. */
  async #startOver(number: number): Promise<void> {
    const { name, store } = this.#writers[number]!;
    await store.close();
    const next = await this.#open(name, this.#newest);
    this.#writers[number] = next;
    this.#log(`${name} starts over`);
    await this.#pull(next);
  }

  async #pull({ name, store, model }: Writer): Promise<void> {
    const tag = store.namespace.slice(store.namespace.indexOf(':') + 1);
    const at = this.#tags.get(tag);
    this.#log(`${name} pulls ${tag}`);
    expect(await store.pull({ ifExists: true })).toBe(at !== undefined);
    if (at !== undefined) model.pull(at);
    expect(store.len).toBe(model.entries.size);
  }

  async #change({ name, store, model }: Writer, changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      if ('put' in change) {
        const { put: key, kept } = change;
        this.#log(`${name} puts ${key}: ${String(kept.bytes.byteLength)} bytes`);
        await putAll(store, [[key, kept]]);
        model.entries.set(key, kept);
      } else {
        this.#log(`${name} deletes ${change.delete}`);
        store.delete(change.delete);
        model.entries.delete(change.delete);
      }
    }
  }

  async #push({ name, store, model }: Writer, names: readonly string[]): Promise<void> {
    this.#log(`${name} pushes to ${names.join(', ')}`);
    await store.push(...names, { soleWriter: this.#random.chance(0.95) });
    model.push(this.#tags, await this.#digests(names));
    if (this.#writers.length === 1) {
      const mine = summaryOf(model.entries);
      for (const tag of names) expect(await heldBy(this.#name, tag)).toEqual(mine);
    }
    this.#newest = names[0]!;
    // A push changes nothing here.
    await expectHolds(store, model.entries);
  }

  async #digests(names: readonly string[]): Promise<Map<string, string>> {
    const digests = new Map<string, string>();
    for (const name of names) digests.set(name, (await this.#remote.resolve(name))!.digest);
    return digests;
  }

  /** Registries delete manifests, with all tags that point to them. */
  async #deleteTag(tag: string): Promise<void> {
    const { digest } = (await this.#remote.resolve(tag))!;
    for (const [name, snapshot] of this.#tags) {
      if (snapshot.digest === digest) this.#tags.delete(name);
    }
    await this.#remote.delete(digest);
    this.#log(`tag ${tag} is deleted; left: ${[...this.#tags.keys()].join(', ')}`);
  }

  async #collect(): Promise<boolean> {
    if (this.#registry === undefined) return false;
    await this.#registry.collectGarbage({ deleteUntagged: true });
    this.#log('garbage is collected');
    return true;
  }

  /** Somebody who has nothing yet gets exactly what a tag is to hold. */
  async #compare(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const model = this.#tags.get(name);
      const held = await heldBy(this.#name, name);
      expect({ name, held }).toEqual({ name, held: model && summaryOf(model.entries) });
    }
  }

  #log(line: string): void {
    this.#lines.push(line);
  }
}
