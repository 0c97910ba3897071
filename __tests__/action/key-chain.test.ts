import { beforeEach, describe, expect, test } from '@jest/globals';

import { MAX_OPENED, readKeyChain } from '../../src/action/key-chain.ts';
import type { Session } from '../../src/action/session.ts';
import type { Scope } from '../../src/action/tags.ts';
import { useTempDirs } from '../support/temp.ts';
import { intercept } from './jobs.ts';
import { MAIN, TAGS, keySession, plant } from './key-support.ts';

const tempDir = useTempDirs();

const TOPIC: Scope = { kind: 'branch', name: 'topic' };

let messages: string[];
let folder: string;
beforeEach(() => {
  messages = [];
  folder = tempDir();
});

function sessionOf(key: string, restoreKeys: readonly string[], path = 'deps'): Session {
  return keySession(folder, { key, 'restore-keys': restoreKeys.join('\n'), path }, messages);
}

async function keysOf(session: Session): Promise<(string | undefined)[]> {
  return (await readKeyChain(session)).map(({ key }) => key);
}

/** Counts what is asked of a remote. */
function counting(session: Session): { session: Session; asked: string[] } {
  const asked: string[] = [];
  const { remote } = session;
  const calls: Partial<typeof remote> = {
    listTags: (options) => {
      asked.push('list');
      return remote.listTags(options);
    },
    getManifest: (reference, options) => {
      asked.push(reference);
      return remote.getManifest(reference, options);
    },
  };
  return { asked, session: { ...session, remote: intercept(remote, calls) } };
}

describe('the chain of keys', () => {
  test('ends with the exact key, and asks for nothing else', async () => {
    const { session, asked } = counting(sessionOf('npm-1', ['npm-']));
    await plant(session.remote, { key: 'npm-1' });
    await plant(session.remote, { key: 'npm-12', created: '2026-01-01T00:00:00Z' });
    asked.length = 0;
    expect(await keysOf(session)).toEqual(['npm-1']);
    expect(asked).toEqual([TAGS.ofKey('npm-1', MAIN)]);
  });

  test('goes on where the exact key knows other paths', async () => {
    const session = sessionOf('npm-1', ['npm-'], 'deps\nmore');
    await plant(session.remote, { key: 'npm-1', paths: ['deps'] });
    await plant(session.remote, { key: 'npm-0', paths: ['more'] });
    await plant(session.remote, { key: 'npm-00', created: '2020-01-01T00:00:00Z' });
    expect(await keysOf(session)).toEqual(['npm-1', 'npm-0']);
  });

  test('names each snapshot once, in the order of the prefixes', async () => {
    const session = sessionOf('a-b', ['a-c', 'a-', 'a'], 'elsewhere');
    for (const key of ['a-b-1', 'a-c-1', 'a-d-1', 'ab']) await plant(session.remote, { key });
    expect(await keysOf(session)).toEqual(['a-b-1', 'a-c-1', 'a-d-1', 'ab']);
  });

  test('lists tags once for all scopes and prefixes', async () => {
    const { session, asked } = counting(sessionOf('npm-1', ['npm-', 'n']));
    const reads = [TOPIC, MAIN];
    await readKeyChain({ ...session, access: { ...session.access, reads } });
    expect(asked.filter((what) => what === 'list')).toHaveLength(1);
  });

  test('passes over an exact tag under which something else was saved', async () => {
    const session = sessionOf('npm-1', ['npm-']);
    await plant(session.remote, {
      key: 'npm-1',
      annotations: { 'dev.cafs.scope': 'refs/heads/topic' },
    });
    await plant(session.remote, { key: 'npm-0' });
    expect(await keysOf(session)).toEqual(['npm-0']);
    expect(messages[0]).toMatch(
      /^warning: The tag key-npm-1\.linux-x64 is not used: .* in this scope\.$/,
    );
  });

  test('is not searched for ever', async () => {
    const session = sessionOf('npm', [], 'elsewhere');
    for (let i = 0; i < MAX_OPENED + 2; i += 1) await plant(session.remote, { key: `npm-${i}` });
    expect(await keysOf(session)).toHaveLength(MAX_OPENED);
    expect(messages).toEqual([expect.stringContaining('older ones are not looked at')]);
  });

  test('is empty for a job that may read nothing', async () => {
    const { session, asked } = counting(sessionOf('npm-1', ['npm-']));
    await plant(session.remote, { key: 'npm-1' });
    asked.length = 0;
    const access = { ...session.access, reads: [] };
    expect(await readKeyChain({ ...session, access })).toEqual([]);
    expect(asked).toEqual([]);
  });
});
