import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { digestOf } from '../../src/digest.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { compileGlobs } from '../../src/subtree/globs.ts';
import type { Area } from '../../src/tree/area.ts';
import { joinBytes, nameBytes } from '../support/byte-names.ts';
import { describeOnLinux } from '../support/platform.ts';
import { areaOf, entriesAt, noise, restoreOne, saveAs, useSync } from './support.ts';

const { tempDir, remote: openRemote } = useSync();

type Node =
  | { readonly kind: 'file'; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: 'symlink'; readonly target: Uint8Array }
  | { readonly kind: 'folder'; readonly children: readonly (readonly [Buffer, Node])[] };

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('file' as const),
      content: fc.uint8Array({ maxLength: 40 }),
      mode: fc.constantFrom(0o644, 0o755, 0o444),
    }),
    fc.record({ kind: fc.constant('symlink' as const), target: nameBytes }),
    fc.record({
      kind: fc.constant('folder' as const),
      children: fc.uniqueArray(fc.tuple(nameBytes, tie('node')), {
        maxLength: 5,
        selector: ([name]) => name.toString('latin1'),
      }),
    }),
  ),
}));
const tree = fc.uniqueArray(fc.tuple(nameBytes, node), {
  minLength: 1,
  maxLength: 6,
  selector: ([name]) => name.toString('latin1'),
});

function make(path: Buffer, made: Node): void {
  if (made.kind === 'symlink') symlinkSync(Buffer.from(made.target), path);
  else if (made.kind === 'file') {
    writeFileSync(path, made.content);
    chmodSync(path, made.mode);
  } else {
    mkdirSync(path);
    chmodSync(path, 0o755);
    for (const [name, child] of made.children) make(joinBytes(path, name), child);
  }
}

/** What GNU's tools, which know bytes alone, see in a folder: kinds, modes, targets, times, contents. */
function look(folder: string): Buffer {
  const script = `
    find . -mindepth 1 -type d -printf '%P %m\\0' | sort -z
    find . -mindepth 1 ! -type d -printf '%P %y %m %T@ %l\\0' | sort -z
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum -z`;
  return execFileSync('sh', ['-c', script], { cwd: folder, env: { ...process.env, LC_ALL: 'C' } });
}

function setTimes(folder: string): void {
  execFileSync('find', [folder, '-exec', 'touch', '-h', '-d', '@1700000000', '{}', '+']);
}

async function restore(remote: Remote, area: Area, tag = 'main'): Promise<number> {
  const entries = await entriesAt(remote, tag, tempDir());
  const restored = await restoreOne(remote, { area, entries });
  expect(restored.error).toBeUndefined();
  return restored.written;
}

