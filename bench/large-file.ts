import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../scripts/process.ts';
import type { BenchOptions, Figure } from './benchmark.ts';

const CHILD = join(import.meta.dirname, 'large-file-child.ts');
const GIB = 1024 ** 3;

/** Puts a large file into a store and streams it out again, once: its size counts, not its luck. */
export async function measureLargeFile({ quick, dir }: BenchOptions): Promise<Figure[]> {
  const size = quick ? GIB / 2 : 4 * GIB;
  const file = join(dir, 'large');
  makeSparse(file, size);
  const { stdout } = await run(process.execPath, [CHILD, join(dir, 'large-cache'), file], {
    cwd: import.meta.dirname,
  });
  const { put, get, peak } = JSON.parse(stdout) as Readonly<Record<string, number>>;
  const name = `a file of ${String(size / GIB)} GiB`;
  return [
    { name: `put ${name}`, unit: 's', values: [put ?? NaN] },
    { name: 'stream it out', unit: 's', values: [get ?? NaN] },
    { name: 'most memory, in and out', unit: 'MB', values: [peak ?? NaN], target: 200 },
  ];
}

/** Zeros that take no room, with a byte in every 64 MiB so that no two stretches are equal. */
function makeSparse(file: string, size: number): void {
  const fd = openSync(file, 'w');
  try {
    ftruncateSync(fd, size);
    for (let at = 0; at < size; at += 64 * 1024 * 1024) {
      writeSync(fd, Buffer.from([1 + ((at / (64 * 1024 * 1024)) % 255)]), 0, 1, at);
    }
  } finally {
    closeSync(fd);
  }
}
