import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { Index } from '../../src/store/entry-index.ts';
import { encodeConfig } from '../../src/sync/config.ts';
import { MAX_PREFIXES, digestPrefixes } from '../../src/sync/prefixes.ts';

function indexOf(...keys: readonly string[]): Index {
  const entries = keys.map((key) => [key, { digest: digestOf(key), size: 1 }] as const);
  return Index.decode(new Index(entries).encode());
}

function chosen(entries: Index, wished: readonly string[] = []): string[] {
  const { prefixes } = digestPrefixes(entries, wished);
  for (const [prefix, digest] of Object.entries(prefixes)) {
    expect(digest).toBe(entries.hash(prefix));
  }
  return Object.keys(prefixes);
}

const numbered = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${String(i).padStart(6, '0')}`);

describe('the prefixes of a config', () => {
  test('are the folders at the top, with the digests that an index gives', () => {
    const entries = indexOf('a', 'a/b', 'a/c/d', 'a-b/c', 'b', 'c/', 'é/x', '\u{1f600}/y', 'z');
    expect(chosen(entries)).toEqual(['a-b/', 'a/', 'c/', 'é/', '\u{1f600}/']);
    expect(digestPrefixes(entries, []).root).toBe(entries.hash(''));
  });

  test('and those that are wished for, each once, if there is an entry below them', () => {
    const entries = indexOf('a/b/c', 'a/b/d/e', 'b/c');
    const wished = ['', 'b', 'a/b/d', 'a/b/', 'a/b', 'no/', 'a/b/c/', '\ud800/', '__proto__'];
    expect(chosen(entries, wished)).toEqual(['a/', 'a/b/', 'a/b/d/', 'b/']);
  });

  test('are none where there is no entry', () => {
    expect(digestPrefixes(new Index(), ['ws/'])).toEqual({ root: '', prefixes: {} });
    expect(digestPrefixes(indexOf('a'), ['ws/', 'a'])).toMatchObject({ prefixes: {} });
  });

  test('are at most 1,000: first those that are wished for, then the first folders', () => {
    const tops = numbered(1500, 'top');
    const entries = indexOf(...tops.map((top) => `${top}/x/y`), 'w/1/x', 'w/2/x');
    const folders = tops.map((top) => `${top}/`);
    expect(chosen(entries)).toEqual(folders.slice(0, MAX_PREFIXES));
    expect(chosen(entries, ['w/2/', 'w/1/'])).toEqual([...folders.slice(0, 998), 'w/1/', 'w/2/']);
    const many = tops.map((top) => `${top}/x/`).reverse();
    expect(chosen(entries, many)).toEqual(many.reverse().slice(0, MAX_PREFIXES));
  });

  test('make a config that can be written, whatever the tree', () => {
    const entries = indexOf(...numbered(95_000, 'folder').map((name) => `${name}/file`));
    const { root, prefixes } = digestPrefixes(entries, []);
    const config = { root, prefixes, entries: 1, bytes: 1, subtrees: [], merged: [] };
    expect(encodeConfig({ format: 1, ...config }).byteLength).toBeLessThan(1024 * 1024);
  });

  test('are not deep, so that each entry is hashed a few times only', () => {
    const key = Array.from({ length: 500 }, () => 'a').join('/');
    const wished = numbered(400, '').map((_, i) => 'a/'.repeat(i + 1));
    expect(chosen(indexOf(key), wished)).toEqual(wished.slice(0, 8));
  });
});
