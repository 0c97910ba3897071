import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { type Environment, readEnvironment } from '../../src/action/environment.ts';
import { type Session, openSession } from '../../src/action/session.ts';
import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();

let machine: string;
beforeEach(() => {
  machine = tempDir();
  for (const name of ['ws', 'home', 'temp']) mkdirSync(join(machine, name));
});

function environmentOf(more: Readonly<Record<string, string>> = {}): Environment {
  return readEnvironment({
    GITHUB_WORKSPACE: join(machine, 'ws'),
    HOME: join(machine, 'home'),
    RUNNER_TEMP: join(machine, 'temp'),
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'ARM64',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REPOSITORY: 'Octo-Org/Monorepo',
    ...more,
  });
}

async function open(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Session> {
  const { session, problems } = openSession(
    (name) => inputs[name] ?? '',
    environmentOf(env),
    () => {},
  );
  if (session === undefined) throw new Error(JSON.stringify(problems));
  await session.remote.close();
  return session;
}

describe('a session', () => {
  test('has the repository’s own place as its remote, and the runner as its platform', async () => {
    const session = await open({ path: 'out' });
    expect(session.remote.name).toBe('ghcr.io/octo-org/monorepo/cafs');
    expect(session.platform).toBe('linux-arm64');
    expect(session.tags.ofScope({ kind: 'branch', name: 'main' })).toBe('branch-main.linux-arm64');
    expect(session.remote.stats.requests).toBe(0);
  });

  test.each<[string, number, boolean]>([
    ['', 1, true],
    ['write', 1, true],
    ['read', 1, false],
    ['write-only', 0, true],
    ['none', 0, false],
  ])('with ACTIONS_CACHE_MODE "%s"', async (mode, reads, writes) => {
    const { access } = await open({ path: 'out' }, { ACTIONS_CACHE_MODE: mode });
    expect(access.reads).toHaveLength(reads);
    expect(access.writes !== undefined).toBe(writes);
    expect(access.sha !== undefined).toBe(writes);
    if (!writes) expect(access.readOnlyBecause).toContain(mode);
  });

  test.each(['readonly', 'READ', ' '])(
    'with ACTIONS_CACHE_MODE "%s" is like none',
    async (mode) => {
      const { access } = await open({ path: 'out' }, { ACTIONS_CACHE_MODE: mode });
      expect(access).toMatchObject({ reads: [], writes: undefined, sha: undefined });
      expect(access.readOnlyBecause).toContain(mode);
    },
  );

  test('a mode never gives what the event does not', async () => {
    const env = { GITHUB_EVENT_NAME: 'issue_comment', ACTIONS_CACHE_MODE: 'write' };
    expect((await open({ path: 'out' }, env)).access.writes).toBeUndefined();
  });

  test('with wrong inputs is none: all problems are told, and nothing is touched', () => {
    const inputs = { remote: 'No!', subtrees: 'none/*', strict: 'maybe', path: '/' };
    const { session, problems } = openSession(
      (name) => (inputs as Record<string, string>)[name] ?? '',
      environmentOf(),
      () => {},
    );
    expect(session).toBeUndefined();
    expect(problems!.map(({ input }) => input).sort()).toEqual([
      'path',
      'remote',
      'strict',
      'subtrees',
    ]);
    expect(readdirSync(join(machine, 'temp'))).toEqual([]);
  });

  test('without a remote outside of GitHub says so', () => {
    const { problems } = openSession(
      (name) => (name === 'path' ? 'out' : ''),
      environmentOf({ GITHUB_REPOSITORY: '' }),
      () => {},
    );
    expect(problems).toMatchObject([{ input: 'remote' }]);
  });

  test('a payload that cannot be read is a warning, not an end', () => {
    const environment = environmentOf({ GITHUB_EVENT_PATH: join(machine, 'gone.json') });
    expect(environment.warnings).toEqual([expect.stringContaining('gone.json')]);
    expect(environment.event.payload).toEqual({});
  });
});
