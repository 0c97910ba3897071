import { describe, expect, test } from '@jest/globals';

import { type CredentialSources, credentialsFor, remoteOf } from '../../src/action/remote.ts';
import type { Authenticator, Credentials } from '../../src/oci/credentials.ts';

const NONE = { username: '', password: '' };
const GIVEN = { username: 'me', password: 'secret' };

describe('remoteOf', () => {
  test('is as given, or the repository’s own place in lower case', () => {
    expect(remoteOf('oci:./cache', 'Octo/Repo')).toBe('oci:./cache');
    expect(remoteOf('', 'Octo-Org/Repo.Name')).toBe('ghcr.io/octo-org/repo.name/cafs');
    expect(remoteOf('', '')).toBeUndefined();
  });
});

describe('credentialsFor', () => {
  const hosts = [
    'ghcr.io.evil.example',
    'evilghcr.io',
    'evil.example',
    'docker.io',
    'ghcr.io:443',
    'GHCR.IO',
    'localhost:5000',
    '',
  ];
  const DOCKER = { username: 'docker', password: 'from docker login' };
  const REQUEST = { repository: 'octo/repo/cafs' };
  const NOTHING: Authenticator = () => undefined;

  /** Asks for a host's credentials, with what is usual in a workflow but for what is told. */
  async function ask(
    remote: string,
    host: string,
    sources: Partial<CredentialSources> = {},
  ): Promise<Credentials | undefined> {
    const usual = { inputs: NONE, actor: 'octocat', token: 'token', docker: NOTHING };
    return credentialsFor(remote, { ...usual, ...sources })(host, REQUEST);
  }

  test('the token goes to ghcr.io, with the actor’s name', async () => {
    const remote = 'ghcr.io/octo/repo/cafs';
    expect(await ask(remote, 'ghcr.io')).toEqual({ username: 'octocat', password: 'token' });
    for (const host of hosts) expect(await ask(remote, host)).toBeUndefined();
  });

  test('the token goes to no other registry', async () => {
    for (const remote of ['localhost:5000/demo', 'ghcr.io.evil.example/x', 'octo/repo']) {
      for (const host of [...hosts, 'ghcr.io']) expect(await ask(remote, host)).toBeUndefined();
    }
  });

  test('a password goes to its registry, and to no other host', async () => {
    const given = { inputs: GIVEN };
    expect(await ask('localhost:5000/demo', 'localhost:5000', given)).toEqual(GIVEN);
    for (const host of [...hosts, 'ghcr.io', 'localhost', 'localhost:5001']) {
      if (host === 'localhost:5000') continue;
      expect(await ask('localhost:5000/demo', host, given)).toBeUndefined();
    }
  });

  test('a password goes before the token and Docker’s, a user name defaults to the actor', async () => {
    const remote = 'ghcr.io/octo/repo';
    const docker = (): typeof DOCKER => DOCKER;
    expect(await ask(remote, 'ghcr.io', { inputs: GIVEN, docker })).toEqual(GIVEN);
    const inputs = { username: '', password: 'secret' };
    expect(await ask(remote, 'ghcr.io', { inputs, docker })).toEqual({
      username: 'octocat',
      password: 'secret',
    });
  });

  test('a user name alone is no credential', async () => {
    const inputs = { username: 'me', password: '' };
    expect(await ask('localhost:5000/x', 'localhost:5000', { inputs })).toBeUndefined();
  });

  test('where there is neither password nor token, Docker’s serve, and are masked', async () => {
    const asked: string[] = [];
    const masked: string[] = [];
    const sources: Partial<CredentialSources> = {
      token: '',
      docker: (host, { repository }) => {
        asked.push(`${host}/${repository}`);
        return DOCKER;
      },
      onSecret: (secret) => masked.push(secret),
    };
    expect(await ask('ghcr.io/octo/repo', 'ghcr.io', sources)).toEqual(DOCKER);
    expect(await ask('localhost:5000/x', 'localhost:5000', { ...sources, token: 'token' })).toEqual(
      DOCKER,
    );
    expect(asked).toEqual(['ghcr.io/octo/repo/cafs', 'localhost:5000/octo/repo/cafs']);
    expect(masked).toEqual([DOCKER.password, DOCKER.password]);
  });

  test.each<[Credentials, string]>([
    [{ identityToken: 'identity' }, 'identity'],
    [{ registryToken: 'bearer' }, 'bearer'],
  ])('the token %j of Docker’s is masked', async (found, secret) => {
    const masked: string[] = [];
    const sources = { docker: () => found, onSecret: (text: string) => masked.push(text) };
    expect(await ask('quay.io/x/y', 'quay.io', sources)).toEqual(found);
    expect(masked).toEqual([secret]);
  });

  test('for ghcr.io the token goes before Docker’s', async () => {
    const docker = (): typeof DOCKER => DOCKER;
    expect(await ask('ghcr.io/octo/repo', 'ghcr.io', { docker })).toEqual({
      username: 'octocat',
      password: 'token',
    });
  });

  test('Docker’s are not asked for another host than the remote’s', async () => {
    const docker = (): never => {
      throw new Error('asked');
    };
    for (const host of hosts) {
      expect(await ask('quay.io/octo/repo', host, { docker })).toBeUndefined();
    }
  });

  test('without any, ghcr.io is asked anonymously', async () => {
    expect(await ask('ghcr.io/octo/repo', 'ghcr.io', { token: '' })).toBeUndefined();
  });

  test('a folder needs none', async () => {
    for (const host of [...hosts, 'ghcr.io']) {
      expect(await ask('oci:./cache', host, { inputs: GIVEN })).toBeUndefined();
    }
  });

  test('what is no repository is refused', async () => {
    await expect(ask('Not a reference!', 'ghcr.io', { inputs: GIVEN })).rejects.toMatchObject({
      code: 'INVALID_REFERENCE',
    });
  });
});
