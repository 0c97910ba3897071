import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { bytesOf } from '../../src/names.ts';
import { walk, type WalkOptions } from '../../src/tree/walk.ts';
import { joinBytes, nameBytes } from '../support/byte-names.ts';
import { describeOnLinux, describeOnPosix } from '../support/platform.ts';
import { asOrdinaryUser, errorOf, EVERYTHING, useTreeDirs } from './support.ts';

const tempDir = useTreeDirs();

function list(base: string, options: Partial<WalkOptions> = {}): string[] {
  return [...walk(base, { ...EVERYTHING, ...options })].map(({ path, kind }) => `${kind} ${path}`);
}

function makeFolders(base: string, ...folders: string[]): void {
  for (const folder of folders) {
    mkdirSync(join(base, folder), { recursive: true });
    chmodSync(join(base, folder), 0o755);
  }
}

describeOnPosix('walk', () => {
  test('finds files and symlinks, and follows no symlink', () => {
    const base = tempDir();
    makeFolders(base, 'a/b');
    writeFileSync(join(base, 'a/b/file'), 'x');
    symlinkSync('b', join(base, 'a/link-to-folder'));
    symlinkSync('/nowhere', join(base, 'dangling'));
    symlinkSync('..', join(base, 'loop'));
    expect(list(base)).toEqual([
      'file a/b/file',
      'symlink a/link-to-folder',
      'symlink dangling',
      'symlink loop',
    ]);
  });

  test('goes by the bytes of whole paths', () => {
    const base = tempDir();
    makeFolders(base, 'a', 'a-b', 'a0', '\uE000');
    chmodSync(join(base, 'a'), 0o700);
    const files = ['a-b/x', 'a.txt', 'a/x', 'a0/x', '\uE000/x', '\uFF5E', '😀', 'B'];
    for (const file of files) writeFileSync(join(base, file), '');
    const paths = [...walk(base, EVERYTHING)].map(({ path }) => path);
    expect(paths).toEqual([...files, 'a'].sort((a, b) => Buffer.from(a).compare(Buffer.from(b))));
  });

  test('finds a folder when it is empty, or when its mode is unusual', () => {
    const base = tempDir();
    makeFolders(base, 'empty', 'full', 'only-folders/empty', 'private');
    writeFileSync(join(base, 'full/x'), '');
    writeFileSync(join(base, 'private/x'), '');
    chmodSync(join(base, 'private'), 0o700);
    expect(list(base)).toEqual([
      'folder empty',
      'file full/x',
      'folder only-folders/empty',
      'folder private',
      'file private/x',
    ]);
  });

  test('takes no folder for empty because what it holds is not selected', () => {
    const base = tempDir();
    makeFolders(base, 'a');
    writeFileSync(join(base, 'a/x'), '');
    expect(list(base, { select: (path) => path !== 'a/x' })).toEqual([]);
    expect(list(base, { enter: () => false })).toEqual([]);
  });

  test('neither reads nor enters what it is told not to', () => {
    const base = tempDir();
    makeFolders(base, 'no', 'yes');
    writeFileSync(join(base, 'no/x'), '');
    writeFileSync(join(base, 'yes/x'), '');
    const seen: string[] = [];
    const select = (path: string): boolean => {
      seen.push(path);
      return path.endsWith('x');
    };
    expect(list(base, { enter: (path) => path !== 'no', select })).toEqual(['file yes/x']);
    expect(seen).not.toContain('no/x');
  });

  test('goes straight to the folder in which everything lies, and through no symlink', () => {
    const base = tempDir();
    makeFolders(base, 'a/b');
    writeFileSync(join(base, 'a/b/file'), 'x');
    writeFileSync(join(base, 'a/beside'), 'x');
    symlinkSync('a', join(base, 'link'));
    expect(list(base, { within: 'a/b' })).toEqual(['file a/b/file']);
    expect(list(base, { within: 'a' })).toEqual(['file a/b/file', 'file a/beside']);
    for (const within of ['link/b', 'link', 'a/b/file', 'gone', 'a/gone/x']) {
      expect(list(base, { within })).toEqual([]);
    }
  });

  test('tells of sockets and pipes, and holds a folder with nothing else for empty', async () => {
    const base = tempDir();
    makeFolders(base, 'run');
    execFileSync('mkfifo', [join(base, 'run/pipe')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(base, 'run/socket'), resolve));
    const skipped: string[] = [];
    const found = list(base, {
      onSkip: (path, why) => {
        skipped.push(`${path}: ${why}`);
      },
    });
    await new Promise((resolve) => server.close(resolve));
    expect(found).toEqual(['folder run']);
    expect(skipped.sort()).toEqual(['run/pipe: named pipe', 'run/socket: socket']);
  });

  test('takes what vanishes meanwhile for not there', () => {
    const base = tempDir();
    makeFolders(base, 'a', 'c');
    for (const file of ['a/x', 'b', 'c/x', 'd']) writeFileSync(join(base, file), '');
    const found: string[] = [];
    for (const { path } of walk(base, EVERYTHING)) {
      found.push(path);
      if (path !== 'a/x') continue;
      rmSync(join(base, 'b'));
      rmSync(join(base, 'c'), { recursive: true });
    }
    expect(found).toEqual(['a/x', 'd']);
  });

  test('takes a base that does not exist for empty', () => {
    expect(list(join(tempDir(), 'nothing'))).toEqual([]);
  });

  test('names a folder that may not be read', () => {
    const base = tempDir();
    makeFolders(base, 'secret');
    const error = asOrdinaryUser(base, () => {
      chmodSync(join(base, 'secret'), 0);
      try {
        return errorOf(() => list(base));
      } finally {
        chmodSync(join(base, 'secret'), 0o700);
      }
    });
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(error.message).toContain('secret');
  });

  test('goes into a folder of very many files', () => {
    const base = tempDir();
    makeFolders(base, 'many');
    const names = Array.from({ length: 3000 }, (_, i) => `file ${String(i).padStart(5, '0')}`);
    for (const name of names) writeFileSync(join(base, 'many', name), '');
    expect(list(base)).toEqual(names.map((name) => `file many/${name}`));
  });
});

