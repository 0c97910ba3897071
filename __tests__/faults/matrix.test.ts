import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { nameOf } from './row.ts';
import { ROWS } from './rows.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'test-faults.ts');
const WHOLE_MS = 300_000;

/** What the script says of a row. */
interface Line {
  readonly name: string;
  readonly outcome: string;
  readonly wrong: readonly string[];
}

/**
 * The matrix runs in a process of its own, which notices every rejection that nobody handles and must
 * end by itself: whatever stays open would keep it alive.
 */
describe('whatever goes wrong', () => {
  const lines = new Map<string, Line>();
  let child: ChildProcess;
  let stderr = '';

  beforeAll(async () => {
    child = spawn(process.execPath, [SCRIPT, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The script starts registries of its own.
      env: { ...process.env, CAFS_TEST_REGISTRY: '' },
    });
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
    const closed = once(child, 'close');
    for await (const text of createInterface({ input: child.stdout! })) {
      const line = JSON.parse(text) as Line;
      lines.set(line.name, line);
    }
    await closed;
  }, WHOLE_MS);
  afterAll(() => {
    child.kill();
  });

  test.each(ROWS.map((row) => [nameOf(row), row.expected]))('%s: %s', (name) => {
    expect(lines.get(name)).toMatchObject({ name, wrong: [] });
  });

  test('every rejection is handled, and nothing stays open', () => {
    expect(stderr).toBe('');
    expect(child.exitCode).toBe(0);
  });
});

test('the rows of the matrix have names of their own', () => {
  const names = ROWS.map(nameOf);
  expect(new Set(names).size).toBe(names.length);
});
