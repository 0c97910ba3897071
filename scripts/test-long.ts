// The suites that `npm test` runs in a small size, in full: kills, races, random sequences, large blobs. And
// those that have no small size: `*.long-test.ts`.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { root } from './bundles.ts';

/** Test files that repeat themselves more often in a long run. */
const SUITES = [
  'store/kill',
  'store/model',
  'store/gc-stress',
  'store/full-disk',
  'oci/memory',
  'sync/compaction-years',
  'snapshots/counts',
  'snapshots/concurrency',
  'snapshots/kill',
  'snapshots/rounds',
  'snapshots/hostile',
  'snapshots/autopull',
  'snapshots/year',
].map((name) => `__tests__/${name}.test.ts`);

const LONG_ONLY = '\\.long-test\\.ts$';

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    // These keep the cores busy, and some of them are to end within a time.
    `--maxWorkers=${String(Math.max(2, availableParallelism() - 1))}`,
    ...(process.argv.length > 2 ? process.argv.slice(2) : [...SUITES, LONG_ONLY]),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CAFS_TEST_LONG: '1' } },
);
process.exitCode = status ?? 1;
