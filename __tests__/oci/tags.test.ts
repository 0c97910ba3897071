import { describe, expect, test } from '@jest/globals';

import { parseNextLink } from '../../src/oci/link.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { fastPolicy } from './clock.ts';
import { type Handler, type Server, answer, useServers } from './servers.ts';

const startServer = useServers();

async function open(handler: Handler): Promise<[Remote, Server]> {
  const server = await startServer(handler);
  return [openRemote(`${server.host}/demo`, { cwd: '/', retry: fastPolicy() }), server];
}

describe('listTags', () => {
  test('follows links to the end', async () => {
    const pages = [['a', 'b'], ['c'], ['d', 'a']];
    const [remote, server] = await open(({ path }, response) => {
      const at = Number(new URL(path, 'http://x').searchParams.get('page') ?? 0);
      const next = `<tags/list?page=${String(at + 1)}>; rel="next"`;
      const link: Record<string, string> =
        at + 1 < pages.length ? { link: next.replace('<', '</v2/demo/') } : {};
      answer(response, 200, link, JSON.stringify({ name: 'demo', tags: pages[at] }));
    });
    expect(await remote.listTags()).toEqual(['a', 'b', 'c', 'd']);
    expect(server.seen).toHaveLength(3);
    expect(server.seen[0]?.path).toBe('/v2/demo/tags/list?n=1000');
  });

  test('ends where the links do not', async () => {
    const [remote, server] = await open((_, response) => {
      const link = '</v2/demo/tags/list?again>; rel="next"';
      answer(response, 200, { link }, '{"tags":["a"]}');
    });
    await expect(remote.listTags()).rejects.toMatchObject({ code: 'REMOTE' });
    expect(server.seen.length).toBeLessThanOrEqual(1000);
  });

  test('does not follow a link to another host', async () => {
    const other = await startServer((_, response) => {
      answer(response, 200, {}, '{"tags":["evil"]}');
    });
    const [remote] = await open((_, response) => {
      answer(response, 200, { link: `<${other.origin}/>; rel="next"` }, '{"tags":["a"]}');
    });
    expect(await remote.listTags()).toEqual(['a']);
    expect(other.seen).toHaveLength(0);
  });

  test('null and absence are no tags', async () => {
    for (const body of ['{"name":"demo","tags":null}', '{"name":"demo"}']) {
      const [remote] = await open((_, response) => {
        answer(response, 200, {}, body);
      });
      expect(await remote.listTags()).toEqual([]);
    }
  });

  test.each(['', 'null', '{"tags":[1]}', '{"tags":["../x"]}', '{"tags":"a"}', '<html>'])(
    'the answer %j is refused',
    async (body) => {
      const [remote] = await open((_, response) => {
        answer(response, 200, {}, body);
      });
      await expect(remote.listTags()).rejects.toMatchObject({ code: 'MALFORMED' });
    },
  );
});

describe('parseNextLink', () => {
  const base = new URL('https://ghcr.io/v2/a/tags/list?n=1');
  test.each([
    [['</v2/a/tags/list?last=x>; rel="next"'], 'https://ghcr.io/v2/a/tags/list?last=x'],
    [['<?last=x>; rel=next'], 'https://ghcr.io/v2/a/tags/list?last=x'],
    [['</p>; rel="prev", </n>; rel="next"'], 'https://ghcr.io/n'],
    [['</p>; rel="prev"', '</n>; title="a"; rel="first next"'], 'https://ghcr.io/n'],
    [['</n>; rel="nextish"'], undefined],
    [['<https://evil.example/n>; rel="next"'], undefined],
    [['nonsense'], undefined],
    [[], undefined],
  ])('%j', (headers, expected) => {
    expect(parseNextLink(headers, base)?.href).toBe(expected);
  });
});
