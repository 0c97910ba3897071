import { readdirSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { listFolder, readFolder, requireNameable } from '../src/file-access.ts';
import { decodeName } from '../src/names.ts';
import { joinBytes } from './support/byte-names.ts';
import { testOnLinux } from './support/platform.ts';
import { useTempDirs } from './support/temp.ts';

const tempDir = useTempDirs();

describe('listFolder', () => {
  testOnLinux('tells U+FFFD from bytes that are not UTF-8', () => {
    const folder = tempDir();
    for (const name of ['\uFFFD', [0xff], [0xfe], 'plain']) {
      writeFileSync(joinBytes(folder, Buffer.from(name as string)), '');
    }
    expect(readdirSync(folder)).toContain('\uFFFD');
    const names = listFolder(folder).map(({ name }) => name);
    expect(names.sort()).toEqual(['plain', '\uDCFE', '\uDCFF', '\uFFFD']);
    expect(listFolder(folder).every((child) => child.isFile())).toBe(true);
  });
});

test('a folder that is gone is empty', () => {
  expect(readFolder(`${tempDir()}/gone`)).toEqual([]);
  expect(() => listFolder(`${tempDir()}/gone`)).toThrow('ENOENT');
});

describe('requireNameable', () => {
  const odd = decodeName(Buffer.from([0x61, 0xff]));

  test.each(['win32', 'darwin'] as const)('refuses on %s what is not valid Unicode', (platform) => {
    expect(() => {
      requireNameable(odd, platform);
    }).toThrow('The name of "a\\xFF" is not valid Unicode.');
    requireNameable('é😀', platform);
  });

  test('takes anything on Linux', () => {
    requireNameable(odd, 'linux');
  });
});
