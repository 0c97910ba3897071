import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { isSameFile, type SameFile, Spelling } from '../../src/tree/spelling.ts';
import { TreeWriter } from '../../src/tree/writer.ts';
import { joinBytes } from '../support/byte-names.ts';
import { testOnLinux } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';
import { errorOf, infoOf } from './support.ts';

const tempDir = useTempDirs();

const ignoringCase: SameFile = (a, b) => a.toLowerCase() === b.toLowerCase();
const normalising: SameFile = (a, b) => a.normalize('NFC') === b.normalize('NFC');
const exact: SameFile = (a, b) => a === b;

function write(spelling: Spelling, ...paths: string[]): void {
  for (const path of paths) {
    spelling.claim(path);
    spelling.learn(path);
  }
}

describe('Spelling', () => {
  test.each([
    [['README', 'readme']],
    [['a/x', 'A/x']],
    [['a/x', 'A/y']],
    [['1', '2', 'dir/3', 'DIR/4']],
    [['a/x', 'A']],
  ])('refuses %j on a disk that ignores case', (paths) => {
    const spelling = new Spelling(ignoringCase, 'win32');
    const error = errorOf(() => {
      write(spelling, ...paths);
    });
    expect(error.code).toBe('CONTAINMENT');
    expect(error.message).toContain(JSON.stringify(paths.at(-1)));
  });

  test('takes one spelling as often as it comes', () => {
    const spelling = new Spelling(ignoringCase, 'darwin');
    expect(() => {
      write(spelling, 'a/x', 'a/y', 'a/x', 'a', 'b/X');
    }).not.toThrow();
  });

  test('takes any spelling on a disk that tells them apart', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      expect(() => {
        write(
          new Spelling(exact, platform),
          '1',
          'dir/2',
          'DIR/3',
          'Readme',
          'README',
          'é',
          'e\u0301',
        );
      }).not.toThrow();
    }
  });

  test('refuses two Unicode forms on a disk of macOS that tells cases apart', () => {
    const spelling = new Spelling(normalising, 'darwin');
    write(spelling, 'Readme', 'README', 'caf\u00e9');
    expect(
      errorOf(() => {
        spelling.claim('cafe\u0301');
      }).code,
    ).toBe('CONTAINMENT');
  });

  test('asks the disk no more once it knows', () => {
    let asked = 0;
    const spelling = new Spelling((a, b) => {
      asked += 1;
      return a === b;
    }, 'linux');
    write(spelling, 'a', 'b', 'B', 'c', 'C');
    expect(asked).toBe(1);
  });
});

describe('isSameFile', () => {
  test('compares what is on disk', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a'), 'x');
    writeFileSync(join(dir, 'b'), 'x');
    linkSync(join(dir, 'a'), join(dir, 'c'));
    expect(isSameFile(join(dir, 'a'), join(dir, 'b'))).toBe(false);
    expect(isSameFile(join(dir, 'a'), join(dir, 'c'))).toBe(true);
    expect(isSameFile(join(dir, 'a'), join(dir, 'd'))).toBe(false);
    expect(isSameFile(join(dir, 'd'), join(dir, 'e'))).toBe(false);
  });

  testOnLinux('knows names that are not UTF-8', () => {
    const dir = tempDir();
    for (const byte of [0xfd, 0xfe]) writeFileSync(joinBytes(dir, Buffer.from([byte])), 'x');
    linkSync(joinBytes(dir, Buffer.from([0xfd])), joinBytes(dir, Buffer.from([0xff])));
    // What Node makes of any of them.
    writeFileSync(join(dir, '\uFFFD'), 'x');
    expect(isSameFile(join(dir, '\uDCFD'), join(dir, '\uDCFF'))).toBe(true);
    expect(isSameFile(join(dir, '\uDCFD'), join(dir, '\uDCFE'))).toBe(false);
  });
});

describe('TreeWriter', () => {
  test('keeps the first of two entries that are one file, and says so', () => {
    const base = tempDir();
    const writer = new TreeWriter(base, { allowed: () => true, sameFile: ignoringCase });
    writer.writeFile('dir/File', Buffer.from('first'), infoOf('first'));
    const error = errorOf(() => {
      writer.writeFile('dir/file', Buffer.from('second'), infoOf('second'));
    });
    expect(error.code).toBe('CONTAINMENT');
    expect(error.message).toContain('"dir/File"');
    expect(readFileSync(join(base, 'dir/File'), 'utf8')).toBe('first');
  });

  test('writes both where the disk tells them apart', () => {
    const base = tempDir();
    writeFileSync(join(base, 'probe'), '');
    if (isSameFile(join(base, 'probe'), join(base, 'PROBE'))) return;
    const writer = new TreeWriter(base, { allowed: () => true });
    for (const name of ['1', 'dir/File', 'dir/file', 'DIR/file']) {
      writer.writeFile(name, Buffer.from(name), infoOf(name));
    }
    expect(readFileSync(join(base, 'dir/File'), 'utf8')).toBe('dir/File');
    expect(readFileSync(join(base, 'DIR/file'), 'utf8')).toBe('DIR/file');
  });
});
