import { describe, expect, test } from '@jest/globals';

import { parseLinks, parseNextLink } from '../../src/oci/link.ts';

function parsed(...headers: string[]): unknown[] {
  return parseLinks(headers).map(({ target, params }) => [target, Object.fromEntries(params)]);
}

describe('parseLinks', () => {
  test.each<[string, unknown[]]>([
    ['</a>; rel="next"', [['/a', { rel: 'next' }]]],
    ['</a>;rel=next', [['/a', { rel: 'next' }]]],
    ['</a>', [['/a', {}]]],
    ['< /a > ; REL = Next ', [['/a', { rel: 'Next' }]]],
    [
      '</a>; rel=prev, </b>; rel=next',
      [
        ['/a', { rel: 'prev' }],
        ['/b', { rel: 'next' }],
      ],
    ],
    ['</a,b;c>; rel=next', [['/a,b;c', { rel: 'next' }]]],
    [
      '</a>; title="a, <b>; rel=next \\"", </b>',
      [
        ['/a', { title: 'a, <b>; rel=next "' }],
        ['/b', {}],
      ],
    ],
    ["</a>; title*=UTF-8''x; rel=next", [['/a', { 'title*': "UTF-8''x", rel: 'next' }]]],
    ['</a>; crossorigin; rel=next', [['/a', { crossorigin: '', rel: 'next' }]]],
    ['</a>;; rel=next;', [['/a', { rel: 'next' }]]],
    ['</a>; rel=prev; rel=next', [['/a', { rel: 'prev' }]]],
    [
      '</a>; rel=, </b>',
      [
        ['/a', { rel: '' }],
        ['/b', {}],
      ],
    ],
    [',, </a>,', [['/a', {}]]],
    ['', []],
    ['/a; rel=next', []],
    ['</a; rel=next', []],
    ['</a> rel=next, </b>', [['/a', {}]]],
    ['</a>; rel="next', [['/a', { rel: '' }]]],
    ['<<<>>;;; rel=next', [['<<', {}]]],
  ])('%s', (header, expected) => {
    expect(parsed(header)).toEqual(expected);
  });

  test('several headers', () => {
    expect(parsed('</a>; rel=prev', '</b>; rel=next')).toEqual([
      ['/a', { rel: 'prev' }],
      ['/b', { rel: 'next' }],
    ]);
  });
});

describe('parseNextLink', () => {
  const base = new URL('https://ghcr.io/v2/a/tags/list?n=1');
  test.each([
    [['</v2/a/tags/list?last=x>; rel="next"'], 'https://ghcr.io/v2/a/tags/list?last=x'],
    [['<?last=x>; rel=next'], 'https://ghcr.io/v2/a/tags/list?last=x'],
    [['<list?last=x>; rel=next'], 'https://ghcr.io/v2/a/tags/list?last=x'],
    [['</v2/a?q=a%2Fb&x="y"#z>; rel=next'], 'https://ghcr.io/v2/a?q=a%2Fb&x=%22y%22'],
    [['</p>; rel="prev", </n>; rel="next"'], 'https://ghcr.io/n'],
    [['</p>; rel="prev"', '</n>; title="a"; rel="first next"'], 'https://ghcr.io/n'],
    [['</n>; rel="NEXT"'], 'https://ghcr.io/n'],
    [['</n>; rel="nextish"'], undefined],
    [['</n>'], undefined],
    [['</n>; title="; rel=next"'], undefined],
    [['</n>; rel=next; anchor="/other"'], undefined],
    [['<javascript:next>; rel=next'], undefined],
    [['<https://:0/>; rel=next', '</n>; rel=next'], 'https://ghcr.io/n'],
    [['nonsense'], undefined],
    [[], undefined],
    [['<http://ghcr.io/n>; rel="next"'], 'https://ghcr.io/n'],
    [['<https://evil.example/n?x>; rel="next"'], 'https://ghcr.io/n?x'],
    [['<//evil.example/n>; rel="next"'], 'https://ghcr.io/n'],
    [['<https://ghcr.io//evil.example/n>; rel="next"'], 'https://ghcr.io//evil.example/n'],
    [['<https://user:secret@ghcr.io/n>; rel="next"'], 'https://ghcr.io/n'],
  ])('%j', (headers, expected) => {
    expect(parseNextLink(headers, base)?.href).toBe(expected);
  });
});
