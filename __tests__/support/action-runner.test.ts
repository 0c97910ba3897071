import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { runEntry } from './action-runner.ts';
import { parseFileCommands } from './file-commands.ts';
import { useTempDirs } from './temp.ts';

const tempDir = useTempDirs();

let folder: string;
beforeEach(() => {
  folder = tempDir();
});

async function entryOf(source: string): Promise<string> {
  const entry = join(folder, 'entry.mjs');
  await writeFile(
    entry,
    `import { appendFileSync } from 'node:fs';\nconst { env } = process;\n${source}`,
  );
  return entry;
}

describe('runEntry', () => {
  test('gives inputs and state the names that the runner gives them', async () => {
    const entry = await entryOf(`
      console.log([env['INPUT_SHARED-INPUTS'], env.INPUT_A_B, env.STATE_found].join());
      console.error('to stderr');
    `);
    const inputs = { 'shared-inputs': 'one', 'a b': 'two' };
    const result = await runEntry({ entry, workspace: folder, inputs, state: { found: 'three' } });
    expect(result.stdout).toBe('one,two,three\n');
    expect(result.stderr).toBe('to stderr\n');
    expect(result.exitCode).toBe(0);
  });

  test('passes nothing of its own environment on but PATH', async () => {
    process.env['CAFS_RUNNER_SECRET'] = 'x';
    const entry = await entryOf('console.log(JSON.stringify(env));');
    const { stdout } = await runEntry({ entry, workspace: folder, ref: 'refs/heads/a/b' });
    delete process.env['CAFS_RUNNER_SECRET'];
    const seen = JSON.parse(stdout) as Record<string, string>;
    expect(seen['CAFS_RUNNER_SECRET']).toBeUndefined();
    expect(seen['HOME']).not.toBe(process.env['HOME']);
    expect(seen['PATH']).toBe(process.env['PATH']);
    expect(seen['GITHUB_REF_NAME']).toBe('a/b');
  });

  test('reads what the step wrote into the command files', async () => {
    const entry = await entryOf(`
      appendFileSync(env.GITHUB_OUTPUT, 'many<<END\\na\\n\\nb=c\\nEND\\none=1\\n');
      appendFileSync(env.GITHUB_STATE, 'kept=yes\\n');
      appendFileSync(env.GITHUB_ENV, 'MODE=always\\n');
      appendFileSync(env.GITHUB_STEP_SUMMARY, '# Done\\n');
      process.exitCode = 3;
    `);
    const result = await runEntry({ entry, workspace: folder });
    expect(result).toMatchObject({
      exitCode: 3,
      outputs: { many: 'a\n\nb=c', one: '1' },
      state: { kept: 'yes' },
      env: { MODE: 'always' },
      summary: '# Done\n',
    });
  });

  test('kills a step where it is told to', async () => {
    const entry = await entryOf(`
      process.on('SIGTERM', () => {});
      console.log('begun');
      setTimeout(() => console.log('done'), 60_000);
    `);
    const result = await runEntry({ entry, workspace: folder, killAfter: 1500 });
    expect(result).toMatchObject({ exitCode: -1, stdout: 'begun\n' });
  });

  test('steps on one machine share its home folder, others do not', async () => {
    const entry = await entryOf('console.log(env.HOME);');
    const on = async (machine?: string): Promise<string> => {
      const options = { entry, workspace: folder };
      return (await runEntry(machine === undefined ? options : { ...options, machine })).stdout;
    };
    const machine = join(folder, 'machine');
    expect(await on(machine)).toBe(await on(machine));
    expect(await on()).not.toBe(await on());
  });
});

describe('parseFileCommands', () => {
  test('the first mark of a line decides', () => {
    expect(parseFileCommands('a=b<<c\n')).toEqual({ a: 'b<<c' });
    expect(parseFileCommands('a<<b=c\nx\nb=c\n')).toEqual({ a: 'x' });
  });

  test('refuses what the runner would refuse', () => {
    expect(() => parseFileCommands('nothing\n')).toThrow('Not a line');
    expect(() => parseFileCommands('a<<END\nvalue\n')).toThrow('has no end');
  });
});