describeOnLinux('walk, where names are bytes', () => {
  test('finds a name that is not UTF-8, and what lies in a folder of such a name', () => {
    const base = tempDir();
    makeFolders(base, 'a');
    mkdirSync(joinBytes(base, Buffer.from([0xff])), { mode: 0o755 });
    mkdirSync(joinBytes(base, 'a', Buffer.from([0xfe])), { mode: 0o755 });
    writeFileSync(joinBytes(base, Buffer.from([0xff]), 'x'), '');
    writeFileSync(joinBytes(base, 'a', Buffer.from('caf\xe9', 'latin1')), '');
    symlinkSync(Buffer.from([0xe9]), joinBytes(base, Buffer.from([0x80])));
    expect(list(base)).toEqual([
      'file a/caf\uDCE9',
      'folder a/\uDCFE',
      'symlink \uDC80',
      'file \uDCFF/x',
    ]);
    expect(list(base, { select: (path) => path.endsWith('x') })).toEqual(['file \uDCFF/x']);
    expect(list(base, { enter: (path) => path !== '\uDCFF' })).not.toContain('file \uDCFF/x');
  });

  test('names a folder of such a name that may not be read', () => {
    const base = tempDir();
    const secret = joinBytes(base, Buffer.from([0xff]));
    mkdirSync(secret);
    const error = asOrdinaryUser(base, () => {
      chmodSync(secret, 0);
      try {
        return errorOf(() => list(base));
      } finally {
        chmodSync(secret, 0o700);
      }
    });
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(error.message).toContain('/\\xFF"');
  });

  test('goes by the bytes of any names', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(nameBytes, { maxLength: 8, selector: (name) => name.toString('latin1') }),
        (names) => {
          const base = tempDir();
          for (const name of names) writeFileSync(joinBytes(base, name), '');
          const found = [...walk(base, EVERYTHING)].map(({ path }) => bytesOf(path));
          expect(found).toEqual(names.sort((a, b) => a.compare(b)));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('takes names that hold U+FFFD, quotes, line feeds and all else', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .map((text) => `${text.toWellFormed().replace(/[\0/]/g, '')}\uFFFD`);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
        const base = tempDir();
        for (const name of names) writeFileSync(join(base, name), '');
        expect(new Set(list(base))).toEqual(new Set(names.map((name) => `file ${name}`)));
      }),
      { numRuns: 50 },
    );
  });
});
