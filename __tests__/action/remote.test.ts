import { describe, expect, test } from '@jest/globals';

import { credentialsFor, remoteOf } from '../../src/action/remote.ts';

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
    'evil.example',
    'docker.io',
    'ghcr.io:443',
    'GHCR.IO',
    'localhost:5000',
    '',
  ];

  test('the token goes to ghcr.io, with the actor’s name', () => {
    const source = credentialsFor('ghcr.io/octo/repo/cafs', NONE, 'octocat', 'token');
    expect(source('ghcr.io')).toEqual({ username: 'octocat', password: 'token' });
    for (const host of hosts) expect(source(host)).toBeUndefined();
  });

  test('the token goes to no other registry', () => {
    for (const remote of ['localhost:5000/demo', 'ghcr.io.evil.example/x', 'octo/repo']) {
      const source = credentialsFor(remote, NONE, 'octocat', 'token');
      for (const host of [...hosts, 'ghcr.io']) expect(source(host)).toBeUndefined();
    }
  });

  test('a password goes to its registry, and to no other host', () => {
    const source = credentialsFor('localhost:5000/demo', GIVEN, 'octocat', 'token');
    expect(source('localhost:5000')).toEqual({ username: 'me', password: 'secret' });
    for (const host of [...hosts, 'ghcr.io', 'localhost', 'localhost:5001']) {
      if (host !== 'localhost:5000') expect(source(host)).toBeUndefined();
    }
  });

  test('a password goes before the token, a user name defaults to the actor', () => {
    const remote = 'ghcr.io/octo/repo';
    expect(credentialsFor(remote, GIVEN, 'octocat', 'token')('ghcr.io')).toEqual(GIVEN);
    const unnamed = { username: '', password: 'secret' };
    expect(credentialsFor(remote, unnamed, 'octocat', 'token')('ghcr.io')).toEqual({
      username: 'octocat',
      password: 'secret',
    });
  });

  test('a user name alone is no credential', () => {
    const named = { username: 'me', password: '' };
    expect(credentialsFor('localhost:5000/x', named, 'octocat', '')('localhost:5000')).toBe(
      undefined,
    );
  });

  test('without a token ghcr.io is asked anonymously', () => {
    expect(credentialsFor('ghcr.io/octo/repo', NONE, 'octocat', '')('ghcr.io')).toBeUndefined();
  });

  test('a folder needs none', () => {
    const source = credentialsFor('oci:./cache', GIVEN, 'octocat', 'token');
    for (const host of [...hosts, 'ghcr.io']) expect(source(host)).toBeUndefined();
  });

  test('what is no repository is refused', () => {
    expect(() => credentialsFor('Not a reference!', GIVEN, 'octocat', 'token')).toThrow(
      expect.objectContaining({ code: 'INVALID_REFERENCE' }),
    );
  });
});
