import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { startRegistry } from './registry/start.ts';
import { useTempDirs } from './temp.ts';

const tempDir = useTempDirs();

describe('startRegistry', () => {
  test('gives a registry of its own, which is gone when it is stopped', async () => {
    const [one, two] = await Promise.all([startRegistry(), startRegistry()]);
    expect(one.host).not.toBe(two.host);
    expect((await fetch(`http://${one.host}/v2/`)).status).toBe(200);
    await one.stop();
    await expect(fetch(`http://${one.host}/v2/`)).rejects.toThrow();
    expect((await fetch(`http://${two.host}/v2/`)).status).toBe(200);
    await two.stop();
  });
});

describe('a supervised program', () => {
  const supervise = join(import.meta.dirname, 'registry', 'supervise.ts');

  test('ends, and its folder goes, when the process that holds it is killed', async () => {
    const folder = tempDir();
    // Says its process id in a file's name, and runs for ever.
    const program = `require('fs').writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid)); setInterval(() => {}, 1000);`;
    const holder = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { spawn } from 'node:child_process';
         const args = ${JSON.stringify([supervise, folder, process.execPath, '--eval', program])};
         spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
         setInterval(() => {}, 1000);`,
      ],
      { stdio: 'ignore' },
    );
    await until(() => existsSync(join(folder, 'pid')));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await until(() => !existsSync(folder));
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 20 seconds.');
    await delay(20);
  }
}
