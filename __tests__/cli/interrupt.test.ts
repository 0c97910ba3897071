import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from '@jest/globals';

import { useServers } from '../oci/servers.ts';
import { readTree, writeTree } from '../support/files.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { cafs } from './cafs.ts';

const tempDir = useTempDirs();
const startServer = useServers();

const PROGRAM = '../../src/cli/bin.ts';

function start(script: string, ...args: string[]): ChildProcess {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, HOME: tempDir(), CAFS_CACHE_DIR: tempDir() };
  return spawn(process.execPath, [join(import.meta.dirname, script), ...args], { env });
}

async function ended(child: ChildProcess) {
  const [stderr] = await Promise.all([text(child.stderr!), once(child, 'close')]);
  return { code: child.exitCode, signal: child.signalCode, stderr };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  test('ends a push that waits for an answer, in words', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'a'), 'text');
    const server = await startServer(() => {
      child.kill(signal);
    });
    const child = start(PROGRAM, 'push', folder, `${server.host}/x:main`);
    expect(await ended(child)).toEqual({
      code,
      signal: null,
      stderr: 'cafs: Interrupted. Push again: what was uploaded by now is used then.\n',
    });
  });

  test('ends at once what lets nothing else run', async () => {
    const child = start('busy-process.ts');
    await once(child.stdout!, 'data');
    child.kill(signal);
    expect(await ended(child)).toMatchObject({ code: null, signal });
  });
});

test('a pull that is interrupted leaves the folder as it was', async () => {
  const source = tempDir();
  // What has several frames comes after the small files.
  writeTree(source, { a: 'new', b: 'new', 'c/d': 'new', large: Buffer.alloc(70_000_000) });
  const repository = freshRepository();
  const pushed = await cafs({ cache: tempDir() }, 'push', source, `${repository}:main`);
  expect(pushed).toMatchObject({ code: 0, stderr: '' });
  const target = join(tempDir(), 'target');
  writeTree(target, { a: 'old', own: 'mine' });
  const before = readTree(target);

  let during: unknown;
  const server = await startServer(async ({ method, path, headers }, response) => {
    if (existsSync(join(target, 'b'))) {
      during ??= readTree(target);
      child.kill('SIGINT');
      return;
    }
    const { range = '', accept = '*/*' } = headers;
    const [host] = repository.split('/');
    const url = `http://${host ?? ''}${path}`;
    const answer = await fetch(url, { method, headers: { accept, ...(range && { range }) } });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  const name = repository.replace(/^[^/]*/, server.host);
  const child = start(PROGRAM, 'pull', `${name}:main`, target);
  expect(await ended(child)).toMatchObject({
    code: 130,
    stderr: 'cafs: Interrupted. The folder is as it was before.\n',
  });
  expect(during).toHaveProperty('b');
  expect(readTree(target)).toEqual(before);
});
