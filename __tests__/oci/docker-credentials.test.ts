import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { describeError } from '../../src/errors.ts';
import type { Credentials } from '../../src/oci/credentials.ts';
import { parseDockerConfig } from '../../src/oci/docker-config.ts';
import {
  type DockerCredentialsOptions,
  dockerCredentials,
} from '../../src/oci/docker-credentials.ts';
import { entryCredentials } from '../../src/oci/docker-entry.ts';
import { credentialFiles } from '../../src/oci/docker-files.ts';
import { describeOnPosix, testOnLinux, testOnPosix } from '../support/platform.ts';
import { useTempDirs } from '../support/temp.ts';

const makeDir = useTempDirs();
const REQUEST = { repository: 'me/cache' };

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A machine of its own: a home, a folder for programs, and Docker's file in its place. */
class Machine {
  readonly home = makeDir();
  readonly bin = join(this.home, 'bin');
  readonly dockerFile = join(this.home, '.docker', 'config.json');
  readonly env: NodeJS.ProcessEnv = {
    HOME: this.home,
    USERPROFILE: this.home,
    // Of their own, helpers find these programs only.
    PATH: [this.bin, '/usr/bin', '/bin'].join(delimiter),
    XDG_RUNTIME_DIR: join(this.home, 'run'),
  };

  constructor(docker?: unknown) {
    if (docker !== undefined) this.write('.docker/config.json', docker);
  }

