import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry } from '../__tests__/support/registry/start.ts';
import { compile } from '../scripts/bundles.ts';
import { run } from '../scripts/process.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import { type BlobFile, makeBlobFiles } from './blob-files.ts';
import { Curl } from './curl.ts';

const CHILD = join(import.meta.dirname, 'registry-child.ts');
const UNDICI_CHILD = join(import.meta.dirname, 'undici-child.ts');
const CONCURRENCY = 4;

/** Without a limit, garbage is left lying for as long as there is room: what is needed would not show. */
const HEAP = '--max-old-space-size=64';
const MIB = 1024 ** 2;

type Direction = 'push' | 'pull';

interface Measured {
  readonly seconds: number;
  readonly requests: number;
  readonly peak: number;
}

/** Pushes and pulls blobs of 32 MiB, and lets curl send the same requests in the same rounds. */
export const registry: Benchmark = {
  description: 'blobs to a registry and back, beside curl with the same requests',
  run: async ({ quick, rounds, dir }) => {
    // What is measured is what is published.
    await compile();
    const { blobs, list } = makeBlobFiles(dir, quick ? 4 : 32, 32 * MIB);
    const figures = new Map<string, number[]>();
    const add = (name: string, value: number): void => {
      figures.set(name, [...(figures.get(name) ?? []), value]);
    };
    for (let round = 0; round < rounds; round += 1) {
      // Who goes first changes: what the disk still has to write slows down whoever comes next.
      const both = [ours(list, blobs), curls(dir)];
      const results = new Map<string, Record<Direction, number>>();
      for (const contender of round % 2 === 0 ? both : both.reverse()) {
        results.set(contender.name, await contender.measure(blobs, add));
      }
      for (const direction of ['push', 'pull'] as const) {
        const [mine, curl] = ['ours', 'curl'].map((name) => results.get(name)?.[direction] ?? NaN);
        add(`${direction}, ours`, mine ?? NaN);
        add(`${direction}, curl`, curl ?? NaN);
        add(`${direction}, ours / curl`, (mine ?? NaN) / (curl ?? NaN));
      }
    }
    const gib = (blobs.length * 32) / 1024;
    return [...figures].map(([name, values]): Figure => ({
      name: `${name} (${String(gib)} GiB)`,
      values,
      ...unitAndTarget(name),
    }));
  },
};

function unitAndTarget(name: string): Pick<Figure, 'unit' | 'target'> {
  if (name.startsWith('most memory')) {
    return name.endsWith('no limit') ? { unit: 'MB' } : { unit: 'MB', target: 150 };
  }
  if (!name.includes(' / ')) return { unit: 's' };
  return name.endsWith('/ curl') ? { unit: 'x', target: 1.3 } : { unit: 'x' };
}

interface Contender {
  readonly name: string;
  measure(
    blobs: readonly BlobFile[],
    add: (name: string, value: number) => void,
  ): Promise<Record<Direction, number>>;
}

function ours(list: string, blobs: readonly BlobFile[]): Contender {
  return {
    name: 'ours',
    measure: async (_, add) => {
      await using server = await startRegistry();
      const measure = async (direction: Direction, perBlob: number): Promise<number> => {
        const { seconds, requests, peak } = await runChild(
          [],
          direction,
          `${server.host}/bench/blobs`,
          list,
        );
        if (requests !== blobs.length * perBlob) {
          throw new Error(`${direction} sent ${String(requests)} requests: not the same as curl.`);
        }
        add(`most memory, ${direction}, no limit`, peak);
        // Not timed, and afterwards: to collect all garbage at once costs time.
        const repository = `${server.host}/bench/${direction === 'push' ? 'limited' : 'blobs'}`;
        const limited = await runChild([HEAP], direction, repository, list);
        add(`most memory, ${direction}, heap of 64 MB`, limited.peak);
        return seconds;
      };
      const result = { push: await measure('push', 2), pull: await measure('pull', 1) };
      // curl checks no digest. This shows how much of the time is that, and Node's.
      const undici = await pullByUndici(`http://${server.host}`, list);
      add('pull, undici and SHA-256', undici);
      add('pull, ours / undici and SHA-256', result.pull / undici);
      return result;
    },
  };
}

async function runChild(
  options: readonly string[],
  direction: Direction,
  repository: string,
  list: string,
): Promise<Measured> {
  const args = [...options, CHILD, direction, repository, String(CONCURRENCY), list];
  const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname });
  return JSON.parse(stdout) as Measured;
}

async function pullByUndici(origin: string, list: string): Promise<number> {
  const args = [UNDICI_CHILD, origin, 'bench/blobs', String(CONCURRENCY), list];
  return Number((await run(process.execPath, args, { cwd: import.meta.dirname })).stdout);
}

function curls(dir: string): Contender {
  return {
    name: 'curl',
    measure: async (blobs) => {
      await using server = await startRegistry();
      const place = join(dir, 'curl');
      mkdirSync(place, { recursive: true });
      const curl = new Curl(place, `http://${server.host}/v2/bench/blobs/`, CONCURRENCY);
      return { push: await curl.push(blobs), pull: await curl.pull(blobs) };
    },
  };
}
