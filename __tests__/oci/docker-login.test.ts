import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { dockerCredentials } from '../../src/oci/docker-credentials.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { AutoPull, open } from '../../src/sync/open.ts';
import { testOnPosix } from '../support/platform.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { type RunningRegistry, startRegistry } from '../support/registry/start.ts';
import { runSkopeo } from '../support/skopeo.ts';
import { useTempDirs } from '../support/temp.ts';
import { type TokenServer, startTokenServer } from '../support/token-server.ts';
import { testWithSkopeo } from '../support/with-skopeo.ts';

const makeDir = useTempDirs();
const BYTES = Buffer.from('bytes');
const AUTH = { auth: Buffer.from('tester:secret').toString('base64') };
// htpasswd -nbB -C 4 tester secret
const HTPASSWD = 'tester:$2b$04$XYsIA6kvTdjU.WiEr8yySewfJZFpJSqjbxpoDN6MS5hxJvdjvOqOi\n';

/** A folder with Docker's file in it. */
function dockerFolder(config: unknown): string {
  const folder = makeDir();
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

async function expectToPush(remote: Remote): Promise<void> {
  const digest = digestOf(BYTES);
  try {
    await remote.putBlob(digest, BYTES);
    expect(await remote.hasBlob(digest)).toBe(true);
  } finally {
    await remote.close();
  }
}

describe('a registry with passwords', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ htpasswd: HTPASSWD });
  });
  afterAll(() => registry.stop());

  const before = process.env['DOCKER_CONFIG'];
  afterEach(() => {
    process.env['DOCKER_CONFIG'] = before;
  });

  test('takes what docker login has left, which is the default', async () => {
    process.env['DOCKER_CONFIG'] = dockerFolder({ auths: { [registry.host]: AUTH } });
    await expectToPush(openRemote(freshRepository(registry.host), { cwd: '/' }));
    const anonymous = openRemote(freshRepository(registry.host), {
      cwd: '/',
      credentials: () => undefined,
    });
    await expect(expectToPush(anonymous)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining(`docker login ${registry.host}`),
    });
  });

  test('takes it from a store as well, where no auth is given', async () => {
    process.env['DOCKER_CONFIG'] = dockerFolder({ auths: { [registry.host]: AUTH } });
    const remote = freshRepository(registry.host);
    const cacheDir = makeDir();
    const options = { cacheDir, remote, autoPull: AutoPull.Always };
    await using store = await open('demo', options);
    await store.put('key', 'value');
    await store.push();
    const stranger = { ...options, cacheDir: makeDir(), auth: () => undefined };
    await expect(open('demo', stranger)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  test('is not given what is meant for another port', async () => {
    process.env['DOCKER_CONFIG'] = dockerFolder({
      auths: { '127.0.0.1': AUTH, [`${registry.host}0`]: AUTH, 'http://127.0.0.1/v1/': AUTH },
    });
    const remote = openRemote(freshRepository(registry.host), { cwd: '/' });
    await expect(expectToPush(remote)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining('was given none'),
    });
  });

  testOnPosix('takes what a helper gives', async () => {
    const bin = makeDir();
    mkdirSync(bin, { recursive: true });
    const program = join(bin, 'docker-credential-test');
    const answer = JSON.stringify({
      ServerURL: registry.host,
      Username: 'tester',
      Secret: 'secret',
    });
    writeFileSync(program, `#!/bin/sh\ntest "$(cat)" = '${registry.host}' && echo '${answer}'\n`);
    chmodSync(program, 0o755);
    const env = {
      PATH: [bin, process.env['PATH']].join(delimiter),
      DOCKER_CONFIG: dockerFolder({ credsStore: 'test' }),
    };
    const credentials = dockerCredentials({ env });
    await expectToPush(openRemote(freshRepository(registry.host), { cwd: '/', credentials }));
  });

  testWithSkopeo('takes what skopeo login has left, as podman does', async () => {
    const file = join(makeDir(), 'auth.json');
    const repository = freshRepository(registry.host);
    // For one repository only, as podman can.
    for (const args of [
      ['--username=tester', '--password=secret', repository],
      ['--username=tester', '--password=secret', registry.host],
    ]) {
      runSkopeo(['login', '--tls-verify=false', `--authfile=${file}`, ...args]);
      const { auths } = JSON.parse(readFileSync(file, 'utf8')) as { auths: object };
      expect(Object.keys(auths)).toContain(args.at(-1));
      const credentials = dockerCredentials({ env: { HOME: makeDir(), REGISTRY_AUTH_FILE: file } });
      await expectToPush(openRemote(repository, { cwd: '/', credentials }));
    }
  });
});

describe('a registry with a token server', () => {
  let tokens: TokenServer;
  let registry: RunningRegistry;
  beforeAll(async () => {
    tokens = await startTokenServer();
    registry = await startRegistry({ token: tokens.auth });
  });
  afterAll(async () => {
    await registry.stop();
    await tokens.stop();
  });

  test('takes a token for the identity token that docker login has left', async () => {
    const identitytoken = tokens.refreshTokenOf('tester');
    const env = {
      DOCKER_CONFIG: dockerFolder({
        auths: { [`https://${registry.host}/v1/`]: { identitytoken } },
      }),
    };
    const credentials = dockerCredentials({ env });
    await expectToPush(openRemote(freshRepository(registry.host), { cwd: '/', credentials }));
    expect(tokens.requests.map(({ method, by, user }) => `${method} ${by} ${user}`)).toEqual([
      'POST refresh_token tester',
    ]);
  });
});