  write(path: string, content: unknown): string {
    const file = join(this.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  /** A helper that notes how it was called: its arguments, and what it has read. */
  helper(name: string, script: string): string {
    const notes = join(this.home, `${name}.notes`);
    const text = `#!/bin/sh\nserver=$(cat)\nprintf '%s|%s\\n' "$*" "$server" >> '${notes}'\n${script}\n`;
    chmodSync(this.write(`bin/docker-credential-${name}`, text), 0o755);
    return notes;
  }

  async ask(
    host: string,
    options: Omit<DockerCredentialsOptions, 'env'> = {},
  ): Promise<Credentials | undefined> {
    return dockerCredentials({ env: this.env, ...options })(host, REQUEST);
  }

  async failure(host: string, options: Omit<DockerCredentialsOptions, 'env'> = {}): Promise<Error> {
    try {
      await this.ask(host, options);
    } catch (error) {
      return error as Error;
    }
    throw new Error('It did not fail.');
  }
}

const ME = { username: 'me', password: 'secret' };
const AUTH = { auth: base64('me:secret') };
const FOUND = `printf '{"ServerURL":"x","Username":"helped","Secret":"by helper"}'`;
const HELPED = { username: 'helped', password: 'by helper' };
const NONE = `printf 'credentials not found in native keychain\\n'; exit 1`;

describe('files of credentials', () => {
  const home = join('/', 'home', 'me');
  const usual = { HOME: home, USERPROFILE: home, XDG_RUNTIME_DIR: '/run/user/7' };
  const docker = join(home, '.docker', 'config.json');
  const podman = [
    join('/run/user/7', 'containers', 'auth.json'),
    join(home, '.config', 'containers', 'auth.json'),
  ];

  test('are Docker’s, then podman’s', () => {
    expect(credentialFiles(usual)).toEqual([docker, ...podman]);
  });

  test('that variables name stand in place of the usual ones, and go first', () => {
    const [first, second] = ['/d/config.json', '/p/auth.json'];
    const folder = dirname(first);
    expect(credentialFiles({ ...usual, DOCKER_CONFIG: folder })).toEqual([
      join(folder, 'config.json'),
      ...podman,
    ]);
    expect(credentialFiles({ ...usual, REGISTRY_AUTH_FILE: second })).toEqual([second, docker]);
    expect(
      credentialFiles({ ...usual, DOCKER_CONFIG: folder, REGISTRY_AUTH_FILE: second }),
    ).toEqual([join(folder, 'config.json'), second]);
  });

  test('are not those of an empty variable', () => {
    const empty = { DOCKER_CONFIG: '', REGISTRY_AUTH_FILE: '', XDG_CONFIG_HOME: '' };
    expect(credentialFiles({ ...usual, ...empty })).toEqual([docker, ...podman]);
  });

  test('are where XDG_CONFIG_HOME says', () => {
    expect(credentialFiles({ ...usual, XDG_CONFIG_HOME: '/config' })).toContain(
      join('/config', 'containers', 'auth.json'),
    );
  });

  test('are in the home that the system knows where no variable names it', () => {
    expect(credentialFiles({})).toContain(join(homedir(), '.docker', 'config.json'));
  });

  testOnLinux('are below /run/containers where XDG_RUNTIME_DIR is not set', () => {
    expect(credentialFiles({ HOME: home })).toContain(
      `/run/containers/${process.getuid?.()}/auth.json`,
    );
  });
});

describe('Docker’s credentials', () => {
  test.each<[string, unknown, Credentials | undefined]>([
    ['auth', AUTH, ME],
    [
      'a password with colons',
      { auth: base64('me:a:b::c') },
      { username: 'me', password: 'a:b::c' },
    ],
    [
      'text beyond ASCII',
      { auth: base64('mé:pässwörd') },
      { username: 'mé', password: 'pässwörd' },
    ],
    ['username and password', { username: 'me', password: 'secret' }, ME],
    ['auth and others', { ...AUTH, username: 'other', password: 'other' }, ME],
    ['an identity token', { ...AUTH, identitytoken: 'it' }, { identityToken: 'it' }],
    ['a registry token', { ...AUTH, registrytoken: 'rt' }, { registryToken: 'rt' }],
    ['empty fields', { auth: '', identitytoken: '', registrytoken: null }, undefined],
    ['what a helper leaves', {}, undefined],
    ['a mail address too', { ...AUTH, email: 'me@example.com' }, ME],
  ])('with %s', async (_, entry, expected) => {
    const machine = new Machine({ auths: { 'ghcr.io': entry } });
    expect(await machine.ask('ghcr.io')).toEqual(expected);
    expect(await machine.ask('ghcr.io:443')).toBeUndefined();
    expect(await machine.ask('evilghcr.io')).toBeUndefined();
    expect(await machine.ask('ghcr.io.evil.com')).toBeUndefined();
  });

  test('for Docker Hub, beside the tokens that Docker keeps for itself', async () => {
    const machine = new Machine({
      auths: {
        'https://index.docker.io/v1/access-token': { auth: base64('me:access') },
        'https://index.docker.io/v1/refresh-token': { auth: base64('me:refresh') },
        'https://index.docker.io/v1/': AUTH,
      },
    });
    expect(await machine.ask('docker.io')).toEqual(ME);
  });

  test('are those of the closest path that has some', async () => {
    const machine = new Machine({
      auths: {
        'ghcr.io/me/cache': {},
        'ghcr.io': { auth: base64('all:x') },
        'ghcr.io/me': AUTH,
        'ghcr.io/m': { auth: base64('not:me') },
      },
    });
    expect(await machine.ask('ghcr.io')).toEqual(ME);
    const other = dockerCredentials({ env: machine.env })('ghcr.io', { repository: 'you/cache' });
    expect(await other).toEqual({ username: 'all', password: 'x' });
  });

  test('are none without any file, and in empty ones', async () => {
    expect(await new Machine().ask('ghcr.io')).toBeUndefined();
    for (const text of ['', ' \n', '{}', '{"auths":null}', '\uFEFF{"auths":{}}']) {
      expect(await new Machine(text).ask('ghcr.io')).toBeUndefined();
    }
  });

  test('are those of the first file that has some', async () => {
    const machine = new Machine({ auths: { 'quay.io': AUTH } });
    machine.write('run/containers/auth.json', {
      auths: { 'ghcr.io': { auth: base64('podman:1') }, 'quay.io': { auth: base64('podman:2') } },
    });
    machine.write('.config/containers/auth.json', {
      auths: { 'ghcr.io': { auth: base64('config:1') }, 'docker.io': { auth: base64('config:2') } },
    });
    expect(await machine.ask('quay.io')).toEqual(ME);
    expect(await machine.ask('ghcr.io')).toEqual({ username: 'podman', password: '1' });
    expect(await machine.ask('docker.io')).toEqual({ username: 'config', password: '2' });
    machine.env['REGISTRY_AUTH_FILE'] = machine.write('named.json', {
      auths: { 'quay.io': { auth: base64('named:1') } },
    });
    expect(await machine.ask('quay.io')).toEqual({ username: 'named', password: '1' });
    expect(await machine.ask('docker.io')).toBeUndefined();
  });

  test('are read when they are asked for, and once', async () => {
    const machine = new Machine();
    const ask = dockerCredentials({ env: machine.env });
    machine.write('.docker/config.json', { auths: { 'ghcr.io': AUTH } });
    expect(await Promise.all([ask('ghcr.io', REQUEST), ask('quay.io', REQUEST)])).toEqual([
      ME,
      undefined,
    ]);
    machine.write('.docker/config.json', { auths: {} });
    expect(await ask('ghcr.io', REQUEST)).toEqual(ME);
  });

  test.each([
    ['no JSON', '{"auths": {"ghcr.io": {"auth": "c2VjcmV0OnNlY3JldA==" '],
    ['no object', '["secret"]'],
    ['no object', '"secret"'],
    ['a wrong "auths"', { auths: ['secret'] }],
    ['a wrong "credHelpers"', { credHelpers: { 'ghcr.io': { secret: 'secret' } } }],
    ['a wrong "credsStore"', { credsStore: 7, x: 'secret' }],
    ['a wrong entry', { auths: { 'ghcr.io': 'secret' } }],
    ['a wrong entry', { auths: { 'ghcr.io': { auth: ['secret'] } } }],
    ['not the base64', { auths: { 'ghcr.io': { auth: base64('secret') } } }],
    ['not the base64', { auths: { 'ghcr.io': { auth: 'me:secret' } } }],
  ])(
    'in a file with %s are an error that names the file, not what is in it',
    async (what, content) => {
      const machine = new Machine(content);
      const error = await machine.failure('ghcr.io');
      expect(error).toMatchObject({
        code: 'MALFORMED',
        message: expect.stringContaining(machine.dockerFile),
      });
      expect(error.cause).toBeUndefined();
      expect(error.message).toContain(what);
      expect(describeError(error)).not.toMatch(/secret|c2Vj/);
    },
  );

  test('are none where Go has written null', async () => {
    const machine = new Machine({
      auths: { 'ghcr.io': null },
      credHelpers: { 'ghcr.io': null },
      credsStore: null,
    });
    expect(await machine.ask('ghcr.io')).toBeUndefined();
  });

  test('of others do not matter where they are wrong', async () => {
    const machine = new Machine({ auths: { 'quay.io': 'wrong', 'ghcr.io': AUTH } });
    expect(await machine.ask('ghcr.io')).toEqual(ME);
  });

  test('are not looked for in a file that is too large', async () => {
    const machine = new Machine({ auths: { 'ghcr.io': AUTH }, x: 'x'.repeat(1024 * 1024) });
    expect(await machine.failure('ghcr.io')).toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining('1048576 bytes'),
    });
  });

  test('in what is no file are an error', async () => {
    const machine = new Machine();
    mkdirSync(machine.dockerFile, { recursive: true });
    expect(await machine.failure('ghcr.io')).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining(machine.dockerFile),
      hint: expect.stringContaining('may read'),
    });
  });

  test('of any text are credentials, none, or MALFORMED', () => {
    const entry = fc.record(
      {
        auth: fc.oneof(fc.base64String(), fc.string().map(base64), fc.string()),
        username: fc.string(),
        password: fc.string(),
        identitytoken: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ auths: fc.dictionary(fc.string(), entry) }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(text, (content) => {
        try {
          const config = parseDockerConfig(content, 'FILE');
          for (const [key, value] of Object.entries(config?.auths ?? {})) {
            entryCredentials(value, 'FILE', key);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'MALFORMED' });
        }
      }),
    );
  });
});

