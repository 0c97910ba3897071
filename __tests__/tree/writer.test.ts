import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fileMetaFrom } from '../../src/tree/meta.ts';
import { TreeWriter } from '../../src/tree/writer.ts';
import { describeOnPosix, testOnLinux } from '../support/platform.ts';
import { asOrdinaryUser, errorOf, infoOf, MOMENT, useTreeDirs } from './support.ts';

const tempDir = useTreeDirs();

function writerFor(base: string): TreeWriter {
  return new TreeWriter(base, { allowed: () => true });
}

function* piecesOf(text: string): Generator<Uint8Array> {
  for (const character of text) yield Buffer.from(character);
}

describeOnPosix('writeFile', () => {
  const ways = [
    ['whole', (text: string) => Buffer.from(text)],
    ['in chunks', piecesOf],
  ] as const;

  describe.each(ways)('%s', (_, content) => {
    test.each([0o644, 0o755, 0o444, 0o600, 0o000, 0o777])(
      'gives it bytes, mode %o and time',
      (mode) => {
        const base = tempDir();
        const before = process.umask(0o077);
        try {
          writerFor(base).writeFile('a/b/file', content('text'), infoOf('text', { mode }));
        } finally {
          process.umask(before);
        }
        const file = join(base, 'a/b/file');
        expect(fileMetaFrom(lstatSync(file))).toEqual({ mode, mtimeMs: MOMENT });
        if (mode & 0o400) expect(readFileSync(file, 'utf8')).toBe('text');
        expect(readdirSync(join(base, 'a/b'))).toEqual(['file']);
      },
    );

    test('replaces a symlink and leaves alone what it led to', () => {
      const base = tempDir();
      const outside = join(tempDir(), 'outside');
      writeFileSync(outside, 'precious');
      symlinkSync(outside, join(base, 'file'));
      writerFor(base).writeFile('file', content('new'), infoOf('new'));
      expect(readFileSync(outside, 'utf8')).toBe('precious');
      expect(lstatSync(join(base, 'file')).isFile()).toBe(true);
    });

    test('replaces a file and leaves alone its other links', () => {
      const base = tempDir();
      const store = join(tempDir(), 'linked');
      writeFileSync(store, 'shared');
      linkSync(store, join(base, 'file'));
      writerFor(base).writeFile('file', content('new'), infoOf('new'));
      expect(readFileSync(store, 'utf8')).toBe('shared');
      expect(readFileSync(join(base, 'file'), 'utf8')).toBe('new');
    });

    test('replaces a read-only file', () => {
      const base = tempDir();
      writeFileSync(join(base, 'file'), 'old', { mode: 0o444 });
      asOrdinaryUser(base, () => {
        writerFor(base).writeFile('file', content('new'), infoOf('new', { mode: 0o444 }));
      });
      expect(readFileSync(join(base, 'file'), 'utf8')).toBe('new');
    });

    test('replaces a folder of which all may be removed', () => {
      const base = tempDir();
      mkdirSync(join(base, 'file/a/b'), { recursive: true });
      writeFileSync(join(base, 'file/a/x'), '');
      symlinkSync('/etc', join(base, 'file/a/link'));
      chmodSync(join(base, 'file/a'), 0o555);
      asOrdinaryUser(base, () => {
        writerFor(base).writeFile('file', content('new'), infoOf('new'));
      });
      expect(readFileSync(join(base, 'file'), 'utf8')).toBe('new');
    });

    test('leaves a folder whole that holds what may not be removed', () => {
      const base = tempDir();
      mkdirSync(join(base, 'file/a'), { recursive: true });
      writeFileSync(join(base, 'file/a/keep'), 'precious');
      writeFileSync(join(base, 'file/other'), '');
      const writer = new TreeWriter(base, { allowed: (path) => path !== 'file/a/keep' });
      const error = errorOf(() => {
        writer.writeFile('file', content('new'), infoOf('new'));
      });
      expect(error.code).toBe('CONTAINMENT');
      expect(error.message).toContain('"file/a/keep"');
      expect(readdirSync(join(base, 'file')).sort()).toEqual(['a', 'other']);
      expect(readdirSync(base)).toEqual(['file']);
    });

    test('refuses a size that is not as it was told', () => {
      const base = tempDir();
      writeFileSync(join(base, 'file'), 'old');
      for (const other of ['ne', 'new!']) {
        const error = errorOf(() => {
          writerFor(base).writeFile('file', content(other), infoOf('new'));
        });
        expect(error.code).toBe('INTEGRITY');
        expect(error.message).toContain('"file"');
      }
      expect(readFileSync(join(base, 'file'), 'utf8')).toBe('old');
      expect(readdirSync(base)).toEqual(['file']);
    });
  });

  test('in chunks of another digest: refuses, and leaves what was there', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), 'old');
    const error = errorOf(() => {
      writerFor(base).writeFile('file', piecesOf('bad'), infoOf('new'));
    });
    expect(error.code).toBe('INTEGRITY');
    expect(readFileSync(join(base, 'file'), 'utf8')).toBe('old');
    expect(readdirSync(base)).toEqual(['file']);
  });

  test('in chunks that end in an error: leaves what was there', () => {
    const base = tempDir();
    const failing = function* (): Generator<Uint8Array> {
      yield Buffer.from('ne');
      throw new Error('connection lost');
    };
    const error = errorOf(() => {
      writerFor(base).writeFile('file', failing(), infoOf('new'));
    });
    expect(error.message).toBe('connection lost');
    expect(readdirSync(base)).toEqual([]);
  });
});

