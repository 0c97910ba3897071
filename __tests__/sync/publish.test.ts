import { beforeEach, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { Index } from '../../src/store/entry-index.ts';
import type { Entry } from '../../src/store/entry.ts';
import type { Draft } from '../../src/sync/publish.ts';
import { saveAreas } from '../../src/sync/save-areas.ts';
import { writeTree } from '../support/files.ts';
import {
  KINDS,
  NOTHING,
  SpyRemote,
  areaOf,
  entriesAt,
  publish,
  readAt,
  useSync,
} from './support.ts';

const { tempDir, remote: openRemote } = useSync();

describe.each(KINDS)('publishing (%s)', (kind) => {
  let remote: Remote;
  beforeEach(() => {
    remote = openRemote(kind);
  });

  async function draftOf(
    files: Readonly<Record<string, string>>,
    more: Partial<Draft> = {},
  ): Promise<Draft> {
    const source = tempDir();
    writeTree(source, files);
    const { entries } = await saveAreas(remote, [areaOf(source)], NOTHING);
    return withEntries({ subtrees: [], prefixes: [], annotations: {}, ...more }, entries.flat());
  }

  function withEntries(
    draft: Omit<Draft, 'entries'>,
    entries: Iterable<readonly [string, Entry]>,
  ): Draft {
    return { ...draft, entries: new Index(entries) };
  }

  test('all tags point at one snapshot', async () => {
    const done = await publish(remote, await draftOf({ a: 'a' }), ['one', 'two']);
    expect((await remote.resolve('one'))!.digest).toBe(done.digest);
    expect((await remote.resolve('two'))!.digest).toBe(done.digest);
    expect([...(await remote.listTags())].sort()).toEqual(['one', 'two']);
  });

  test('equal drafts are one manifest, in whatever order their entries come', async () => {
    const draft = await draftOf({ a: 'a', b: 'b', 'c/d': 'd' });
    const first = await publish(remote, draft, ['one']);
    const reversed = withEntries(draft, [...draft.entries.range('')].reverse());
    expect(await publish(remote, reversed, ['two'])).toEqual(first);
  });

  test('digests of prefixes are those of the entries below them', async () => {
    const draft = await draftOf({ 'a/x': 'x', 'a/y': 'y', b: 'b' }, { prefixes: ['ws/a/', 'no/'] });
    await publish(remote, draft, ['main']);
    const { config } = await readAt(remote, 'main', tempDir());
    const { entries } = draft;
    expect(config.root).toBe(entries.hash(''));
    const wanted = ['ws/', 'ws/a/'].map((prefix) => [prefix, entries.hash(prefix)]);
    expect(Object.entries(config.prefixes)).toEqual(wanted);
  });

  test('annotations are part of the manifest', async () => {
    const annotations = { 'org.opencontainers.image.revision': 'f'.repeat(40) };
    const draft = await draftOf({ a: 'a' }, { annotations });
    await publish(remote, draft, ['main']);
    expect((await readAt(remote, 'main', tempDir())).manifest.annotations).toEqual(annotations);
  });

  test('an entry whose content is in no pack is refused before anything is sent', async () => {
    const spy = new SpyRemote(remote);
    const draft = await draftOf({ a: 'a' });
    draft.entries.set('ws/b', { digest: digestOf('b'), size: 1 });
    await expect(publish(spy, draft, ['main'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"ws/b"'),
    });
    expect(spy.puts).toEqual([]);
    expect(await remote.resolve('main')).toBeUndefined();
  });

  test('a pack that is not there keeps the tag from being written', async () => {
    const draft = await draftOf({ a: 'a' });
    const entries = [...draft.entries.range('')].map(([key, entry]) => {
      const frames = entry.location!.frames.map((frame) => ({
        ...frame,
        pack: { ...frame.pack, digest: digestOf('gone') },
      }));
      return [key, { ...entry, location: { frames, offset: 0 } }] as const;
    });
    await expect(publish(remote, withEntries(draft, entries), ['main'])).rejects.toThrow();
    expect(await remote.resolve('main')).toBeUndefined();
  });

  test('no entries at all are a snapshot, too', async () => {
    const draft = withEntries({ subtrees: [], prefixes: ['ws/'], annotations: {} }, []);
    await publish(remote, draft, ['main']);
    const { config } = await readAt(remote, 'main', tempDir());
    expect(config).toMatchObject({ root: '', entries: 0, bytes: 0, prefixes: {} });
    expect(await entriesAt(remote, 'main', tempDir())).toEqual([]);
  });
});