describeOnPosix('credential helpers', () => {
  test('are asked with what Docker calls the registry, without a shell', async () => {
    const machine = new Machine({ credsStore: 'all', auths: { 'ghcr.io': {} } });
    const notes = machine.helper('all', FOUND);
    expect(await machine.ask('ghcr.io')).toEqual(HELPED);
    expect(await machine.ask('docker.io')).toEqual(HELPED);
    expect(await machine.ask('$(touch x):1')).toEqual(HELPED);
    expect(readFileSync(notes, 'utf8').trim().split('\n')).toEqual([
      'get|ghcr.io',
      'get|https://index.docker.io/v1/',
      'get|$(touch x):1',
    ]);
  });

  test('for the registry go before the one for all, and that before the file', async () => {
    const machine = new Machine({
      auths: { 'ghcr.io': AUTH, 'quay.io': AUTH },
      credHelpers: { 'ghcr.io': 'own', 'ghcr.io/me': 'path', 'evilghcr.io': 'evil' },
      credsStore: 'all',
    });
    machine.helper('own', FOUND);
    machine.helper('all', `printf '{"Username":"all","Secret":"s"}'`);
    expect(await machine.ask('ghcr.io')).toEqual(HELPED);
    expect(await machine.ask('quay.io')).toEqual({ username: 'all', password: 's' });
  });

  test('for Docker Hub go by any of its names', async () => {
    for (const key of ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io']) {
      const machine = new Machine({ credHelpers: { [key]: 'hub' } });
      machine.helper('hub', FOUND);
      expect(await machine.ask('docker.io')).toEqual(HELPED);
    }
  });

  test('with an empty name are none for that registry', async () => {
    const machine = new Machine({
      auths: { 'ghcr.io': AUTH },
      credHelpers: { 'ghcr.io': '' },
      credsStore: 'gone',
    });
    expect(await machine.ask('ghcr.io')).toEqual(ME);
  });

  test('that have nothing leave it to what comes after them', async () => {
    for (const nothing of [NONE, `printf '{"Username":"","Secret":""}'`, `printf '{}'`]) {
      const machine = new Machine({ credsStore: 'all', auths: { 'ghcr.io': AUTH } });
      machine.helper('all', nothing);
      machine.write('run/containers/auth.json', { auths: { 'quay.io': { auth: base64('p:q') } } });
      expect(await machine.ask('ghcr.io')).toEqual(ME);
      expect(await machine.ask('quay.io')).toEqual({ username: 'p', password: 'q' });
      expect(await machine.ask('docker.io')).toBeUndefined();
    }
  });

  test('give identity tokens under the name <token>', async () => {
    const machine = new Machine({ credsStore: 'all' });
    machine.helper('all', `printf '{"Username":"<token>","Secret":"identity"}'`);
    expect(await machine.ask('ghcr.io')).toEqual({ identityToken: 'identity' });
  });

  test('are asked again for every token, for what they give does not hold for ever', async () => {
    const machine = new Machine({ credsStore: 'all' });
    const notes = machine.helper('all', FOUND);
    const ask = dockerCredentials({ env: machine.env });
    await ask('ghcr.io', REQUEST);
    await ask('ghcr.io', REQUEST);
    expect(readFileSync(notes, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test('that are not there are an error which says where they are named', async () => {
    const machine = new Machine({ credsStore: 'gone', auths: { 'ghcr.io': AUTH } });
    expect(await machine.failure('ghcr.io')).toMatchObject({
      code: 'UNAUTHORIZED',
      message: `docker-credential-gone, which ${machine.dockerFile} names for ghcr.io, was not found.`,
      hint: expect.stringContaining(machine.dockerFile),
    });
  });

  test('that may not be run are an error', async () => {
    const machine = new Machine({ credsStore: 'all' });
    machine.write('bin/docker-credential-all', '#!/bin/sh\n');
    expect(await machine.failure('ghcr.io')).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  test.each(['../evil', 'a/b', 'a\\b', 'a b', 'a;b', '$(a)', 'a\nb', 'a\0b', 'é'])(
    'named %j are not run',
    async (name) => {
      const machine = new Machine({ credsStore: name });
      machine.write('evil', '#!/bin/sh\ntouch ran\n');
      expect(await machine.failure('ghcr.io')).toMatchObject({
        code: 'MALFORMED',
        message: expect.stringContaining(machine.dockerFile),
      });
    },
  );

  test('that fail are an error that says how to see why, and nothing of what they wrote', async () => {
    const machine = new Machine({ credsStore: 'all' });
    machine.helper('all', `set -x; S='{"Secret":"hush"}'; echo "$S"; exit 3`);
    const error = await machine.failure('ghcr.io');
    expect(error).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('ended with 3.'),
      hint: expect.stringContaining('Run "echo ghcr.io | docker-credential-all get" to see why'),
    });
    expect(describeError(error)).not.toContain('hush');
    machine.helper('all', `kill -9 $$`);
    expect((await machine.failure('ghcr.io')).message).toContain('ended with a signal.');
  });

  test.each([
    '',
    'hush',
    '7',
    '{"Username":"me","Secret":["hush"]}',
    '{"Username":"me","Secret":"hush"',
  ])('that answer %s are an error without it', async (text) => {
    const machine = new Machine({ credsStore: 'all' });
    machine.helper('all', `printf '%s' '${text}'`);
    const error = await machine.failure('ghcr.io');
    expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(error.cause).toBeUndefined();
    expect(describeError(error)).not.toContain('hush');
  });

  test('that do not end are ended, with a child that holds their output open', async () => {
    const machine = new Machine({ credsStore: 'all' });
    machine.helper('all', `echo $$ > '${machine.home}/pid'; sleep 20`);
    const started = performance.now();
    expect(await machine.failure('ghcr.io', { helperTimeoutMs: 500 })).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('no answer in 500 ms'),
    });
    expect(performance.now() - started).toBeLessThan(10_000);
    const pid = Number(readFileSync(join(machine.home, 'pid'), 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test('that do not stop writing are ended', async () => {
    const machine = new Machine({ credsStore: 'all' });
    machine.helper('all', 'exec cat /dev/zero');
    expect(await machine.failure('ghcr.io')).toMatchObject({
      message: expect.stringContaining('does not stop writing'),
    });
    machine.helper('all', `head -c 1000000 /dev/zero | tr '\\0' e >&2; exit 1`);
    expect((await machine.failure('ghcr.io')).message.length).toBeLessThan(5000);
  });

  test('that nobody waits for any more are ended', async () => {
    const machine = new Machine({ credsStore: 'all' });
    machine.helper('all', 'exec sleep 20');
    const signal = AbortSignal.timeout(200);
    const asked = dockerCredentials({ env: machine.env })('ghcr.io', { ...REQUEST, signal });
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('that do not read are no problem', async () => {
    const machine = new Machine({ credsStore: 'all' });
    chmodSync(machine.write('bin/docker-credential-all', `#!/bin/sh\n${FOUND}\n`), 0o755);
    expect(await machine.ask('ghcr.io')).toEqual(HELPED);
  });

  testOnPosix('do not come from the working folder', async () => {
    const machine = new Machine({ credsStore: 'cwd' });
    machine.env['PATH'] = '/usr/bin:/bin';
    machine.write('.docker/docker-credential-cwd', `#!/bin/sh\ntouch '${machine.home}/ran'\n`);
    chmodSync(join(machine.home, '.docker/docker-credential-cwd'), 0o755);
    expect((await machine.failure('ghcr.io')).message).toContain('was not found');
    expect(existsSync(join(machine.home, 'ran'))).toBe(false);
  });
});
