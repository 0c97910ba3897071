import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Kept } from '../__tests__/snapshots/plain.ts';
import { Random } from '../__tests__/snapshots/random.ts';
import { type Day, deadShare, live } from '../__tests__/snapshots/year.ts';
import { startFaultProxy } from '../__tests__/support/fault-proxy/proxy.ts';
import { startRegistry } from '../__tests__/support/registry/start.ts';
import { run } from '../scripts/process.ts';
import { open, openRemote } from '../src/index.ts';
import type { BenchOptions, Benchmark, Figure } from './benchmark.ts';
import { plot } from './plot.ts';

const CHILD = join(import.meta.dirname, 'year-child.ts');
const PLOT = join(import.meta.dirname, '..', 'docs', 'year.svg');
const FILES = 5000;
const DAYS = 365;

/** Two repositories of one registry that hold the same tree. */
interface Places {
  /** After pushes every day. */
  readonly old: string;
  /** After one push. */
  readonly fresh: string;
}

/** Pushes a tree once a day for a year, and restores it beside one that was pushed at once. */
export const year: Benchmark = {
  description: 'a year of pushes, each with 2% of 5,000 files changed; plots them to docs/year.svg',
  async run(options: BenchOptions): Promise<readonly Figure[]> {
    await using registry = await startRegistry();
    const places = { old: `${registry.host}/year/old`, fresh: `${registry.host}/year/fresh` };
    const days = await pushAll(places, registry.host, options);
    if (!options.quick) writeFileSync(PLOT, plotOf(days));
    return [...figuresOf(days), ...(await restoreBoth(places, options))];
  },
};

async function pushAll(
  { old, fresh }: Places,
  upstream: string,
  { quick, dir }: BenchOptions,
): Promise<readonly Day[]> {
  await using proxy = await startFaultProxy({ upstream });
  const proxied = (reference: string): string => reference.replace(upstream, proxy.host);
  const remote = openRemote(old, { cwd: '/' });
  const tree = new Map<string, Kept>();
  const days: Day[] = [];
  {
    const cacheDir = join(dir, 'old');
    await using store = await open('demo:main', { cacheDir, remote: proxied(old) });
    const size = quick ? { files: FILES / 10, days: 40 } : { files: FILES, days: DAYS };
    const life = { store, proxy, remote, random: new Random('year', '1'), ...size };
    for await (const day of live(life, tree)) days.push(day);
  }
  await remote.close();
  await using store = await open('demo:main', { cacheDir: join(dir, 'fresh'), remote: fresh });
  for (const [key, { bytes, meta }] of tree) {
    await store.put(key, bytes, meta === undefined ? {} : { meta });
  }
  await store.push({ soleWriter: true });
  return days;
}

/** One after the other, each in a process of its own; who goes first changes. */
async function restoreBoth(
  { old, fresh }: Places,
  { rounds, dir }: BenchOptions,
): Promise<readonly Figure[]> {
  const seconds: Record<keyof Places, number[]> = { old: [], fresh: [] };
  const place = join(dir, 'restored');
  const restore = async (name: keyof Places, repository: string): Promise<void> => {
    mkdirSync(place);
    const { stdout } = await run(process.execPath, [CHILD, place, repository], { cwd: place });
    seconds[name].push(Number(stdout));
    rmSync(place, { recursive: true });
  };
  for (let round = 0; round < rounds; round += 1) {
    const both = [() => restore('old', old), () => restore('fresh', fresh)];
    for (const one of round % 2 === 0 ? both : both.reverse()) await one();
  }
  return [
    { name: 'restore, after a year', unit: 's', values: seconds.old },
    { name: 'restore, pushed at once', unit: 's', values: seconds.fresh },
    {
      name: 'restore, after a year / pushed at once',
      unit: 'x',
      values: seconds.old.map((value, i) => value / (seconds.fresh[i] ?? NaN)),
      target: 1.3,
    },
  ];
}

function figuresOf(days: readonly Day[]): readonly Figure[] {
  const later = days.slice(1);
  const sum = (of: (day: Day) => number): number =>
    later.reduce((total, day) => total + of(day), 0);
  const first = days[0];
  const most = (name: 'segments' | 'packs'): number => Math.max(...days.map((day) => day[name]));
  // As the first push compresses it.
  const ratio = (first?.sent ?? NaN) / (first?.changed ?? NaN);
  return [
    {
      name: 'dead bytes, of all in packs, at most',
      unit: 'x',
      values: [Math.max(...days.map(deadShare))],
      target: 0.2,
    },
    { name: 'segments, at most', unit: 'x', values: [most('segments')], target: 9 },
    { name: 'packs, at most', unit: 'x', values: [most('packs')] },
    {
      name: 'bytes sent, for each that had changed',
      unit: 'x',
      values: [sum(({ sent }) => sent) / (ratio * sum(({ changed }) => changed))],
    },
    { name: 'bytes sent by a push', unit: 'B', values: later.map(({ sent }) => sent) },
    { name: 'requests of a push', unit: 'x', values: later.map(({ requests }) => requests) },
  ];
}

const MB = 1e6;
const BLUE = '#1f6feb';
const RED = '#cf222e';

function plotOf(days: readonly Day[]): string {
  return plot(
    [
      {
        title: 'The snapshot, in MB',
        lines: [
          { name: 'all', colour: BLUE, values: days.map(({ bytes }) => bytes / MB) },
          {
            name: 'of it dead',
            colour: RED,
            values: days.map(({ packBytes, liveBytes }) => (packBytes - liveBytes) / MB),
          },
        ],
      },
      {
        title: 'Layers',
        lines: [
          { name: 'packs', colour: BLUE, values: days.map(({ packs }) => packs) },
          { name: 'segments', colour: RED, values: days.map(({ segments }) => segments) },
        ],
      },
      {
        title: 'Sent by each push, in MB',
        lines: [{ name: 'bytes', colour: BLUE, values: days.map(({ sent }) => sent / MB) }],
      },
    ],
    `pushes of a tree of ${String(FILES)} files, 2% of them changed each time`,
  );
}
