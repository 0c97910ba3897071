import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { findSubtrees } from '../../src/subtree/find.ts';
import { type Fingerprint, fingerprintSubtrees } from '../../src/subtree/fingerprint.ts';
import { parseRecord } from '../../src/subtree/parse-record.ts';
import { explain } from '../../src/subtree/reasons.ts';
import { encodeRecord } from '../../src/subtree/record.ts';
import { joinBytes } from '../support/byte-names.ts';
import { testOnLinux } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { makeTooDeep } from '../support/too-deep.ts';
import { commitAll, fingerprintsOf, git, optionsFor, write, writeMonorepo } from './monorepo.ts';

const tempDir = useTempDirs();

describe('fingerprintSubtrees', () => {
  test('keeps all that a fingerprint covers in its record', async () => {
    const root = tempDir();
    writeMonorepo(root);
    commitAll(root);
    const found = await fingerprintSubtrees(optionsFor(root));
    const lib = found.get('packages/lib');
    const core = found.get('packages/core');
    expect(lib?.record).toEqual({
      version: 1,
      name: 'packages/lib',
      platform: 'linux-x64',
      salt: '',
      env: [['NODE_ENV', digestOf('production')]],
      globs: { inputs: ['**'], outputs: ['dist/**'], sharedInputs: ['package-lock.json'] },
      files: [
        ['lib/c.ts', 'file', digestOf("export const c = 'lib';\n")],
        ['link', 'symlink', digestOf('src/a.ts')],
        [
          'package.json',
          'file',
          digestOf('{"name":"@acme/lib","version":"1.0.0","dependencies":{"@acme/core":"*"}}'),
        ],
        ['run.sh', 'file', digestOf('#!/bin/sh\n')],
        ['src/a.ts', 'file', digestOf("export const a = 'lib';\n")],
        ['src/b.ts', 'file', digestOf("export const b = 'lib';\n")],
      ],
      shared: [['package-lock.json', 'file', digestOf('{"lockfileVersion":3}\n')]],
      dependencies: [['packages/core', core?.ownDigest]],
    });
    expect(found.get('packages/app')?.record.dependencies).toEqual([
      ['packages/core', core?.ownDigest],
      ['packages/lib', lib?.ownDigest],
    ]);
    for (const { fingerprint, record } of found.values()) {
      expect(digestOf(encodeRecord(record))).toBe(fingerprint);
    }
  });

  test('gives no value of a variable away', async () => {
    const root = tempDir();
    writeMonorepo(root);
    const env = new Map([['TOKEN', 'hunter2']]);
    const found = await fingerprintSubtrees(optionsFor(root, { env }));
    for (const { record } of found.values()) {
      expect(Buffer.from(encodeRecord(record)).toString()).not.toContain('hunter2');
    }
  });

  test('is the same in every folder, in every order of writing, cloned or not', async () => {
    const first = tempDir();
    writeMonorepo(first);
    commitAll(first);
    const expected = await fingerprintsOf(optionsFor(first));

    const clone = join(tempDir(), 'somewhere', 'else');
    git(first, 'clone', '-q', first, clone);
    expect(await fingerprintsOf(optionsFor(clone))).toEqual(expected);

    const linked = join(tempDir(), 'link');
    symlinkSync(first, linked);
    expect(await fingerprintsOf(optionsFor(linked))).toEqual(expected);

    const worktree = join(tempDir(), 'worktree');
    git(first, 'worktree', 'add', '-q', worktree, 'HEAD');
    expect(await fingerprintsOf(optionsFor(worktree))).toEqual(expected);

    const below = tempDir();
    git(below, 'init', '-q');
    execFileSync('cp', ['-a', clone, join(below, 'inner')]);
    execFileSync('rm', ['-rf', join(below, 'inner/.git')]);
    expect(await fingerprintsOf(optionsFor(join(below, 'inner')))).toEqual(expected);

    const plain = join(tempDir(), 'plain');
    execFileSync('cp', ['-a', clone, plain]);
    execFileSync('rm', ['-rf', join(plain, '.git')]);
    expect(await fingerprintsOf(optionsFor(plain))).toEqual(expected);
  });

  test('is the same in every locale, and under variables that git itself reads', async () => {
    const root = tempDir();
    writeMonorepo(root);
    for (const name of ['ä', 'z', 'Z', 'a', 'A', 'ø', '\u{1F600}', '\uFFEE', 'i', 'I', 'ı']) {
      write(root, `packages/core/${name}.txt`, name);
    }
    commitAll(root);
    const expected = await fingerprintsOf(optionsFor(root));
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url));
    const script = `
      import { fingerprintSubtrees } from ${url('../../src/subtree/fingerprint.ts')};
      const options = JSON.parse(process.argv[1]);
      const found = await fingerprintSubtrees({ ...options, env: new Map(options.env) });
      const result = [...found].map(([name, { fingerprint }]) => [name, fingerprint]);
      console.log(JSON.stringify(Object.fromEntries(result)));`;
    const options = optionsFor(root);
    const argument = JSON.stringify({ ...options, env: [...(options.env ?? [])] });
    for (const env of [
      { LC_ALL: 'C' },
      { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
      { LC_ALL: 'sv_SE.UTF-8', TZ: 'Asia/Tokyo' },
      { GIT_DIR: join(tempDir(), 'other'), GIT_WORK_TREE: tempDir() },
    ]) {
      const output = execFileSync(
        process.execPath,
        ['--input-type=module', '--eval', script, argument],
        { encoding: 'utf8', env: { PATH: process.env['PATH'], ...env } },
      );
      expect(JSON.parse(output)).toEqual(expected);
    }
  });

  test('takes no output of any subtree for an input of another, or for a shared one', async () => {
    const root = tempDir();
    write(root, 'a.ts', 'a');
    write(root, 'inner/b.ts', 'b');
    write(root, 'inner/dist/b.js', 'built');
    write(root, 'out/inner.txt', 'built');
    const subtrees = [
      { name: '.', inputs: ['**'], outputs: ['out'] },
      { name: 'inner', inputs: ['**'], outputs: ['dist'] },
    ];
    const found = await fingerprintSubtrees({
      workspace: root,
      subtrees,
      sharedInputs: ['out/**', 'inner/**'],
      platform: 'any',
    });
    const paths = (name: string, list: 'files' | 'shared'): unknown =>
      found.get(name)?.record[list].map(([path]) => path);
    expect(paths('.', 'files')).toEqual(['a.ts', 'inner/b.ts']);
    expect(paths('inner', 'files')).toEqual(['b.ts']);
    expect(paths('inner', 'shared')).toEqual(['inner/b.ts']);
  });

  test('adds the dependencies that it is told of, cycles too', async () => {
    const root = tempDir();
    writeMonorepo(root);
    const dependsOn = new Map([['packages/core', new Set(['packages/app'])]]);
    const before = await fingerprintsOf(optionsFor(root, { dependsOn }));
    write(root, 'packages/app/src/new.ts', 'x');
    const after = await fingerprintsOf(optionsFor(root, { dependsOn }));
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual([
      'packages/app',
      'packages/core',
      'packages/lib',
    ]);
  });

  test('warns of a subtree without a single input', async () => {
    const root = tempDir();
    write(root, 'full/a');
    write(root, 'empty/dist/a');
    const notices: string[] = [];
    await fingerprintSubtrees({
      workspace: root,
      subtrees: ['empty', 'full'].map((name) => ({ name, inputs: ['**'], outputs: ['dist'] })),
      platform: 'any',
      observer: (event) => {
        if (event.kind === 'warning') notices.push(event.message);
      },
    });
    expect(notices).toEqual([expect.stringContaining('No file is an input of empty')]);
  });

  testOnLinux('reads no folder that cannot hold an input', async () => {
    const root = tempDir();
    write(root, 'a/src/x');
    write(root, 'a/big/y');
    // What is too deep is an error wherever it is looked at.
    const big = join(root, 'a/big');
    makeTooDeep(big);
    const subtrees = [{ name: 'a', inputs: ['src/**'], outputs: [] }];
    await fingerprintSubtrees({ workspace: root, subtrees, platform: 'any' });
    const all = [{ name: 'a', inputs: ['**'], outputs: [] }];
    await expect(
      fingerprintSubtrees({ workspace: root, subtrees: all, platform: 'any' }),
    ).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
    execFileSync('rm', ['-r', big]);
  });

  testOnLinux('covers names that are not UTF-8 by their bytes', async () => {
    const root = tempDir();
    write(root, 'a/src/x');
    const subtrees = [{ name: 'a', inputs: ['**/*.h'], outputs: [] }];
    const now = async (): Promise<Fingerprint> =>
      (await fingerprintSubtrees({ workspace: root, subtrees, platform: 'any' })).get('a')!;
    const nameOf = (text: string): Buffer =>
      joinBytes(root, 'a/src', Buffer.from(`${text}.h`, 'latin1'));
    let last = nameOf('caf\xe9');
    writeFileSync(last, 'same');
    const seen = [await now()];
    // Other bytes; what Node makes of any of them, U+FFFD; and what a byte looks like in reasons.
    for (const name of ['caf\xe8', 'caf\xef\xbf\xbd', 'caf\\xE9', 'caf\xed\xb3\xa9']) {
      renameSync(last, nameOf(name));
      last = nameOf(name);
      seen.push(await now());
    }
    expect(new Set(seen.map(({ fingerprint }) => fingerprint)).size).toBe(5);
    for (const { record, fingerprint } of seen) {
      expect(record.files).toHaveLength(1);
      const bytes = encodeRecord(record);
      expect(digestOf(bytes)).toBe(fingerprint);
      expect(parseRecord(bytes)).toEqual(record);
    }
    expect(explain(seen[1]!.record, seen[0]!.record)).toEqual([
      '"src/caf\\xE8.h" added',
      '"src/caf\\xE9.h" removed',
    ]);
    renameSync(last, nameOf('caf\xe9'));
    expect((await now()).fingerprint).toBe(seen[0]!.fingerprint);
  });

  testOnLinux('takes a folder of such a name for a subtree', async () => {
    const root = tempDir();
    write(root, 'packages/moved/package.json', '{"name":"moved","dependencies":{"core":"*"}}');
    write(root, 'packages/core/package.json', '{"name":"core"}');
    renameSync(
      join(root, 'packages/moved'),
      joinBytes(root, 'packages', Buffer.from('caf\xe9', 'latin1')),
    );
    const { names, problems } = findSubtrees(root, ['packages/*']);
    expect({ names, problems }).toEqual({
      names: ['packages/caf\uDCE9', 'packages/core'],
      problems: [],
    });
    const subtrees = names.map((name) => ({ name, inputs: ['**'], outputs: [] }));
    const found = await fingerprintSubtrees({ workspace: root, subtrees, platform: 'any' });
    expect(found.get('packages/caf\uDCE9')?.record).toMatchObject({
      files: [['package.json', 'file', expect.anything()]],
      dependencies: [['packages/core', expect.anything()]],
    });
  });

  test.each([
    ['a name twice', { subtrees: ['a', 'a'].map((name) => ({ name, inputs: [], outputs: [] })) }],
    ['a name that leaves', { subtrees: [{ name: '../a', inputs: [], outputs: [] }] }],
    ['a name that is no text', { subtrees: [{ name: '\ud800', inputs: [], outputs: [] }] }],
    ['UTF-8 as bytes', { subtrees: [{ name: '\udcc3\udca9', inputs: [], outputs: [] }] }],
    ['an absolute name', { subtrees: [{ name: '/a', inputs: [], outputs: [] }] }],
    ['a wrong glob', { sharedInputs: ['../x'] }],
    ['an unknown dependency', { dependsOn: new Map([['packages/app', new Set(['nope'])]]) }],
    ['an unknown dependent', { dependsOn: new Map([['nope', new Set(['packages/app'])]]) }],
  ])('refuses %s', async (_, changes) => {
    await expect(
      fingerprintSubtrees({ ...optionsFor(tempDir()), ...changes }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('stops when it is aborted', async () => {
    const reason = new Error('enough');
    await expect(
      fingerprintSubtrees(optionsFor(tempDir(), { signal: AbortSignal.abort(reason) })),
    ).rejects.toBe(reason);
  });
});
