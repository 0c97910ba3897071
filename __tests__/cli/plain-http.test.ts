import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

async function cafs(...args: string[]): Promise<string> {
  const script = join(import.meta.dirname, '../../src/cli/bin.ts');
  const env = { PATH: process.env['PATH'], CAFS_CACHE_DIR: tempDir() };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { env });
  return stdout;
}

/** Still this machine, but by a name that does not say so. */
function elsewhere(): string {
  return `${freshRepository().replace('127.0.0.1', '0.0.0.0')}:main`;
}

test('every command talks to a registry elsewhere without TLS where that is wanted', async () => {
  const name = elsewhere();
  const source = tempDir();
  writeFileSync(join(source, 'a'), 'text');
  await cafs('push', '--plain-http', source, name);
  expect(await cafs('ls', '--plain-http', name)).toContain('\tws/a\n');
  expect(JSON.parse(await cafs('inspect', '--plain-http', name))).toHaveProperty('manifest');
  expect(await cafs('pull', '--plain-http', name, tempDir())).toContain('1 written');
});

test('the option may stand before the command as well', async () => {
  const name = elsewhere();
  const source = tempDir();
  writeFileSync(join(source, 'a'), 'text');
  await cafs('--plain-http', 'push', source, name);
  expect(await cafs('--plain-http', 'ls', name)).toContain('\tws/a\n');
  expect(JSON.parse(await cafs('--plain-http', 'inspect', name))).toHaveProperty('manifest');
  expect(await cafs('--plain-http', 'pull', name, tempDir())).toContain('1 written');
});

test('no command does so by itself, and the error says how', async () => {
  const name = elsewhere();
  const commands = [
    ['push', tempDir(), name],
    ['pull', name, tempDir()],
    ['ls', name],
    ['inspect', name],
  ];
  const refused = commands.map((args) =>
    expect(cafs(...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^cafs: .*does not speak TLS.*--plain-http/),
    }),
  );
  await Promise.all(refused);
});