describeOnLinux('names of any bytes', () => {
  test('are restored as they were, into nothing and over what another tree left', async () => {
    const place = tempDir();
    await fc.assert(
      fc.asyncProperty(tree, tree, async (wanted, before) => {
        const remote = openRemote('layout');
        const [source, target] = [join(place, 's-'), join(place, 't-')].map((start) =>
          mkdtempSync(start),
        ) as [string, string];
        for (const [name, made] of wanted) make(joinBytes(source, name), made);
        for (const [name, made] of before) make(joinBytes(target, name), made);
        setTimes(source);
        await saveAs(remote, 'main', [areaOf(source)]);
        const expected = look(source);
        const empty = mkdtempSync(join(place, 'e-'));
        await restore(remote, areaOf(empty));
        expect(look(empty).equals(expected)).toBe(true);
        await restore(remote, areaOf(target));
        expect(look(target).equals(expected)).toBe(true);
        expect(execFileSync('diff', ['-r', '--no-dereference', source, target])).toHaveLength(0);
        expect(await restore(remote, areaOf(target))).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test('may be long, and their files large', async () => {
    const remote = openRemote('layout');
    const [source, target] = [tempDir(), tempDir()];
    let deep = joinBytes(source);
    for (let level = 0; level < 14; level += 1) {
      deep = joinBytes(deep, Buffer.alloc(255, 0x80 + level));
      mkdirSync(deep);
      chmodSync(deep, 0o755);
    }
    const large = Buffer.from('caf\xe9', 'latin1');
    writeFileSync(joinBytes(deep, large), noise(100_000));
    writeFileSync(joinBytes(source, large), noise(40_000_000));
    setTimes(source);
    await saveAs(remote, 'main', [areaOf(source)]);
    const keys = (await entriesAt(remote, 'main', tempDir())).map(([key]) => key);
    expect(keys).toEqual([
      expect.stringMatching(/^ws\/(?:%80){255}\/%~[0-9a-f]{64}$/),
      'ws/caf%E9',
    ]);
    expect(await restore(remote, areaOf(target))).toBe(2);
    expect(look(target).equals(look(source))).toBe(true);
  });

  test('are told from what they look like: a file is not written in place of another', async () => {
    const remote = openRemote('layout');
    const [source, target] = [tempDir(), tempDir()];
    for (const name of [[0xff], [0xef, 0xbf, 0xbd], Buffer.from('%FF'), Buffer.from('\\xFF')]) {
      writeFileSync(joinBytes(source, Buffer.from(name)), String(name));
    }
    setTimes(source);
    await saveAs(remote, 'main', [areaOf(source)]);
    writeFileSync(joinBytes(target, Buffer.from([0xfe])), 'stale');
    writeFileSync(join(target, '\uFFFD'), 'another');
    expect(await restore(remote, areaOf(target))).toBe(4);
    expect(look(target).equals(look(source))).toBe(true);
  });

  test('are outputs where globs say so', async () => {
    const remote = openRemote('layout');
    const [source, target] = [tempDir(), tempDir()];
    const odd = Buffer.from('caf\xe9', 'latin1');
    for (const folder of [source, target]) {
      mkdirSync(joinBytes(folder, 'dist'));
      mkdirSync(joinBytes(folder, 'dist', odd));
    }
    writeFileSync(joinBytes(source, 'dist', odd, Buffer.from('\xff.js', 'latin1')), 'built');
    writeFileSync(joinBytes(source, 'dist', odd, Buffer.from('\xff.map', 'latin1')), 'left out');
    const mine = joinBytes(target, 'dist', odd, Buffer.from('\xfe.map', 'latin1'));
    writeFileSync(mine, 'mine');
    const globs = compileGlobs(['dist/**/*.js']);
    const area = (base: string): Area => ({
      root: 'ws',
      base,
      select: globs.matches,
      enter: globs.mayContain,
    });
    await saveAs(remote, 'main', [area(source)]);
    expect(await restore(remote, area(target))).toBe(1);
    expect(
      execFileSync('find', [target, '-type', 'f', '-printf', '%P\\n'])
        .toString('latin1')
        .split('\n')
        .sort(),
    ).toEqual(['', 'dist/caf\xe9/\xfe.map', 'dist/caf\xe9/\xff.js']);
  });

  test('a restore that fails puts back what such names had', async () => {
    const remote = openRemote('layout');
    const [source, target] = [tempDir(), tempDir()];
    for (const byte of [0xfd, 0xfe, 0xff]) {
      writeFileSync(joinBytes(source, Buffer.from([byte])), noise(3_000_000));
      writeFileSync(joinBytes(target, Buffer.from([byte])), 'mine');
    }
    setTimes(target);
    const before = look(target);
    await saveAs(remote, 'main', [areaOf(source)]);
    const entries = (await entriesAt(remote, 'main', tempDir())).map(([key, entry], i) =>
      i === 1
        ? ([key, { ...entry, digest: digestOf('another') }] as const)
        : ([key, entry] as const),
    );
    const { error } = await restoreOne(remote, { area: areaOf(target), entries });
    expect(error).toMatchObject({ code: 'INTEGRITY' });
    expect(look(target).equals(before)).toBe(true);
  });
});