describeOnPosix('stageFile', () => {
  test('puts a file in its place once it is whole', () => {
    const base = tempDir();
    const staged = writerFor(base).stageFile('a/file', infoOf('text'));
    staged.write(Buffer.from('te'));
    expect(readdirSync(join(base, 'a'))).toEqual([expect.stringMatching(/^\.cafs-.*\.tmp$/)]);
    staged.write(Buffer.from('xt'));
    staged.commit();
    staged.discard();
    expect(readdirSync(join(base, 'a'))).toEqual(['file']);
    expect(readFileSync(join(base, 'a/file'), 'utf8')).toBe('text');
  });

  test('takes no byte more than it was told', () => {
    const base = tempDir();
    const staged = writerFor(base).stageFile('file', infoOf('text'));
    staged.write(Buffer.from('tex'));
    const error = errorOf(() => {
      staged.write(Buffer.from('ts'));
    });
    expect(error.code).toBe('INTEGRITY');
    expect(statSync(join(base, readdirSync(base)[0]!)).size).toBe(3);
    staged.discard();
  });

  test('nobody else can read it before', () => {
    const base = tempDir();
    const staged = writerFor(base).stageFile('file', infoOf('text', { mode: 0o666 }));
    expect(statSync(join(base, readdirSync(base)[0]!)).mode & 0o777).toBe(0o600);
    staged.discard();
    expect(readdirSync(base)).toEqual([]);
  });
});

describeOnPosix('writeSymlink', () => {
  const meta = { kind: 'symlink', mode: 0o777, mtimeMs: MOMENT } as const;

  test.each(['file', '../../outside', '/etc/passwd', 'nothing here', 'x\ny'])(
    'restores the target %j as it was, and its time',
    (target) => {
      const base = tempDir();
      writerFor(base).writeSymlink('a/link', Buffer.from(target), meta);
      expect(readlinkSync(join(base, 'a/link'))).toBe(target);
      expect(fileMetaFrom(lstatSync(join(base, 'a/link')))).toEqual(meta);
    },
  );

  testOnLinux('takes a target that is not UTF-8', () => {
    const base = tempDir();
    const target = Buffer.from([0xff, 0xfe, 0x2f]);
    writerFor(base).writeSymlink('link', target, meta);
    expect(readlinkSync(join(base, 'link'), { encoding: 'buffer' }).equals(target)).toBe(true);
  });

  test('replaces a file, a symlink, and a folder', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), '');
    symlinkSync('/etc/passwd', join(base, 'link'));
    mkdirSync(join(base, 'folder/a'), { recursive: true });
    for (const path of ['file', 'link', 'folder']) {
      writerFor(base).writeSymlink(path, Buffer.from('new'), meta);
      expect(readlinkSync(join(base, path))).toBe('new');
    }
  });

  test.each(['', 'a\0b'])('refuses the target %j', (target) => {
    const base = tempDir();
    const error = errorOf(() => {
      writerFor(base).writeSymlink('link', Buffer.from(target), meta);
    });
    expect(error.code).toBe('MALFORMED');
    expect(readdirSync(base)).toEqual([]);
  });
});

