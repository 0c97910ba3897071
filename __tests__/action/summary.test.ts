import { describe, expect, test } from '@jest/globals';

import { failedSaveSummary, restoreSummary, saveSummary } from '../../src/action/summary.ts';
import { CafsError } from '../../src/errors.ts';
import { STATS, folderResult, pathResult, restoreResult, savedSubtree } from './support.ts';

const MIB = 1024 * 1024;

/** What a browser shows of text with character references. */
function shown(markdown: string): string {
  return markdown
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&nbsp;', ' ');
}

/** Rows of all tables, with those of their titles. */
function rowsOf(markdown: string): string[] {
  return markdown.split('\n').filter((line) => line.startsWith('|'));
}

const NASTY = '|`<script>alert(1)</script> [x](http://evil) **b** ~~s~~ @octocat #1 &lt; \\| "q"';

/** An error that says what it must not do to the page around it. */
const FAILURE = new CafsError('UNREACHABLE', `No answer from ${NASTY}.`, { hint: 'Try again.' });

function numbered(count: number, prefix = 'packages/'): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

describe('restoreSummary', () => {
  test('has a row for each subtree, the changed ones first', () => {
    const results = [
      folderResult('packages/a', 'branch-main'),
      folderResult('b', undefined, ['src/b.ts changed', 'salt changed']),
    ];
    const text = restoreSummary(restoreResult(results), STATS, 2500);
    expect(text).toContain('### cafs: 1 of 2 subtrees unchanged\n');
    const rows = rowsOf(text).map(shown);
    expect(rows).toEqual([
      '| subtree | result | files | written | time |',
      '| :--- | :--- | ---: | ---: | ---: |',
      '| <code>b</code> | **changed**: src/b.ts changed; salt changed |  |  |  |',
      '| <code>packages/a</code> | unchanged, from main | 3 | 1.5 KB | 20 ms |',
    ]);
  });

  test('tells what was moved, and what a tarball would have moved', () => {
    const results = [folderResult('a', 'branch-main'), folderResult('b', 'branch-main')];
    expect(restoreSummary(restoreResult(results), STATS, 2500)).toContain(
      '\n**12.3 KB downloaded** (a tarball of the same outputs: 1.4 KB), 3.0 KB of files written, 4 requests, 2.5 s.\n',
    );
  });

  test('has no tarball where nothing was restored', () => {
    const text = restoreSummary(restoreResult([folderResult('a', undefined)]), STATS, 2500);
    expect(text).toContain('\n**12.3 KB downloaded**, 4 requests, 2.5 s.\n');
  });

  test('tells of paths in their own words', () => {
    const results = [
      pathResult('.npm', 'branch-main'),
      pathResult('out', undefined, { reasons: ['gone'] }),
    ];
    const text = shown(restoreSummary(restoreResult(results), STATS, 0));
    expect(text).toContain('### cafs: 1 of 2 paths restored\n');
    expect(text).toContain('| <code>out</code> | **miss**: gone |');
    expect(text).toContain('| <code>.npm</code> | restored, from main | 3 |');
    const both = [...results, folderResult('a', undefined)];
    expect(restoreSummary(restoreResult(both), STATS, 0)).toContain(
      '### cafs: 0 of 1 subtree unchanged, 1 of 2 paths restored\n',
    );
  });

  test('tells what was only looked up', () => {
    const results = [pathResult('out', 'branch-main'), folderResult('a', 'branch-main')].map(
      (result) => ({ ...result, restored: undefined, tarballBytes: 0 }),
    );
    const text = restoreSummary(restoreResult(results), STATS, 0);
    expect(text).toContain('### cafs: 1 of 1 subtree unchanged, 1 of 1 path found\n');
    expect(text).toContain('| <code>out</code> | found, from main |  |  |  |');
    expect(text).not.toContain('written,');
  });

  test('says once what is wrong with the cache', () => {
    const reasons = [`the cache could not be used: ${FAILURE.message}`];
    const results = ['a', 'b'].map((name) => folderResult(name, undefined, reasons));
    const text = restoreSummary({ ...restoreResult(results), failure: FAILURE }, STATS, 0);
    expect(shown(text)).toContain(
      `\n**The cache could not be used:** No answer from ${NASTY}. Try again.\n`,
    );
    expect(text).not.toMatch(/<script|\*\*b\*\*/);
    expect(rowsOf(text)[2]).toBe('| <code>a</code> | **changed**: the cache could not be used |');
  });

  test('folds what is as it was, where that is much', () => {
    const results = [
      ...numbered(21).map((name) => folderResult(name, 'branch-main')),
      folderResult('changed', undefined),
    ];
    const text = restoreSummary(restoreResult(results), STATS, 0);
    const [open = '', inside = ''] = text.split('<details><summary>21 unchanged</summary>\n\n');
    expect(rowsOf(open)).toHaveLength(3);
    expect(rowsOf(inside)).toHaveLength(23);
    expect(inside).toContain(' |\n\n</details>\n\n');
    const few = restoreSummary(restoreResult(results.slice(1)), STATS, 0);
    expect(few).not.toContain('details');
    expect(rowsOf(few)).toHaveLength(23);
  });

  test('names the first reasons, and has no figures where nothing was restored', () => {
    const reasons = Array.from({ length: 6 }, (_, i) => `src/${i} changed`);
    const results = [reasons.slice(0, 4), reasons].map((own, i) =>
      folderResult(`p${i}`, undefined, own),
    );
    expect(rowsOf(restoreSummary(restoreResult(results), STATS, 0))).toEqual([
      '| subtree | result |',
      '| :--- | :--- |',
      `| <code>p0</code> | **changed**: ${reasons.slice(0, 4).join('; ')} |`,
      `| <code>p1</code> | **changed**: ${reasons.slice(0, 4).join('; ')}; and more |`,
    ]);
  });

  test('has no table for nothing', () => {
    const text = restoreSummary(restoreResult([]), STATS, 0);
    expect(text).toBe(
      '### cafs: 0 of 0 subtrees unchanged\n\n**12.3 KB downloaded**, 4 requests, 0.00 s.\n\n',
    );
  });

  test('shows names and reasons as they are, and nothing in them does anything', () => {
    const results = [folderResult(NASTY, undefined, [NASTY])];
    const [, , row] = rowsOf(restoreSummary(restoreResult(results), STATS, 0));
    const cells = row!.split('|').slice(1, -1);
    expect(cells).toHaveLength(2);
    const inside = cells[0]!.trim().replace(/^<code>(.*)<\/code>$/, '$1');
    const reason = cells[1]!.trim().replace(/^\*\*changed\*\*: /, '');
    for (const text of [inside, reason]) {
      expect(text.replace(/&#\d+;/g, '')).not.toMatch(/[<>`*_[\]()\\|~@#&"]/);
      expect(shown(text)).toBe(NASTY);
    }
  });

  test('a branch is shown as it is, too', () => {
    const { source, ...result } = folderResult('a', 'branch-x');
    const evil = { ...source!, scope: { kind: 'branch' as const, name: '<img/src=x>|**b**' } };
    const text = restoreSummary(restoreResult([{ ...result, source: evil }]), STATS, 0);
    expect(text).not.toMatch(/<img|\|\*\*b/);
    expect(shown(text)).toContain('unchanged, from <img/src=x>|**b**');
  });

  test('a line feed stays in its row', () => {
    const results = [folderResult('a\n| evil | row |\r\n# heading', undefined, ['x\n\ny'])];
    const text = restoreSummary(restoreResult(results), STATS, 0);
    expect(rowsOf(text)).toHaveLength(3);
    expect(text).not.toContain('\n# heading');
  });

  test('long text is cut between characters', () => {
    const results = [folderResult('😀'.repeat(400), undefined, ['x'.repeat(300)])];
    const text = restoreSummary(restoreResult(results), STATS, 0);
    expect(text).toContain(`<code>${'😀'.repeat(300)}...</code>`);
    expect(text).toContain(`: ${'x'.repeat(300)} |`);
  });

  test('stays below 1 MiB for 5,000 subtrees, and says how many are left out', () => {
    const results = numbered(5000).map((name) =>
      folderResult(`${name}/${NASTY.repeat(10)}`, undefined, [NASTY.repeat(30)]),
    );
    const text = restoreSummary(restoreResult(results), STATS, 0);
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    const rows = rowsOf(text).length - 2;
    expect(rows).toBeGreaterThan(50);
    // Not with the whole text in the message of a failure.
    expect(text.includes(`and ${(5000 - rows).toLocaleString('en')} more`)).toBe(true);
    expect(text.includes('0 of 5,000 subtrees unchanged')).toBe(true);
  });

  test('its tables share the room', () => {
    const results = numbered(10_000).map((name, i) =>
      folderResult('語'.repeat(400) + name, i % 2 === 0 ? 'branch-main' : undefined, [
        '語'.repeat(400),
      ]),
    );
    const text = restoreSummary(restoreResult(results), STATS, 0);
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    // There is none left for what is folded.
    expect(text.includes('<summary>5,000 unchanged</summary>\n\nand 5,000 more\n')).toBe(true);
  });
});

describe('saveSummary', () => {
  const result = {
    saved: true,
    snapshot: undefined,
    subtrees: [
      savedSubtree('a'),
      savedSubtree('b'),
      savedSubtree('c', { isNew: false, milliseconds: undefined }),
    ],
    skipped: new Map<string, string>(),
    message: 'Saved branch-main.',
  };

  test('tells what was saved, and what a tarball would have moved', () => {
    const text = shown(saveSummary(result, STATS, 500));
    expect(text).toContain('### cafs: 2 subtrees saved\n\nSaved branch-main.\n');
    expect(text).toContain(
      '\n**678 B uploaded** (a tarball of all outputs: 2.1 KB), 4 requests, 0.50 s.\n',
    );
    expect(rowsOf(text).slice(2)).toEqual([
      '| <code>a</code> | **saved** | 3 | 1.5 KB | 20 ms |',
      '| <code>b</code> | **saved** | 3 | 1.5 KB | 20 ms |',
      '| <code>c</code> | unchanged | 3 | 1.5 KB |  |',
    ]);
  });

  test('tells that nothing was', () => {
    const subtrees = [savedSubtree('out', { isPath: true, isNew: false })];
    const none = { ...result, saved: false, subtrees, message: 'Nothing changed.' };
    const text = saveSummary(none, { ...STATS, uploadedBytes: 0 }, 0);
    expect(text).toContain('### cafs: nothing saved\n\nNothing changed.\n');
    expect(text).toContain('**0 B uploaded** (a tarball of all outputs: 700 B)');
  });

  test('counts paths as such', () => {
    const subtrees = [savedSubtree('a'), savedSubtree('out', { isPath: true })];
    expect(saveSummary({ ...result, subtrees }, STATS, 0)).toContain(
      '### cafs: 1 subtree and 1 path saved\n',
    );
    const pointed = [savedSubtree('a', { isNew: false })];
    expect(saveSummary({ ...result, subtrees: pointed }, STATS, 0)).toContain('### cafs: saved\n');
  });

  test('tells what was not, and why', () => {
    const skipped = new Map([[NASTY, `its inputs changed: ${NASTY}`]]);
    const text = saveSummary({ ...result, subtrees: [], saved: false, skipped }, STATS, 0);
    expect(text).toContain('### cafs: nothing saved');
    const rows = rowsOf(text);
    expect(rows).toHaveLength(3);
    expect(shown(rows[2]!)).toContain(`**not saved**: its inputs changed: ${NASTY}`);
    expect(rows[2]!.split('|')).toHaveLength(4);
  });

  test('tells that it failed', () => {
    const text = failedSaveSummary(FAILURE, STATS, 0);
    expect(text).toContain('### cafs: saving failed\n');
    expect(shown(text)).toContain('The cache could not be used:** No answer');
    expect(text).not.toContain('<script');
    expect(text).toContain('678 B uploaded, 4 requests, 0.00 s.');
  });

  test('stays below 1 MiB, too', () => {
    const names = numbered(5000, NASTY.repeat(10));
    const skipped = new Map(names.map((name) => [name, NASTY.repeat(10)]));
    const subtrees = names.map((name, i) => savedSubtree(name, { isNew: i % 2 === 0 }));
    const text = saveSummary(
      { ...result, subtrees, skipped, message: NASTY.repeat(1000) },
      STATS,
      0,
    );
    expect(Buffer.byteLength(text)).toBeLessThan(MIB);
    expect(/and [\d,]+ more/.test(text)).toBe(true);
  });
});
