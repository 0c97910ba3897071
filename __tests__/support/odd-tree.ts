import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names that are hard on a disk, in a key, or for a shell. */
export const ODD_NAMES = [
  'with space',
  'quo\'te"s',
  'line\nfeed',
  '[...slug].tsx',
  '...',
  '%41',
  '-rf',
  '_private',
  'caf\u00e9',
  'cafe\u0301',
  '\uFFFD',
  '日本語😀',
  'back\\slash',
  'nul',
  'a:b',
  'trailing. ',
];

/** Makes a tree of all kinds of things with all kinds of names, modes and times. */
export function makeOddTree(base: string): void {
  mkdirSync(join(base, 'src/empty/deeper'), { recursive: true });
  mkdirSync(join(base, 'mode 700/empty'), { recursive: true });
  mkdirSync(join(base, 'read-only/inner'), { recursive: true });
  for (const [i, name] of ODD_NAMES.entries()) {
    mkdirSync(join(base, 'src', `${name}.d`));
    writeFileSync(join(base, 'src', `${name}.d`, name), name.repeat(i));
  }
  const deep = `src/${Array.from({ length: 15 }, (_, i) => String(i % 10).repeat(200)).join('/')}`;
  mkdirSync(join(base, deep), { recursive: true });
  writeFileSync(join(base, deep, 'n'.repeat(250)), 'deep');
  writeFileSync(join(base, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(base, 'src/large'), Buffer.alloc(3_000_001, 'x'));
  writeFileSync(join(base, 'read-only/inner/file'), 'r', { mode: 0o444 });
  symlinkSync('src', join(base, 'link-to-folder'));
  symlinkSync('../../../outside', join(base, 'link-to-outside'));
  symlinkSync('/nowhere/at/all', join(base, 'dangling'));
  symlinkSync('tool', join(base, 'link-to-file'));
  setTimes(base);
  chmodSync(join(base, 'mode 700'), 0o700);
  chmodSync(join(base, 'read-only/inner'), 0o555);
  chmodSync(join(base, 'read-only'), 0o555);
}

/** Gives everything a time of its own, with microseconds. */
function setTimes(base: string): void {
  const paths = execFileSync('find', [base, '-mindepth', '1', '-depth', '-print0'])
    .toString()
    .split('\0')
    .filter((path) => path !== '');
  for (const [i, path] of paths.entries()) {
    // `touch` reads decimals: a double would not hold them exactly.
    const time = `@${1_600_000_000 + i * 86_399}.${String((1000 + i * 99_991) % 1_000_000).padStart(6, '0')}`;
    execFileSync('touch', ['-h', '-d', time, path]);
  }
}

/** Kind, mode, target and whole microseconds, as GNU find sees them. */
export function listWithFind(base: string, paths: Iterable<string>): string[] {
  const lines = execFileSync('find', [base, '-mindepth', '1', '-printf', '%y %m %l %T@ %P\\0'])
    .toString()
    .split('\0')
    .map((line) => line.replace(/(\.\d{6})\d+/, '$1'));
  const wanted = new Set(paths);
  return lines.filter((line) => wanted.has(line.replace(/^.*?\.\d{6} /s, ''))).sort();
}
