import { lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { type FileMetaJson, fileMetaFrom, parseFileMeta } from '../../src/tree/meta.ts';
import { useTempDirs } from '../support/temp.ts';
import { errorOf } from './support.ts';

const tempDir = useTempDirs();

const meta: fc.Arbitrary<FileMetaJson> = fc
  .record(
    {
      kind: fc.constantFrom('symlink' as const, 'folder' as const),
      mode: fc.nat(0o777),
      mtimeMs: fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
      path: fc.string({ minLength: 1 }),
    },
    { requiredKeys: ['mode', 'mtimeMs'] },
  )
  .map((record) => ({ ...record }));

describe('parseFileMeta', () => {
  test('gives back what it is meant for', () => {
    fc.assert(
      fc.property(meta, (meta) => {
        expect(parseFileMeta(meta)).toEqual(meta);
      }),
    );
  });

  test('leaves out members that it does not know', () => {
    expect(parseFileMeta({ mode: 0, mtimeMs: 0, owner: 'root' })).toEqual({ mode: 0, mtimeMs: 0 });
  });

  test.each([
    undefined,
    null,
    'x',
    {},
    { mode: 0o644 },
    { mtimeMs: 1 },
    { mode: 0o1000, mtimeMs: 1 },
    { mode: 0o4755, mtimeMs: 1 },
    { mode: -1, mtimeMs: 1 },
    { mode: 1.5, mtimeMs: 1 },
    { mode: '420', mtimeMs: 1 },
    { mode: 1, mtimeMs: NaN },
    { mode: 1, mtimeMs: Infinity },
    { mode: 1, mtimeMs: 1e16 },
    { mode: 1, mtimeMs: '1' },
    { mode: 1, mtimeMs: 1, kind: 'file' },
    { mode: 1, mtimeMs: 1, kind: 'device' },
    { mode: 1, mtimeMs: 1, kind: null },
    { mode: 1, mtimeMs: 1, path: 1 },
  ])('refuses %j', (value) => {
    expect(errorOf(() => parseFileMeta(value)).code).toBe('MALFORMED');
  });
});

describe('fileMetaFrom', () => {
  test('holds kind, mode and time to the microsecond', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'f'), '', { mode: 0o640 });
    utimesSync(join(dir, 'f'), 1, 1_700_000_000.123_457);
    mkdirSync(join(dir, 'd'), { mode: 0o700 });
    symlinkSync('f', join(dir, 'l'));
    const [file, folder, link] = ['f', 'd', 'l'].map((name) => lstatSync(join(dir, name)));
    expect(fileMetaFrom(file!)).toEqual({
      mode: 0o640,
      mtimeMs: 1_700_000_000_123.457,
    });
    expect(fileMetaFrom(folder!)).toMatchObject({ kind: 'folder', mode: 0o700 });
    expect(fileMetaFrom(link!)).toMatchObject({ kind: 'symlink', mode: 0o777 });
  });

  test('never holds setuid, setgid or sticky', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'f'), '');
    const stats = lstatSync(join(dir, 'f'));
    stats.mode = 0o107755;
    expect(fileMetaFrom(stats, 'linux').mode).toBe(0o755);
  });

  test('knows read-only files, and nothing else, on Windows', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'f'), '');
    const stats = lstatSync(join(dir, 'f'));
    stats.mode = 0o100666;
    expect(fileMetaFrom(stats, 'win32').mode).toBe(0o644);
    stats.mode = 0o100444;
    expect(fileMetaFrom(stats, 'win32').mode).toBe(0o444);
    const folder = lstatSync(dir);
    folder.mode = 0o40666;
    expect(fileMetaFrom(folder, 'win32').mode).toBe(0o755);
  });
});