describeOnPosix('setAttributes', () => {
  test('sets mode and time of a file, and no byte of it', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), 'text', { mode: 0o600 });
    const inode = statSync(join(base, 'file')).ino;
    writerFor(base).setAttributes('file', { mode: 0o555, mtimeMs: MOMENT });
    expect(fileMetaFrom(lstatSync(join(base, 'file')))).toEqual({ mode: 0o555, mtimeMs: MOMENT });
    expect(statSync(join(base, 'file')).ino).toBe(inode);
  });

  test('sets the time of a symlink itself', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), '');
    const before = statSync(join(base, 'file')).mtimeMs;
    symlinkSync('file', join(base, 'link'));
    writerFor(base).setAttributes('link', { kind: 'symlink', mode: 0o777, mtimeMs: MOMENT });
    expect(fileMetaFrom(lstatSync(join(base, 'link'))).mtimeMs).toBe(MOMENT);
    expect(statSync(join(base, 'file')).mtimeMs).toBe(before);
  });

  test('leaves alone the other links of a file', () => {
    const base = tempDir();
    const store = join(tempDir(), 'linked');
    writeFileSync(store, 'shared', { mode: 0o644 });
    linkSync(store, join(base, 'file'));
    const before = fileMetaFrom(lstatSync(store));
    writerFor(base).setAttributes('file', { mode: 0o755, mtimeMs: MOMENT });
    expect(fileMetaFrom(lstatSync(store))).toEqual(before);
    expect(fileMetaFrom(lstatSync(join(base, 'file')))).toEqual({ mode: 0o755, mtimeMs: MOMENT });
    expect(readFileSync(join(base, 'file'), 'utf8')).toBe('shared');
    expect(readdirSync(base)).toEqual(['file']);
  });

  test('never follows a symlink that took the place of a file', () => {
    const base = tempDir();
    const outside = join(tempDir(), 'outside');
    writeFileSync(outside, '', { mode: 0o600 });
    symlinkSync(outside, join(base, 'file'));
    for (const path of ['file', 'gone', 'gone/file']) {
      const error = errorOf(() => {
        writerFor(base).setAttributes(path, { mode: 0o777, mtimeMs: MOMENT });
      });
      expect(error.code).toBe('CHANGED');
    }
    expect(statSync(outside).mode & 0o777).toBe(0o600);
  });

  test('gives any time back to the microsecond, before 1970 too', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), '');
    const writer = writerFor(base);
    const microseconds = fc.integer({ min: -2e15, max: 4e15 });
    fc.assert(
      fc.property(microseconds, (microseconds) => {
        const mtimeMs = microseconds / 1000;
        writer.setAttributes('file', { mode: 0o644, mtimeMs });
        expect(fileMetaFrom(lstatSync(join(base, 'file'))).mtimeMs).toBe(mtimeMs);
        const nanoseconds = lstatSync(join(base, 'file'), { bigint: true }).mtimeNs;
        const rest = nanoseconds - BigInt(microseconds) * 1000n;
        if (microseconds < 2 ** 31 * 1e6) expect(rest >= 0n && rest < 500n).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('gives whole seconds back to the nanosecond', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), '');
    writerFor(base).setAttributes('file', { mode: 0o644, mtimeMs: 499_162_500_000 });
    const stats = lstatSync(join(base, 'file'), { bigint: true });
    expect(stats.mtimeNs).toBe(499_162_500_000_000_000n);
  });
});

