import { beforeEach, describe, expect, test } from '@jest/globals';

import { KeyList, MAX_READ } from '../../src/action/key-list.ts';
import type { Session } from '../../src/action/session.ts';
import { digestOf } from '../../src/digest.ts';
import { CafsError } from '../../src/errors.ts';
import { compareBytes } from '../../src/order.ts';
import { useTempDirs } from '../support/temp.ts';
import { intercept } from './jobs.ts';
import { MAIN, TAGS, keySession, plant } from './key-support.ts';

const tempDir = useTempDirs();

let messages: string[];
let session: Session;
beforeEach(() => {
  messages = [];
  session = keySession(tempDir(), { key: 'npm-9' }, messages);
});

async function keysFor(start: string): Promise<string[]> {
  return (await new KeyList(session).startingWith(start, MAIN)).map(({ key }) => key);
}

describe('a list of keys', () => {
  test('has the newest first, by the time that the manifest names', async () => {
    await plant(session.remote, { key: 'npm-2', created: '2025-01-02T00:00:00Z' });
    await plant(session.remote, { key: 'npm-3', created: '2025-01-03T00:00:00.5Z' });
    await plant(session.remote, { key: 'npm-1', created: '2025-01-03T00:00:00.499Z' });
    await plant(session.remote, { key: 'pip-1', created: '2026-01-01T00:00:00Z' });
    expect(await keysFor('npm-')).toEqual(['npm-3', 'npm-1', 'npm-2']);
    expect(messages).toEqual([]);
  });

  test('has those of one time in the order of their digests, whatever the remote’s is', async () => {
    const made: [string, string][] = [];
    for (const key of ['npm-a', 'npm-b', 'npm-c', 'npm-d'])
      made.push([await plant(session.remote, { key }), key]);
    const expected = made.sort(([a], [b]) => compareBytes(a, b)).map(([, key]) => key);
    const { remote } = session;
    for (const turn of [1, -1]) {
      const listTags = async () => [...(await remote.listTags())].sort();
      const list = async () => (turn === 1 ? await listTags() : (await listTags()).reverse());
      session = { ...session, remote: intercept(remote, { listTags: list }) };
      expect(await keysFor('npm-')).toEqual(expected);
    }
  });

  test.each<[string, Parameters<typeof plant>[1]]>([
    ['another key than the tag is of', { key: 'npm-1', annotations: { 'dev.cafs.key': 'npm-2' } }],
    ['no key', { key: 'npm-1', annotations: { 'dev.cafs.key': '' } }],
    [
      'a key that is another scope’s',
      { key: 'npm-1', annotations: { 'dev.cafs.scope': 'refs/pull/7/merge' } },
    ],
    ['no scope', { key: 'npm-1', annotations: { 'dev.cafs.scope': '' } }],
    ['a key that is cut', { key: 'npm-1', tag: TAGS.ofKey('npm-', MAIN) }],
    ['no time', { key: 'npm-1', annotations: { 'org.opencontainers.image.created': '' } }],
    ['a time that is none', { key: 'npm-1', created: 'tomorrow' }],
    ['a time of this machine’s zone', { key: 'npm-1', created: '2025-01-01T00:00:00' }],
    ['a day that there is not', { key: 'npm-1', created: '2025-13-41T00:00:00Z' }],
  ])('passes over what says %s', async (_, planted) => {
    await plant(session.remote, planted);
    await plant(session.remote, { key: 'npm-0', created: '2020-01-01T00:00:00Z' });
    expect(await keysFor('npm-')).toEqual(['npm-0']);
    expect(messages).toEqual([expect.stringMatching(/^notice: The tag key-npm-\S* is not looked/)]);
  });

  test.each<[string, string | undefined]>([
    ['no manifest', '{}'],
    ['no JSON', '{'],
    ['gone since', undefined],
  ])('passes over what is %s', async (_, text) => {
    const fetched = text === undefined ? undefined : { bytes: Buffer.from(text) };
    const calls = {
      listTags: () => Promise.resolve([TAGS.ofKey('npm-1', MAIN)]),
      getManifest: () =>
        Promise.resolve(
          fetched && { ...fetched, descriptor: { mediaType: '', digest: digestOf(''), size: 2 } },
        ),
    };
    session = { ...session, remote: intercept(session.remote, calls) };
    expect(await keysFor('npm-')).toEqual([]);
    expect(messages).toHaveLength(1);
  });

  test('reads a manifest once, for however many prefixes', async () => {
    await plant(session.remote, { key: 'npm-1' });
    const { remote } = session;
    let reads = 0;
    const getManifest: typeof remote.getManifest = (...args) => {
      reads += 1;
      return remote.getManifest(...args);
    };
    session = { ...session, remote: intercept(remote, { getManifest }) };
    const list = new KeyList(session);
    for (const start of ['npm-', 'npm', 'n']) {
      expect(await list.startingWith(start, MAIN)).toHaveLength(1);
    }
    expect(reads).toBe(1);
  });

  test('reads no more manifests than it has to, and says which', async () => {
    await plant(session.remote, { key: 'npm-new' });
    const { remote } = session;
    const more = Array.from({ length: MAX_READ + 5 }, (_, i) => `key-npm-${i}.linux-x64`);
    let reads = 0;
    const calls = {
      listTags: () => Promise.resolve([...more, TAGS.ofKey('npm-new', MAIN)]),
      getManifest: (tag: string) => {
        reads += 1;
        return remote.getManifest(tag);
      },
    };
    session = { ...session, remote: intercept(remote, calls) };
    expect(await keysFor('npm-')).toEqual(['npm-new']);
    expect(reads).toBe(MAX_READ);
    expect(messages[0]).toMatch(/^warning: 262 tags may be of a key that begins with "npm-"/);
  });

  test('that takes too long is as good as none', async () => {
    await plant(session.remote, { key: 'npm-1' });
    const listTags: Session['remote']['listTags'] = ({ signal } = {}) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    session = { ...session, remote: intercept(session.remote, { listTags }) };
    expect(await new KeyList(session, 10).startingWith('npm-', MAIN)).toEqual([]);
    expect(messages).toEqual([expect.stringContaining('it took longer than 0.01 seconds')]);
  });

  test.each(['UNREACHABLE', 'CLOSED', 'TIMEOUT'] as const)(
    'that breaks with %s is an error',
    async (code) => {
      const listTags = () => Promise.reject(new CafsError(code, 'gone'));
      session = { ...session, remote: intercept(session.remote, { listTags }) };
      await expect(keysFor('npm-')).rejects.toMatchObject({ code });
    },
  );
});
