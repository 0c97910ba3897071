import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { TreeWriter } from '../../src/tree/writer.ts';
import { describeOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { errorOf, infoOf, MOMENT } from './support.ts';

const tempDir = useTempDirs();

const folder = { kind: 'folder', mode: 0o755, mtimeMs: MOMENT } as const;
const link = { kind: 'symlink', mode: 0o777, mtimeMs: MOMENT } as const;

/** Every way in which a writer touches a path. */
const calls: [string, (writer: TreeWriter, path: string) => void][] = [
  [
    'writeFile',
    (writer, path) => {
      writer.writeFile(path, Buffer.from('x'), infoOf('x'));
    },
  ],
  [
    'writeFile in chunks',
    (writer, path) => {
      writer.writeFile(path, [Buffer.from('x')], infoOf('x'));
    },
  ],
  [
    'stageFile',
    (writer, path) => {
      writer.stageFile(path, infoOf('x'));
    },
  ],
  [
    'writeSymlink',
    (writer, path) => {
      writer.writeSymlink(path, Buffer.from('x'), link);
    },
  ],
  [
    'makeFolder',
    (writer, path) => {
      writer.makeFolder(path, folder);
    },
  ],
  [
    'setAttributes',
    (writer, path) => {
      writer.setAttributes(path, infoOf('x').meta);
    },
  ],
  [
    'remove',
    (writer, path) => {
      writer.remove(path);
    },
  ],
];

/** A base with a neighbour that nothing may touch. */
function makePlace(): { base: string; outside: string; check: () => void } {
  const dir = tempDir();
  const base = join(dir, 'base');
  const outside = join(dir, 'outside');
  mkdirSync(base);
  mkdirSync(outside);
  writeFileSync(join(outside, 'file'), 'precious', { mode: 0o640 });
  const before = statSync(join(outside, 'file'));
  const check = (): void => {
    expect(readdirSync(dir).sort()).toEqual(['base', 'outside']);
    expect(readdirSync(outside)).toEqual(['file']);
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('precious');
    const after = statSync(join(outside, 'file'));
    expect([after.mode, after.mtimeMs]).toEqual([before.mode, before.mtimeMs]);
  };
  return { base, outside, check };
}

describeOnPosix.each(calls)('%s', (_, call) => {
  test.each(['../outside/file', 'a/../../outside/file', '..', '.', '', 'a//b', 'a\0b'])(
    'refuses the path %j',
    (path) => {
      const { base, check } = makePlace();
      const asked: string[] = [];
      const allowed = (path: string): boolean => asked.push(path) > 0;
      const writer = new TreeWriter(base, { allowed });
      expect(
        errorOf(() => {
          call(writer, path);
        }).code,
      ).toBe('CONTAINMENT');
      writer.finish();
      expect(asked).toEqual([]);
      expect(readdirSync(base)).toEqual([]);
      check();
    },
  );

  test('refuses an absolute path', () => {
    const { base, outside, check } = makePlace();
    const writer = new TreeWriter(base, { allowed: () => true });
    expect(
      errorOf(() => {
        call(writer, join(outside, 'file'));
      }).code,
    ).toBe('CONTAINMENT');
    check();
  });

  test('refuses a path that is not allowed, and makes none of its folders', () => {
    const { base } = makePlace();
    const writer = new TreeWriter(base, { allowed: (path) => path.startsWith('dist/') });
    const error = errorOf(() => {
      call(writer, 'src/file');
    });
    expect(error.code).toBe('CONTAINMENT');
    expect(error.message).toContain('"src/file"');
    expect(readdirSync(base)).toEqual([]);
  });
});

describeOnPosix.each(calls.filter(([name]) => name !== 'remove'))('%s', (_, call) => {
  test('refuses to go through a symlink that was there', () => {
    const { base, outside, check } = makePlace();
    symlinkSync(outside, join(base, 'a'));
    const writer = new TreeWriter(base, { allowed: () => true });
    const error = errorOf(() => {
      call(writer, 'a/file');
    });
    expect(error.code).toBe('CONTAINMENT');
    expect(error.message).toContain('"a/file"');
    expect(error.message).toContain('"a" on the way');
    writer.finish();
    check();
  });

  test('refuses to go through a symlink that an earlier entry made', () => {
    const { base, check } = makePlace();
    const writer = new TreeWriter(base, { allowed: () => true });
    writer.writeSymlink('dist/a', Buffer.from('../../outside'), link);
    expect(
      errorOf(() => {
        call(writer, 'dist/a/file');
      }).code,
    ).toBe('CONTAINMENT');
    writer.finish();
    check();
  });

  test('refuses to go through a symlink that took the place of an emptied folder', () => {
    const { base, outside, check } = makePlace();
    mkdirSync(join(base, 'a'));
    writeFileSync(join(base, 'a/file'), '');
    const writer = new TreeWriter(base, { allowed: () => true });
    writer.remove('a/file');
    writer.writeSymlink('a', Buffer.from(outside), link);
    expect(
      errorOf(() => {
        call(writer, 'a/file');
      }).code,
    ).toBe('CONTAINMENT');
    writer.finish();
    check();
  });

  test('refuses to go through a symlink that was swapped in before the writer came there', () => {
    const { base, outside, check } = makePlace();
    mkdirSync(join(base, 'a/b'), { recursive: true });
    const writer = new TreeWriter(base, { allowed: () => true });
    writer.writeFile('a/first', Buffer.from('x'), infoOf('x'));
    renameSync(join(base, 'a/b'), join(base, 'a/c'));
    symlinkSync(outside, join(base, 'a/b'));
    expect(
      errorOf(() => {
        call(writer, 'a/b/file');
      }).code,
    ).toBe('CONTAINMENT');
    writer.finish();
    check();
  });
});

describeOnPosix('remove', () => {
  test('finds nothing behind a symlink or a file that took the place of a folder', () => {
    const { base, outside, check } = makePlace();
    symlinkSync(outside, join(base, 'was there'));
    for (const folder of ['a', 'b']) {
      mkdirSync(join(base, folder));
      writeFileSync(join(base, folder, 'file'), '');
    }
    const writer = new TreeWriter(base, { allowed: () => true });
    writer.writeSymlink('a', Buffer.from('../outside'), link);
    writer.writeFile('b', Buffer.from('x'), infoOf('x'));
    for (const path of ['was there/file', 'a/file', 'b/file']) writer.remove(path);
    writer.finish();
    expect(readdirSync(base).sort()).toEqual(['a', 'b', 'was there']);
    check();
  });
});

describeOnPosix('an entry', () => {
  test('never replaces a folder that something was written to', () => {
    const { base } = makePlace();
    const writer = new TreeWriter(base, { allowed: () => true });
    writer.writeFile('a/b/file', Buffer.from('x'), infoOf('x'));
    for (const call of [
      () => {
        writer.writeSymlink('a', Buffer.from('/etc'), link);
      },
      () => {
        writer.writeFile('a', Buffer.from('x'), infoOf('x'));
      },
      () => {
        writer.writeFile('a/b', [Buffer.from('x')], infoOf('x'));
      },
    ]) {
      expect(errorOf(call).code).toBe('MALFORMED');
    }
    expect(readFileSync(join(base, 'a/b/file'), 'utf8')).toBe('x');
    expect(readdirSync(join(base, 'a'))).toEqual(['b']);
  });

  test('never gets setuid, setgid or sticky', () => {
    const { base } = makePlace();
    const writer = new TreeWriter(base, { allowed: () => true });
    const info = infoOf('x', { mode: 0o7755 });
    writer.writeFile('whole', Buffer.from('x'), info);
    writer.writeFile('chunks', [Buffer.from('x')], info);
    writer.writeFile('attributes', Buffer.from('x'), infoOf('x'));
    writer.setAttributes('attributes', info.meta);
    writer.makeFolder('folder', { ...folder, mode: 0o7755 });
    writer.finish();
    for (const path of readdirSync(base)) {
      expect(statSync(join(base, path)).mode & 0o7777).toBe(0o755);
    }
  });

  test('is no device on Windows', () => {
    const { base } = makePlace();
    const writer = new TreeWriter(base, { allowed: () => true, platform: 'win32' });
    for (const path of ['nul', 'a/COM1.txt', 'file:stream', 'a\\..\\..\\b', 'C:/x']) {
      expect(
        errorOf(() => {
          writer.writeFile(path, Buffer.from('x'), infoOf('x'));
        }).code,
      ).toBe('CONTAINMENT');
    }
    expect(readdirSync(base)).toEqual([]);
  });
});