describeOnPosix('remove', () => {
  test('removes a file, and a symlink but not what it leads to', () => {
    const base = tempDir();
    writeFileSync(join(base, 'file'), '');
    mkdirSync(join(base, 'folder'));
    writeFileSync(join(base, 'folder/kept'), '');
    symlinkSync('folder', join(base, 'link'));
    const writer = writerFor(base);
    for (const path of ['file', 'link', 'nothing', 'no/thing']) writer.remove(path);
    writer.finish();
    expect(readdirSync(base)).toEqual(['folder']);
    expect(readdirSync(join(base, 'folder'))).toEqual(['kept']);
  });

  test('removes the folders that become empty, up to what is not allowed', () => {
    const base = tempDir();
    mkdirSync(join(base, 'out/dist/a/b'), { recursive: true });
    writeFileSync(join(base, 'out/dist/a/b/x'), '');
    const writer = new TreeWriter(base, { allowed: (path) => path.startsWith('out/dist') });
    writer.remove('out/dist/a/b/x');
    writer.finish();
    expect(readdirSync(join(base, 'out'))).toEqual([]);
  });

  test('keeps a folder that holds something else, and one that is wanted', () => {
    const base = tempDir();
    for (const folder of ['full', 'wanted', 'made', 'written']) {
      mkdirSync(join(base, folder));
      writeFileSync(join(base, folder, 'x'), '');
    }
    writeFileSync(join(base, 'full/y'), '');
    const meta = { kind: 'folder', mode: 0o750, mtimeMs: MOMENT } as const;
    const writer = new TreeWriter(base, {
      allowed: () => true,
      wanted: (path) => (path === 'wanted' ? meta : undefined),
    });
    for (const folder of ['full', 'wanted', 'made', 'written']) writer.remove(`${folder}/x`);
    writer.remove('full');
    writer.makeFolder('made', meta);
    writer.writeFile('written/y', Buffer.from(''), infoOf(''));
    writer.finish();
    expect(readdirSync(base).sort()).toEqual(['full', 'made', 'wanted', 'written']);
    expect(fileMetaFrom(lstatSync(join(base, 'wanted')))).toEqual(meta);
    expect(fileMetaFrom(lstatSync(join(base, 'made')))).toEqual(meta);
  });
});

describeOnPosix('finish', () => {
  test('gives a folder its time back from which only a folder was removed', () => {
    const base = tempDir();
    mkdirSync(join(base, 'wanted/empty'), { recursive: true });
    writeFileSync(join(base, 'wanted/file'), '');
    const meta = { kind: 'folder', mode: 0o700, mtimeMs: MOMENT } as const;
    const writer = new TreeWriter(base, {
      allowed: () => true,
      wanted: (path) => (path === 'wanted' ? meta : undefined),
    });
    writer.remove('wanted/empty');
    writer.finish();
    expect(readdirSync(join(base, 'wanted'))).toEqual(['file']);
    expect(fileMetaFrom(lstatSync(join(base, 'wanted')))).toEqual(meta);
  });

  test('lets the writer write on, into folders that it removed, too', () => {
    const base = tempDir();
    mkdirSync(join(base, 'a/b'), { recursive: true });
    writeFileSync(join(base, 'a/b/old'), '');
    const writer = writerFor(base);
    writer.remove('a/b/old');
    writer.finish();
    expect(readdirSync(base)).toEqual([]);
    writer.writeFile('a/b/new', Buffer.from('x'), infoOf('x'));
    writer.finish();
    expect(readFileSync(join(base, 'a/b/new'), 'utf8')).toBe('x');
  });
});

