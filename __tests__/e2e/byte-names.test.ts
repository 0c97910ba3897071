import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

import { expect } from '@jest/globals';

import { joinBytes } from '../support/byte-names.ts';
import { testOnLinux } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { changedIn, freshRemote, reasonsIn, runMain, runPost, subtreeInputs } from './job.ts';
import { type Checkout, Project, build } from './project.ts';

const tempDir = useTempDirs();

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A subtree, an input and an output whose names are not UTF-8. */
const SUBTREE = ['packages', bytes('caf\xe9')];
const INPUT = ['packages/a/src', bytes('\xe9.h')];
const OUTPUT = [...SUBTREE, 'dist', bytes('\xff.js')];

function checkOut(project: Project): Checkout {
  const checkout = project.checkOut();
  mkdirSync(joinBytes(checkout.folder, ...SUBTREE));
  writeFileSync(joinBytes(checkout.folder, ...SUBTREE, 'source'), 'source');
  writeFileSync(joinBytes(checkout.folder, ...INPUT), 'input');
  return checkout;
}

testOnLinux('names that are not UTF-8 are saved, restored, and tell what changed', async () => {
  const project = new Project(tempDir);
  const remote = freshRemote('layout', tempDir);
  const inputs = subtreeInputs(remote, { subtrees: 'packages/*\n!packages/b' });
  const job = () => ({ checkout: checkOut(project), machine: tempDir(), inputs });
  const first = job();
  const main = await runMain(first);
  expect(changedIn(main)).toEqual(['packages/a', 'packages/caf\uDCE9']);
  build(first.checkout, 'packages/a');
  mkdirSync(joinBytes(first.checkout.folder, ...SUBTREE, 'dist'));
  writeFileSync(joinBytes(first.checkout.folder, ...OUTPUT), 'built');
  const post = await runPost(first, main);
  expect(post.outputs['saved']).toBe('true');
  expect(post.stdout).toContain('packages/caf\\xE9: saved');

  const second = job();
  const again = await runMain(second);
  expect(changedIn(again)).toEqual([]);
  expect(readFileSync(joinBytes(second.checkout.folder, ...OUTPUT), 'utf8')).toBe('built');
  expect(again.stdout).toContain('packages/caf\\xE9: unchanged, restored from');
  // As Markdown has it, in HTML's escapes.
  expect(again.summary).toContain('<code>packages/caf&#92;xE9</code>');
  expect(again.stdout + again.summary).not.toContain('\uFFFD');

  const third = job();
  const [from, to] = [INPUT, ['packages/a/src', bytes('\xe8.h')]];
  renameSync(joinBytes(third.checkout.folder, ...from), joinBytes(third.checkout.folder, ...to));
  const renamed = await runMain(third);
  expect(reasonsIn(renamed)).toEqual({
    'packages/a': '"src/\\xE8.h" added; "src/\\xE9.h" removed',
  });
  expect(renamed.stdout).toContain('"src/\\xE8.h" added');
});
