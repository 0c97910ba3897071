import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { differences, staleFiles } from '../../src/tree/difference.ts';
import { describeOnPosix } from '../support/platform.ts';
import {
  asOrdinaryUser,
  describeTree,
  errorOf,
  EVERYTHING,
  infoOf,
  useTreeDirs,
} from './support.ts';

const tempDir = useTreeDirs();

function makeTree(): string {
  const base = tempDir();
  mkdirSync(join(base, 'folder/empty'), { recursive: true });
  chmodSync(join(base, 'folder/empty'), 0o755);
  writeFileSync(join(base, 'folder/file'), 'text', { mode: 0o644 });
  symlinkSync('file', join(base, 'folder/link'));
  return base;
}

describeOnPosix('differences', () => {
  test('there are none to what was described a moment ago', () => {
    const base = makeTree();
    expect([...differences(base, describeTree(base))]).toEqual([
      ['folder/empty', 'same'],
      ['folder/file', 'same'],
      ['folder/link', 'same'],
    ]);
  });

  test.each<[string, string, (base: string) => void]>([
    [
      'folder/file',
      'attributes',
      (base) => {
        chmodSync(join(base, 'folder/file'), 0o755);
      },
    ],
    [
      'folder/file',
      'attributes',
      (base) => {
        utimesSync(join(base, 'folder/file'), 1, 1);
      },
    ],
    [
      'folder/file',
      'content',
      (base) => {
        writeFileSync(join(base, 'folder/file'), 'more text');
      },
    ],
    [
      'folder/file',
      'missing',
      (base) => {
        rmSync(join(base, 'folder/file'));
      },
    ],
    [
      'folder/file',
      'content',
      (base) => {
        rmSync(join(base, 'folder/file'));
        symlinkSync('/etc/passwd', join(base, 'folder/file'));
      },
    ],
    [
      'folder/file',
      'content',
      (base) => {
        rmSync(join(base, 'folder/file'));
        mkdirSync(join(base, 'folder/file'));
      },
    ],
    [
      'folder/link',
      'content',
      (base) => {
        rmSync(join(base, 'folder/link'));
        symlinkSync('elif', join(base, 'folder/link'));
      },
    ],
    [
      'folder/empty',
      'attributes',
      (base) => {
        chmodSync(join(base, 'folder/empty'), 0o700);
      },
    ],
    [
      'folder/empty',
      'missing',
      (base) => {
        rmSync(join(base, 'folder/empty'), { recursive: true });
      },
    ],
  ])('%s: %s', (path, difference, change) => {
    const base = makeTree();
    const wanted = describeTree(base);
    change(base);
    expect(new Map(differences(base, wanted)).get(path)).toBe(difference);
  });

  test('sees other bytes of the same size and time', () => {
    const base = makeTree();
    utimesSync(join(base, 'folder/file'), 1, 1);
    const wanted = describeTree(base);
    writeFileSync(join(base, 'folder/file'), 'TEXT');
    utimesSync(join(base, 'folder/file'), 1, 1);
    expect(new Map(differences(base, wanted)).get('folder/file')).toBe('content');
  });

  test('takes a microsecond for no difference, and two for one', () => {
    const base = makeTree();
    const file = describeTree(base).get('folder/file')!;
    const shifted = (by: number): [string, string][] => {
      const meta = { ...file.meta, mtimeMs: file.meta.mtimeMs + by };
      return [...differences(base, new Map([['folder/file', { ...file, meta }]]))];
    };
    expect(shifted(0.001)).toEqual([['folder/file', 'same']]);
    expect(shifted(0.002)).toEqual([['folder/file', 'attributes']]);
  });

  test('does not look behind a symlink in the way', () => {
    const base = makeTree();
    const wanted = describeTree(base);
    symlinkSync('folder', join(base, 'alias'));
    const aliased = new Map([['alias/file', wanted.get('folder/file')!]]);
    expect([...differences(base, aliased)]).toEqual([['alias/file', 'content']]);
    expect([...differences(base, new Map([['folder/file/x', infoOf('')]]))]).toEqual([
      ['folder/file/x', 'content'],
    ]);
  });

  test('takes what it may not read for different', () => {
    const base = makeTree();
    const wanted = describeTree(base);
    asOrdinaryUser(base, () => {
      chmodSync(join(base, 'folder/file'), 0);
      expect(new Map(differences(base, wanted)).get('folder/file')).toBe('content');
      chmodSync(join(base, 'folder'), 0);
      expect(new Map(differences(base, wanted)).get('folder/link')).toBe('content');
      chmodSync(join(base, 'folder'), 0o755);
    });
  });

  test('refuses a path that leaves the base', () => {
    const wanted = new Map([['../x', infoOf('')]]);
    expect(errorOf(() => [...differences(tempDir(), wanted)]).code).toBe('CONTAINMENT');
  });
});

describeOnPosix('staleFiles', () => {
  const list = (base: string, wanted: string[]): string[] =>
    [...staleFiles(base, EVERYTHING, new Map(wanted.map((path) => [path, 1])))].map(
      ({ path }) => path,
    );

  test('are those on disk that are not wanted', () => {
    const base = makeTree();
    expect(list(base, ['folder/file', 'other'])).toEqual(['folder/empty', 'folder/link']);
    expect(list(base, ['folder/empty', 'folder/link', 'folder/file'])).toEqual([]);
  });

  test('are selected ones only', () => {
    const base = makeTree();
    const selection = { enter: () => true, select: (path: string) => path.endsWith('k') };
    const found = [...staleFiles(base, selection, new Map())];
    expect(found.map(({ path }) => path)).toEqual(['folder/link']);
  });

  test('are never folders on the way to something wanted', () => {
    const base = makeTree();
    chmodSync(join(base, 'folder'), 0o700);
    expect(list(base, ['folder/file'])).not.toContain('folder');
    expect(list(base, [])).toContain('folder');
  });
});
