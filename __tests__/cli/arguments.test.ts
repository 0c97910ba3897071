import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type Handler, answer, useServers } from '../oci/servers.ts';
import { useTempDirs } from '../support/temp.ts';
import { type Result, cafs } from './cafs.ts';

const tempDir = useTempDirs();
const startServer = useServers();

/** Folders in which there are `dist/assets/a`, a layout `layout` with it, and a file `file`. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cafs-cli-'));
  const cwd = join(folder, 'project');
  mkdirSync(join(cwd, 'dist/assets'), { recursive: true });
  writeFileSync(join(cwd, 'dist/assets/a'), 'text');
  writeFileSync(join(cwd, 'file'), '');
  const pushed = await cafs(
    { cache: join(folder, 'cache'), cwd },
    'push',
    'dist',
    'oci:layout:main',
  );
  expect(pushed).toMatchObject({ code: 0, stderr: '' });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function project(): string {
  const cwd = tempDir();
  cpSync(join(folder, 'project'), cwd, { recursive: true });
  return cwd;
}

const inFolder = (cwd: string, ...args: string[]): Promise<Result> =>
  cafs({ cache: tempDir(), cwd }, ...args);

test('--version is that of the package', async () => {
  const file = join(import.meta.dirname, '../../package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  const run = await inFolder(tempDir(), '--version');
  expect(run).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help says what keys begin with, and what the exit codes are', async () => {
  const { code, stdout } = await inFolder(tempDir(), '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/begin with.*\bws\/ is the folder that was pushed/s);
  expect(stdout).toMatch(/Exit codes: 0, .*; 1, .*; 130, Ctrl-C/s);
  expect(stdout).toContain('Without :TAG, the tag is latest.');
});

test.each([
  ['push', [/Left out.* \.git in any folder.*named pipes/s, /--from <tag>/, /uploaded again by/]],
  ['pull', [/that differ from the snapshot are overwritten/, /for --delete, which/, /Ctrl-C/]],
])('%s --help says what it does to files', async (command, said) => {
  const { code, stdout } = await inFolder(tempDir(), command, '--help');
  expect(code).toBe(0);
  for (const what of said) expect(stdout).toMatch(what);
  expect(stdout).not.toContain('[]');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
});

test.each<[string[], string, string]>([
  [['push', 'dist'], "missing required argument 'snapshot'", 'cafs push --help'],
  [['pull', '--remove', 'a', 'b'], "unknown option '--remove'", 'cafs pull --help'],
  [['verify', 'a', 'b'], 'too many arguments', 'cafs verify --help'],
  [['import-go'], "missing required argument 'source'", 'cafs import-go --help'],
  [['oush'], "unknown command 'oush'", 'cafs --help'],
])('a wrong command line %j is one line, and where to look', async (args, said, where) => {
  const { code, stdout, stderr } = await inFolder(tempDir(), ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.startsWith(`cafs: ${said}`)).toBe(true);
  const lines = stderr.trimEnd().split('\n');
  expect(lines.at(-1)).toBe(`See: ${where}`);
  expect(lines.length).toBeLessThanOrEqual(4);
});

describe('ls', () => {
  test('of a prefix where nothing is says so, and fails', async () => {
    const cwd = project();
    const run = await inFolder(cwd, 'ls', 'oci:layout:main', 'ws/none/');
    expect(run).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'cafs: In oci:layout:main there is nothing at "ws/none/", nor below it. Below "ws/" there is "assets/".\n',
    });
  });

  test.each([
    ['none', 'Below "ws/" there is "assets/".'],
    ['assets/none/deeper', 'Below "ws/assets/" there is "a".'],
    ['ws/assets/none', 'Below "ws/assets/" there is "a".'],
    ['ws', undefined],
  ])('of %s names what is nearest to it', async (prefix, hint) => {
    const { stderr } = await inFolder(project(), 'ls', 'oci:layout:main', prefix);
    if (hint === undefined) expect(stderr).toBe('');
    else expect(stderr).toContain(hint);
  });

  test.each(['assets/', '/assets', './assets', 'assets/a'])(
    'of %s says what was meant',
    async (prefix) => {
      const { code, stderr } = await inFolder(project(), 'ls', 'oci:layout:main', prefix);
      expect(code).toBe(1);
      expect(stderr).toMatch(/begin with ws\/: write "ws\/assets(?:\/|\/a)?"\.\n$/);
    },
  );

  test('of what is there, or of all, lists it', async () => {
    const cwd = project();
    for (const prefix of [[], ['ws/'], ['ws/assets/a']]) {
      const run = await inFolder(cwd, 'ls', 'oci:layout:main', ...prefix);
      expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/\tws\/assets\/a\n$/) });
    }
  });
});

describe('pull', () => {
  test.each(['file', 'file/below', 'dangling'])('onto %s is refused in words', async (target) => {
    const cwd = project();
    symlinkSync('nowhere', join(cwd, 'dangling'));
    const { code, stderr } = await inFolder(cwd, 'pull', 'oci:layout:main', target);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^cafs: ".*\/(?:file|dangling)" is no folder, .* name one/);
    expect(stderr).not.toMatch(/EEXIST|ENOTDIR/);
  });

  test.each<[string, string, (cwd: string) => string]>([
    ['its own folder', 'is', () => 'layout'],
    ['a folder in it', 'lies in', () => 'layout/blobs/new'],
    ['a folder that holds it', 'holds', () => '.'],
    ['its own folder by a link', 'is', () => 'link'],
    ['its own folder by its whole path', 'is', (cwd) => join(cwd, 'dist/../layout/')],
  ])('of a layout into %s is refused', async (_, how, target) => {
    const cwd = project();
    symlinkSync('layout', join(cwd, 'link'));
    const before = readdirSync(cwd, { recursive: true }).sort();
    for (const options of [[], ['--delete']]) {
      const args = ['pull', ...options, 'oci:layout:main', target(cwd)];
      const { code, stderr } = await inFolder(cwd, ...args);
      expect(code).toBe(1);
      expect(stderr).toContain(`${how} the image layout oci:layout itself.`);
    }
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(before);
  });

  test('of a layout beside its folder is no such thing', async () => {
    const cwd = project();
    for (const target of ['layout2', '..layout', 'dist']) {
      expect(await inFolder(cwd, 'pull', 'oci:layout:main', target)).toMatchObject({ code: 0 });
    }
  });
});

test('push of a folder that holds the layout it goes to is refused', async () => {
  const cwd = project();
  const { code, stderr } = await inFolder(cwd, 'push', '.', 'oci:layout:main');
  expect(code).toBe(1);
  expect(stderr).toContain('holds the image layout oci:layout itself.');
});

describe('arguments in the wrong order', () => {
  test.each([
    [['push', 'localhost:1/x:tag', 'dist'], 'cafs push dist localhost:1/x:tag'],
    [['push', 'oci:other', './dist'], 'cafs push ./dist oci:other'],
    [['pull', 'dist', 'ghcr.io/x/y:tag'], 'cafs pull ghcr.io/x/y:tag dist'],
    [['pull', './dist', 'docker.io/x/y'], 'cafs pull docker.io/x/y ./dist'],
  ])('%j are said to be that', async (args, right) => {
    const { code, stderr } = await inFolder(project(), ...args);
    expect(code).toBe(1);
    expect(stderr).toContain('they are in the wrong order.');
    expect(stderr).toContain(`Write: ${right}\n`);
  });

  test('a folder that is none is said to come first', async () => {
    const { code, stderr } = await inFolder(project(), 'push', 'none', 'localhost:1/x');
    expect(code).toBe(1);
    expect(stderr).toMatch(/"none" is no folder\. The folder comes first/);
  });

  test.each([
    ['ls', 'dist'],
    ['inspect', 'dist:main'],
    ['pull', 'dist', 'elsewhere'],
    ['ls', 'dist/assets'],
  ])(
    '%s of a folder’s name, which is looked for at Docker Hub, says so',
    async (...args) => {
      // Nothing is asked of the real one.
      const proxy = await startServer((_, response) => {
        answer(response, 502);
      });
      const env = { HTTPS_PROXY: proxy.origin };
      const run = await cafs({ cache: tempDir(), cwd: project(), env }, ...args);
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(
        /"dist(?::main|\/assets)?" has no host, and so means one at Docker Hub\./,
      );
      expect(run.stderr).toContain(`oci:${args[1]} where it is an image layout`);
    },
    120_000,
  );
});

describe('a snapshot without a host', () => {
  test.each([
    ['ls', 'alpine'],
    ['inspect', 'alpine:3'],
    ['pull', 'library/alpine', 'x'],
    ['push', 'dist', 'demo:main'],
  ])('that is one of Docker’s own is refused, and nobody is asked: %s %s', async (...args) => {
    const proxy = await startServer((_, response) => {
      answer(response, 502);
    });
    const env = { HTTPS_PROXY: proxy.origin };
    const run = await cafs({ cache: tempDir(), cwd: project(), env }, ...args);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/is docker\.io\/library\/\w+, one of Docker's own images\./);
    expect(run.stderr).toMatch(/Write HOST\/[a-z:3/]+ for another registry, or oci:/);
    expect(proxy.seen).toEqual([]);
  });

  test('that cannot be had is said to be at Docker Hub', async () => {
    // No TLS is spoken there: what is asked of the proxy does not reach anybody.
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    const run = await cafs({ cache: tempDir(), env }, 'ls', 'user/repo:tag');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('"user/repo:tag" has no host, and so means one at Docker Hub.');
    // What went wrong comes with its own hint, too.
    expect(run.stderr).toContain('Nothing listens at 127.0.0.1:1');
  }, 60_000);
});

test('a wait before another try is shown', async () => {
  let asked = 0;
  const server = await startServer((_, response) => {
    asked += 1;
    answer(response, asked === 1 ? 503 : 404);
  });
  const run = await cafs({ cache: tempDir() }, 'ls', `${server.host}/x`);
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toMatch(/^cafs: retry: .* 503.* \(2 of 5\)\.\ncafs: There is no tag latest/);
});

describe('credentials in the environment', () => {
  test.each([
    ['CAFS_USERNAME', 'CAFS_PASSWORD'],
    ['CAFS_PASSWORD', 'CAFS_USERNAME'],
  ])('%s alone is refused, and nobody is asked', async (has, lacks) => {
    const server = await startServer((_, response) => {
      answer(response, 404);
    });
    for (const env of [{ [has]: 'secret' }, { [has]: 'secret', [lacks]: '' }]) {
      const run = await cafs({ cache: tempDir(), env }, 'ls', `${server.host}/x`);
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toContain(`${has} is set, but ${lacks} is not, or is empty.`);
      expect(run.stderr).not.toContain('secret');
    }
    expect(server.seen).toEqual([]);
  });

  test.each([
    [{ CAFS_USERNAME: 'me', CAFS_PASSWORD: 'secret' }, /They are those of CAFS_USERNAME and/],
    [{}, /Run "docker login [^"]+" or "podman login [^"]+", or set CAFS_USERNAME and/],
  ])('who is not let in with %j is told what there is to do here', async (env, hint) => {
    const server = await startServer((_, response) => {
      answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
    });
    const run = await cafs({ cache: tempDir(), env }, 'ls', `${server.host}/x`);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(hint);
    expect(run.stderr).not.toMatch(/Action|Library|secret/);
  });

  /** Lets nobody do what was tried, when it has heard who it is. */
  const refusing: Handler = ({ headers }, response) => {
    if (headers.authorization !== undefined) answer(response, 403);
    else answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
  };

  test('who may not do what was tried is told whose credentials these are', async () => {
    const server = await startServer(refusing);
    const env = { CAFS_USERNAME: 'me', CAFS_PASSWORD: 'secret' };
    const given = await cafs({ cache: tempDir(), env }, 'ls', `${server.host}/x`);
    expect(given.stderr).toMatch(/do not allow this.* They are those of CAFS_USERNAME/);
    const cache = tempDir();
    mkdirSync(join(cache, '.docker'));
    const auth = Buffer.from('me:other').toString('base64');
    const config = JSON.stringify({ auths: { [server.host]: { auth } } });
    writeFileSync(join(cache, '.docker/config.json'), config);
    const others = await cafs({ cache }, 'ls', `${server.host}/x`);
    expect(others.stderr).toContain('do not allow this');
    expect(others.stderr).not.toContain('CAFS_');
  });

  test('where none were found for what is not allowed, that is said, and where they go', async () => {
    const tokens = await startServer((_, response) => {
      answer(response, 200, {}, '{"token":"anonymous"}');
    });
    const server = await startServer(({ headers }, response) => {
      const challenge = `Bearer realm="${tokens.origin}/token",service="x"`;
      if (headers.authorization !== undefined) answer(response, 403);
      else answer(response, 401, { 'www-authenticate': challenge });
    });
    const { code, stderr } = await cafs({ cache: tempDir() }, 'ls', `${server.host}/x`);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /403\. No credentials for [^ ]+ were given, nor found where "docker login"/,
    );
    expect(stderr).toMatch(
      /Run "docker login [^"]+" or "podman login [^"]+", or set CAFS_USERNAME and/,
    );
    expect(stderr).not.toContain('do not allow this');
  });

  test('where nobody asked for any, that is said', async () => {
    const server = await startServer((_, response) => {
      answer(response, 403);
    });
    const env = { CAFS_USERNAME: 'me', CAFS_PASSWORD: 'secret' };
    const { stderr } = await cafs({ cache: tempDir(), env }, 'ls', `${server.host}/x`);
    expect(stderr).toMatch(/403\. No credentials were sent: [^ ]+ did not ask for any/);
    expect(stderr).not.toMatch(/They are those of|do not allow/);
  });

  test('both are sent', async () => {
    const server = await startServer(({ headers }, response) => {
      const challenge = { 'www-authenticate': 'Basic realm="x"' };
      if (headers.authorization === undefined) answer(response, 401, challenge);
      else answer(response, 404);
    });
    const env = { CAFS_USERNAME: 'me', CAFS_PASSWORD: 'secret' };
    const run = await cafs({ cache: tempDir(), env }, 'ls', `${server.host}/x:main`);
    expect(run.stderr).toContain('There is no tag main');
    const basic = Buffer.from('me:secret').toString('base64');
    expect(server.seen.at(-1)?.headers.authorization).toBe(`Basic ${basic}`);
  });
});
