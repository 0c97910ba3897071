// Everything but the tests that a change must pass: `npm run check`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { root } from './bundles.ts';

/** Name, and the tool with its arguments. */
const STEPS: readonly (readonly [name: string, tool: string, ...args: string[]])[] = [
  ['types', 'node_modules/typescript/bin/tsc', '-p', '.'],
  ['lint', 'node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.'],
  ['format', 'node_modules/prettier/bin/prettier.cjs', '--log-level=warn', '--check', '.'],
  ['unused code', 'node_modules/knip/bin/knip.js'],
  ['workflows', 'scripts/lint-workflows.ts'],
  ['dist', 'scripts/check-dist.ts'],
];

const failed = STEPS.filter(([name, tool, ...args]) => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [join(root, tool), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  return status !== 0;
}).map(([name]) => name);

console.log(
  failed.length === 0
    ? `All ${String(STEPS.length)} checks passed.`
    : `${String(failed.length)} of ${String(STEPS.length)} checks failed: ${failed.join(', ')}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
