import { describe, expect, test } from '@jest/globals';

import { restoreSummary, saveSummary } from '../../src/action/summary.ts';
import { STATS, folderResult, restoreResult } from './support.ts';

const MIB = 1024 * 1024;

/** What a browser shows of text with character references. */
function shown(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

function rowsOf(markdown: string): string[] {
  return markdown.split('\n').filter((line) => line.startsWith('|'));
}

const NASTY = '|`<script>alert(1)</script> [x](http://evil) **b** ~~s~~ @octocat #1 &lt; \\| "q"';

describe('restoreSummary', () => {
  test('has a row for each subtree', () => {
    const results = [
      folderResult('packages/a', 'branch-main'),
      folderResult('b', undefined, ['src/b.ts changed', 'salt changed']),
    ];
    const text = restoreSummary(restoreResult(results), STATS, 2500);
    expect(text).toContain('### cafs: 1 of 2 subtrees unchanged');
    const rows = rowsOf(text).map(shown);
    expect(rows).toHaveLength(4);
    expect(rows[2]).toBe('| <code>packages/a</code> | unchanged | 3 | 1.5 KB |');
    expect(rows[3]).toContain('changed: src/b.ts changed; salt changed');
    expect(shown(text)).toContain('12.3 KB downloaded for 1.5 KB of files, 4 requests, 2.5 s.');
  });

  test('shows names and reasons as they are, and nothing in them does anything', () => {
    const results = [folderResult(NASTY, undefined, [NASTY])];
    const [, , row] = rowsOf(restoreSummary(restoreResult(results), STATS, 0));
    const cells = row!.split('|').slice(1, -1);
    expect(cells).toHaveLength(4);
    const inside = cells[0]!.trim().replace(/^<code>(.*)<\/code>$/, '$1');
    for (const text of [inside, cells[1]!]) {
      expect(text.replace(/&#\d+;/g, '')).not.toMatch(/[<>`*_[\]()\\|~@#&"]/);
    }
    expect(shown(inside)).toBe(NASTY);
    expect(shown(cells[1]!).trim()).toBe(`changed: ${NASTY}`);
  });

  test('a line feed stays in its row', () => {
    const results = [folderResult('a\n| evil | row |\r\n# heading', undefined, ['x\n\ny'])];
    const text = restoreSummary(restoreResult(results), STATS, 0);
    expect(rowsOf(text)).toHaveLength(3);
    expect(text).not.toContain('\n# heading');
  });

  test('stays below 1 MiB for 5,000 subtrees, and says how many are left out', () => {
    const results = Array.from({ length: 5000 }, (_, i) =>
      folderResult(`packages/${i}/${NASTY.repeat(10)}`, undefined, [NASTY.repeat(30)]),
    );
    const text = restoreSummary(restoreResult(results), STATS, 0);
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    const rows = rowsOf(text).length - 2;
    expect(rows).toBeGreaterThan(50);
    // Not with the whole text in the message of a failure.
    expect(text.includes(`and ${5000 - rows} more`)).toBe(true);
    expect(text.includes('0 of 5,000 subtrees unchanged')).toBe(true);
  });

  test('characters of several bytes count as what they are', () => {
    const results = Array.from({ length: 5000 }, () => folderResult('語'.repeat(400), undefined));
    expect(Buffer.byteLength(restoreSummary(restoreResult(results), STATS, 0))).toBeLessThan(MIB);
  });
});

describe('saveSummary', () => {
  const result = {
    saved: true,
    snapshot: undefined,
    published: ['a', 'b'],
    skipped: new Map<string, string>(),
    message: 'Saved branch-main.',
  };

  test('tells what was saved', () => {
    const text = shown(saveSummary(result, STATS, 500));
    expect(text).toContain('### cafs: 2 subtrees saved');
    expect(text).toContain('Saved branch-main.');
    expect(text).toContain('678 B uploaded, 4 requests, 0.50 s.');
    expect(rowsOf(text)).toEqual([]);
  });

  test('tells what was not, and why', () => {
    const skipped = new Map([[NASTY, `its inputs changed: ${NASTY}`]]);
    const text = saveSummary({ ...result, saved: false, skipped }, STATS, 0);
    expect(text).toContain('### cafs: nothing saved');
    const rows = rowsOf(text);
    expect(rows).toHaveLength(3);
    expect(shown(rows[2]!)).toContain(`its inputs changed: ${NASTY}`);
    expect(rows[2]!.split('|')).toHaveLength(4);
  });

  test('stays below 1 MiB, too', () => {
    const skipped = new Map(
      Array.from({ length: 5000 }, (_, i) => [`${i}${NASTY.repeat(10)}`, NASTY.repeat(10)]),
    );
    const text = saveSummary({ ...result, skipped }, STATS, 0);
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    expect(/and \d+ more/.test(text)).toBe(true);
  });
});
