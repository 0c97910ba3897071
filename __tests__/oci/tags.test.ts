import { describe, expect, test } from '@jest/globals';

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

  test.each(['</v2/demo/tags/list?again>', '<>', '<?n=1000>'])(
    'a page that is its own next one, %s, is an error',
    async (target) => {
      const [remote, server] = await open((_, response) => {
        answer(response, 200, { link: `${target}; rel="next"` }, '{"tags":["a"]}');
      });
      await expect(remote.listTags()).rejects.toMatchObject({
        code: 'REMOTE',
        message: expect.stringContaining('does not end'),
      });
      expect(server.seen.length).toBeLessThanOrEqual(2);
    },
  );

  test('ends where the links do not', async () => {
    let count = 0;
    const [remote, server] = await open((_, response) => {
      count += 1;
      const link = `</v2/demo/tags/list?last=${String(count)}>; rel="next"`;
      answer(response, 200, { link }, '{"tags":["a"]}');
    });
    await expect(remote.listTags()).rejects.toMatchObject({ code: 'REMOTE' });
    expect(server.seen).toHaveLength(1000);
  });

  test('ends where the same tags come again and again', async () => {
    const tags = JSON.stringify({ tags: Array.from({ length: 60_000 }, () => 'a') });
    let count = 0;
    const [remote, server] = await open((_, response) => {
      count += 1;
      answer(
        response,
        200,
        { link: `</v2/demo/tags/list?last=${String(count)}>; rel="next"` },
        tags,
      );
    });
    await expect(remote.listTags()).rejects.toMatchObject({
      message: expect.stringContaining('does not end'),
    });
    expect(server.seen).toHaveLength(4);
  });

  test.each(['http://registry.internal:5000', 'https://evil.example', '//evil.example'])(
    'stays where it is, though the next page is said to be at %s',
    async (origin) => {
      const [remote, server] = await open(({ path }, response) => {
        const isLast = path.endsWith('?last=a');
        const link = { link: `<${origin}/v2/demo/tags/list?last=a>; rel="next"` };
        answer(response, 200, isLast ? {} : link, `{"tags":["${isLast ? 'b' : 'a'}"]}`);
      });
      expect(await remote.listTags()).toEqual(['a', 'b']);
      expect(server.seen.map(({ path }) => path)).toEqual([
        '/v2/demo/tags/list?n=1000',
        '/v2/demo/tags/list?last=a',
      ]);
    },
  );

  test('no repository has no tags, but a next page that is not there is an error', async () => {
    const [none] = await open((_, response) => {
      answer(response, 404);
    });
    expect(await none.listTags()).toEqual([]);
    const [remote] = await open(({ path }, response) => {
      if (path.endsWith('?last=a')) answer(response, 404);
      else answer(response, 200, { link: '<?last=a>; rel=next' }, '{"tags":["a"]}');
    });
    await expect(remote.listTags()).rejects.toMatchObject({ code: 'NOT_FOUND' });
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
