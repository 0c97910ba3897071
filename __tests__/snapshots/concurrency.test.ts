import { describe, expect, test } from '@jest/globals';

import { open } from '../../src/index.ts';
import { rounds } from '../support/scale.ts';
import { KINDS, type Kind, type Place, usePlaces } from './places.ts';
import { Random } from './random.ts';
import { type StoreProcess, useStoreProcesses } from './store-processes.ts';

// Processes end before the proxies that they are connected to.
const startStore = useStoreProcesses();
const { tempDir, startProxy, layout, repository } = usePlaces();

/** How many processes push to one tag at the same time; all of these matrices run at once. */
const WANTED_ROUNDS = process.env['CAFS_TEST_ROUNDS'];
const SIZES = rounds([2, 8], WANTED_ROUNDS === undefined ? [2, 4, 8, 16] : [2, 4, 8, 16, 32]);
/** Twenty, and 32 processes, take most of an hour on two cores: `CAFS_TEST_ROUNDS=20 npm run test:long`. */
const ROUNDS = Number(WANTED_ROUNDS ?? rounds(2, 3));

/** A request takes at most so much longer, in milliseconds. */
const DELAY_MS = 200;

/** The key that every leg puts. */
const SHARED = 'legs/shared';

describe.each(KINDS)('processes that push to one tag at the same time (%s)', (kind) => {
  test(
    `${SIZES.join(', ')} of them: nothing is lost, nothing comes back, and all see the same`,
    async () => {
      const matrices = SIZES.map((size) => new Matrix(kind, size));
      const reports = await Promise.all(matrices.map((matrix) => matrix.run()));
      process.stdout.write(`${reports.join('\n')}\n`);
    },
    rounds(120_000, 600_000 * Math.max(ROUNDS / 3, 1)),
  );
});

/** One of the processes, and what it has pushed. */
interface Leg {
  readonly name: string;
  store: StoreProcess;
  /** Its entries that are to be there: texts by key. */
  readonly own: Map<string, string>;
  /** What its store knows of them: it can delete no others. */
  known: Set<string>;
}

/** Processes with a folder each, and a tag that all push to. */
class Matrix {
  readonly #kind: Kind;
  readonly #size: number;
  readonly #random: Random;
  readonly #legs: Leg[] = [];

  constructor(kind: Kind, size: number) {
    this.#kind = kind;
    this.#size = size;
    this.#random = new Random(`matrix ${kind} ${size}`);
  }

  /** All rounds; says how long they took. */
  async run(): Promise<string> {
    const delays = this.#random.of('delays');
    const proxy = await startProxy({ delay: () => delays.below(DELAY_MS + 1) });
    const place = this.#kind === 'registry' ? repository(proxy) : layout();
    for (let i = 0; i < this.#size; i += 1) {
      const store = this.#start(place, i);
      this.#legs.push({ name: `leg-${i}`, store, own: new Map(), known: new Set() });
    }
    await Promise.all(this.#legs.map(({ store }) => store.ready()));
    const seconds: number[] = [];
    const requests: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      await this.#prepare(place, round);
      const before = proxy.journal.entries.length;
      seconds.push(await this.#push());
      requests.push(proxy.journal.entries.length - before);
      await this.#compare(place, round);
    }
    await Promise.all(this.#legs.map(({ store }) => store.kill()));
    return `${this.#size} processes, ${this.#kind}: seconds a round ${span(seconds)}${this.#kind === 'registry' ? `, requests ${span(requests)}` : ''}`;
  }

  #start({ remote }: Place, number: number): StoreProcess {
    return startStore({ namespace: `leg-${number}:shared`, cacheDir: tempDir(), remote });
  }

  /** Changes everybody's entries; every leg has something new. */
  async #prepare(place: Place, round: number): Promise<void> {
    await Promise.all(
      this.#legs.map(async (leg, i) => {
        if (round > 1 && this.#random.chance(0.1)) await this.#replace(place, leg, i);
        if (round > 1 && this.#random.chance(0.3)) await this.#pull(leg);
        const texts: Record<string, string> = { [SHARED]: `${leg.name} ${round}` };
        for (let n = this.#random.below(3); n >= 0; n -= 1) {
          const key = `${leg.name}/${round}/${n}`;
          texts[key] = `the text of ${key}`;
          leg.own.set(key, texts[key]);
          leg.known.add(key);
        }
        const before = [...leg.known].filter((key) => !(key in texts));
        const deleted = this.#random.chance(0.5) ? this.#random.some(before, 1) : [];
        for (const key of deleted) {
          leg.own.delete(key);
          leg.known.delete(key);
        }
        await leg.store.ask({ do: 'put', texts });
        await leg.store.ask({ do: 'delete', keys: deleted });
      }),
    );
  }

  /** The next run of a workflow is on another machine. */
  async #replace(place: Place, leg: Leg, number: number): Promise<void> {
    await leg.store.kill();
    leg.store = this.#start(place, number);
    leg.known = new Set();
    if (this.#random.chance(0.5)) await this.#pull(leg);
  }

  async #pull(leg: Leg): Promise<void> {
    await leg.store.ask({ do: 'pull' });
    leg.known = new Set(leg.own.keys());
  }

  /** All push at the same time; gives how many seconds it takes until all have. */
  async #push(): Promise<number> {
    const begin = performance.now();
    await Promise.all(
      this.#legs.map(({ store }) =>
        // There is no proxy before a folder.
        store.ask({
          do: 'push',
          delayMs: this.#kind === 'layout' ? this.#random.below(DELAY_MS + 1) : 0,
        }),
      ),
    );
    return (performance.now() - begin) / 1000;
  }

  /** The tag holds what all legs have put and not deleted, and everybody sees the same. */
  async #compare({ direct }: Place, round: number): Promise<void> {
    await using reader = await open('reader:shared', { cacheDir: tempDir(), remote: direct });
    await reader.pull();
    const found: Record<string, string> = {};
    for (const [key] of reader.list()) found[key] = (await reader.get(key)).toString();
    const { [SHARED]: shared, ...own } = found;
    expect(own).toEqual(Object.fromEntries(this.#legs.flatMap((leg) => [...leg.own])));
    expect(this.#legs.map(({ name }) => `${name} ${round}`)).toContain(shared);
    const some = this.#legs.filter(() => this.#random.chance(0.5));
    await Promise.all(
      some.map(async (leg) => {
        await this.#pull(leg);
        expect(await leg.store.read()).toEqual(found);
      }),
    );
  }
}

/** The least, the middle and the most. */
function span(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return [0, sorted.length >> 1, sorted.length - 1]
    .map((at) => String(Number(sorted[at]?.toFixed(1))))
    .join(' / ');
}
