import { appendFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Progress } from '../../src/observe.ts';
import { hashContent } from '../../src/subtree/content.ts';
import { hashFiles } from '../../src/subtree/hash.ts';
import { joinBytes } from '../support/byte-names.ts';
import { testOnLinux } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { write } from './monorepo.ts';

const tempDir = useTempDirs();

describe('hashFiles', () => {
  testOnLinux('hashes files and symlinks whose names are not UTF-8', async () => {
    const root = tempDir();
    writeFileSync(joinBytes(root, Buffer.from([0xff])), 'one');
    symlinkSync('other', joinBytes(root, Buffer.from([0xfe])));
    // What Node makes of either name.
    write(root, '\uFFFD', 'another');
    const hashed = await hashFiles(root, [
      { path: '\uDCFF', kind: 'file' },
      { path: '\uDCFE', kind: 'symlink' },
    ]);
    expect([...hashed]).toEqual([
      ['\uDCFF', { kind: 'file', digest: digestOf('one') }],
      ['\uDCFE', { kind: 'symlink', digest: digestOf('other') }],
    ]);
  });

  test('tells kind and digest of each file, in order, and drops what is gone', async () => {
    const root = tempDir();
    write(root, 'a', 'A');
    write(root, 'empty');
    write(root, 'run', '#!/bin/sh');
    chmodSync(join(root, 'run'), 0o744);
    write(root, 'group', 'x');
    chmodSync(join(root, 'group'), 0o655);
    symlinkSync('no/where', join(root, 'link'));
    mkdirSync(join(root, 'folder'));
    const hashed = await hashFiles(root, [
      { path: 'run', kind: 'file' },
      { path: 'a', kind: 'file' },
      { path: 'empty', kind: 'file' },
      { path: 'group', kind: 'file' },
      { path: 'link', kind: 'symlink' },
      { path: 'gone', kind: 'file' },
      { path: 'gone/below', kind: 'symlink' },
      { path: 'folder', kind: 'file' },
    ]);
    expect([...hashed]).toEqual([
      ['run', { kind: 'executable', digest: digestOf('#!/bin/sh') }],
      ['a', { kind: 'file', digest: digestOf('A') }],
      ['empty', { kind: 'file', digest: digestOf('') }],
      ['group', { kind: 'file', digest: digestOf('x') }],
      ['link', { kind: 'symlink', digest: digestOf('no/where') }],
    ]);
  });

  test('goes by what is there now, not by what was listed', async () => {
    const root = tempDir();
    write(root, 'was-link', 'text');
    symlinkSync('target', join(root, 'was-file'));
    const hashed = await hashFiles(root, [
      { path: 'was-link', kind: 'symlink' },
      { path: 'was-file', kind: 'file' },
    ]);
    expect(hashed.get('was-link')).toEqual({ kind: 'file', digest: digestOf('text') });
    expect(hashed.get('was-file')).toEqual({ kind: 'symlink', digest: digestOf('target') });
  });

  test('hashes a file of many steps, gives others their turn, and tells of it', async () => {
    const root = tempDir();
    const content = Buffer.alloc(96 * 1024 * 1024 + 1, 'cafs');
    write(root, 'big', content);
    const progress: Progress[] = [];
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const hashed = await hashFiles(root, [{ path: 'big', kind: 'file' }], {
      observer: (event) => {
        if (event.kind === 'hash') progress.push(event);
      },
    });
    clearInterval(timer);
    expect(hashed.get('big')?.digest).toBe(digestOf(content));
    expect(turns).toBeGreaterThan(0);
    expect(progress.at(-1)).toEqual({ kind: 'hash', done: 1, total: 1, bytes: content.byteLength });
  });

  test('stops when it is aborted', async () => {
    const root = tempDir();
    write(root, 'big', Buffer.alloc(96 * 1024 * 1024));
    const controller = new AbortController();
    const reason = new Error('enough');
    const hashing = hashFiles(root, [{ path: 'big', kind: 'file' }], { signal: controller.signal });
    controller.abort(reason);
    await expect(hashing).rejects.toBe(reason);
  });
});

test('hashContent notices a file that grows while it is read', () => {
  const file = join(tempDir(), 'log');
  writeFileSync(file, 'first');
  const steps = hashContent(file, Buffer.alloc(2));
  expect(steps.next()).toEqual({ done: false, value: 2 });
  appendFileSync(file, 'more');
  let step = steps.next();
  while (!step.done) step = steps.next();
  expect(step.value).toBe('changed');
});