describeOnPosix('folders', () => {
  const readOnly = { kind: 'folder', mode: 0o555, mtimeMs: MOMENT } as const;

  test('get mode and time at the end, however deep and whatever was written in them', () => {
    const base = tempDir();
    asOrdinaryUser(base, () => {
      const writer = writerFor(base);
      writer.makeFolder('a', readOnly);
      writer.makeFolder('a/b', readOnly);
      writer.writeFile('a/b/file', Buffer.from('x'), infoOf('x', { mode: 0o444 }));
      writer.writeSymlink('a/link', Buffer.from('b'), { ...readOnly, kind: 'symlink' });
      writer.finish();
    });
    for (const folder of ['a', 'a/b']) {
      expect(fileMetaFrom(lstatSync(join(base, folder)))).toEqual(readOnly);
    }
  });

  test('that are read-only open for as long as it takes', () => {
    const base = tempDir();
    mkdirSync(join(base, 'shut/deep'), { recursive: true });
    for (const file of ['shut/old', 'shut/stale', 'shut/deep/old']) {
      writeFileSync(join(base, file), 'old', { mode: 0o444 });
    }
    asOrdinaryUser(base, () => {
      chmodSync(join(base, 'shut/deep'), 0o555);
      chmodSync(join(base, 'shut'), 0o500);
      const writer = writerFor(base);
      writer.writeFile('shut/deep/old', Buffer.from('new'), infoOf('new'));
      writer.writeFile('shut/old', piecesOf('new'), infoOf('new'));
      writer.makeFolder('shut/more', readOnly);
      writer.remove('shut/stale');
      writer.finish();
      expect(readFileSync(join(base, 'shut/deep/old'), 'utf8')).toBe('new');
      expect(readdirSync(join(base, 'shut')).sort()).toEqual(['deep', 'more', 'old']);
    });
    expect(statSync(join(base, 'shut')).mode & 0o777).toBe(0o500);
    expect(statSync(join(base, 'shut/deep')).mode & 0o777).toBe(0o555);
    expect(fileMetaFrom(lstatSync(join(base, 'shut/more')))).toEqual(readOnly);
  });

  test('that may not be entered open, too', () => {
    const base = tempDir();
    mkdirSync(join(base, 'shut/deep'), { recursive: true });
    asOrdinaryUser(base, () => {
      chmodSync(join(base, 'shut/deep'), 0);
      chmodSync(join(base, 'shut'), 0);
      const writer = writerFor(base);
      writer.writeFile('shut/deep/file', Buffer.from('new'), infoOf('new'));
      writer.finish();
      expect(statSync(join(base, 'shut')).mode & 0o777).toBe(0);
      chmodSync(join(base, 'shut'), 0o700);
      expect(statSync(join(base, 'shut/deep')).mode & 0o777).toBe(0);
      chmodSync(join(base, 'shut/deep'), 0o700);
    });
    expect(readdirSync(join(base, 'shut/deep'))).toEqual(['file']);
  });

  test('outside the outputs stay shut', () => {
    const base = tempDir();
    mkdirSync(join(base, 'shut'));
    asOrdinaryUser(base, () => {
      chmodSync(join(base, 'shut'), 0o555);
      const writer = new TreeWriter(base, { allowed: (path) => path.startsWith('shut/dist') });
      const error = errorOf(() => {
        writer.writeFile('shut/dist/x', Buffer.from(''), infoOf(''));
      });
      expect(error.code).toBe('EACCES');
      writer.finish();
      expect(statSync(join(base, 'shut')).mode & 0o777).toBe(0o555);
    });
  });

  test('are made where a file or a symlink stood', () => {
    const base = tempDir();
    const outside = tempDir();
    writeFileSync(join(base, 'file'), '');
    symlinkSync(outside, join(base, 'link'));
    const writer = writerFor(base);
    for (const path of ['file', 'link']) {
      writer.makeFolder(path, readOnly);
      writer.writeFile(`${path}/x`, Buffer.from(''), infoOf(''));
    }
    writer.finish();
    expect(readdirSync(outside)).toEqual([]);
    for (const path of ['file', 'link']) {
      expect(fileMetaFrom(lstatSync(join(base, path)))).toEqual(readOnly);
    }
  });
});
