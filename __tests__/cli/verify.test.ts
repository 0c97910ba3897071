import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { type Digest, hexOf } from '../../src/digest.ts';
import { startFaultProxy } from '../support/fault-proxy/proxy.ts';
import { readTree } from '../support/files.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { type Result, cafs } from './cafs.ts';

const tempDir = useTempDirs();

let folder: string;
beforeEach(() => {
  folder = join(tempDir(), 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a'), randomBytes(5000));
  // As many frames, so that it is read piece by piece.
  writeFileSync(join(folder, 'large'), randomBytes(9_000_000));
});

/** Runs with nothing on this disk. */
const run = (...args: string[]): Promise<Result> => cafs({ cache: tempDir() }, ...args);

interface Blobs {
  readonly config: Digest;
  readonly index: Digest;
  readonly packs: readonly Digest[];
}

async function blobsOf(name: string): Promise<Blobs> {
  const { stdout } = await run('inspect', name);
  const { manifest } = JSON.parse(stdout) as {
    manifest: { config: { digest: Digest }; layers: { digest: Digest }[] };
  };
  const [index, ...packs] = manifest.layers.map(({ digest }) => digest);
  return { config: manifest.config.digest, index: index!, packs };
}

describe('in a layout', () => {
  let layout: string;
  let name: string;
  let blobs: Blobs;
  beforeEach(async () => {
    layout = join(tempDir(), 'layout');
    name = `oci:${layout}:main`;
    expect(await run('push', folder, name)).toMatchObject({ code: 0 });
    blobs = await blobsOf(name);
  });

  const fileOf = (digest: Digest): string => join(layout, 'blobs/sha256', hexOf(digest));

  /** Other bytes, as many. */
  function damage(digest: Digest): void {
    const bytes = readFileSync(fileOf(digest));
    bytes[bytes.length >> 1]! ^= 1;
    chmodSync(fileOf(digest), 0o644);
    writeFileSync(fileOf(digest), bytes);
  }

  async function expectRestored(): Promise<void> {
    expect(await run('verify', '--contents', name)).toMatchObject({ code: 0, stderr: '' });
    const target = join(tempDir(), 'target');
    expect(await run('pull', name, target)).toMatchObject({ code: 0 });
    expect(readTree(target)).toEqual(readTree(folder));
  }

  test('what is whole is said to be, and what was looked at', async () => {
    const looked = await run('verify', name);
    expect(looked).toMatchObject({ code: 0, stderr: '' });
    expect(looked.stdout).toMatch(/ is whole: 2 entries in \d+ blobs .*contents were not read/);
    const read = await run('verify', '--contents', name);
    expect(read).toMatchObject({ code: 0, stderr: '' });
    expect(read.stdout).toMatch(/ is whole: .*all contents were read, and are right\.\n$/);
  });

  test.each(['config', 'index'] as const)(
    'a damaged %s is found, and mended as the error says',
    async (part) => {
      // This disk has the right bytes: they do not count.
      const cache = tempDir();
      expect(await cafs({ cache }, 'ls', name)).toMatchObject({ code: 0 });
      damage(blobs[part]);
      const found = await cafs({ cache }, 'verify', name);
      expect(found.code).toBe(1);
      expect(found.stdout).toMatch(new RegExp(`^damaged: ${part}: .*${blobs[part]}`));
      expect(found.stderr).toContain(`${name} is not whole: ${part} ${blobs[part]} is damaged.`);
      expect(found.stderr.endsWith(`with --repair: cafs push --repair FOLDER ${name}\n`)).toBe(
        true,
      );
      expect(found.stderr).not.toContain('delete');
      expect(await cafs({ cache }, 'push', '--repair', folder, name)).toMatchObject({ code: 0 });
      await expectRestored();
    },
  );

  test('a missing pack is found without reading any, with the entries that it costs', async () => {
    rmSync(fileOf(blobs.packs[0]!));
    for (const options of [[], ['--contents']]) {
      const found = await run('verify', ...options, name);
      expect(found.code).toBe(1);
      expect(found.stdout).toMatch(/^missing: pack: .* cannot be had: "ws\/[^\n]*\n$/);
      expect(found.stderr).toContain(`pack ${blobs.packs[0]!} is missing. Something of it is lost`);
    }
    expect(await run('push', '--repair', folder, name)).toMatchObject({ code: 0 });
    await expectRestored();
  });

  test('a damaged pack is found by reading it, and mended as the error says', async () => {
    damage(blobs.packs[0]!);
    expect(await run('verify', name)).toMatchObject({ code: 0 });
    const found = await run('verify', '--contents', name);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/^damaged: pack: .* cannot be had: "ws\//);
    const file = `blobs/sha256/${hexOf(blobs.packs[0]!)}`;
    expect(found.stderr).toContain(`delete ${file} in the layout, and push the folder again`);
    rmSync(join(layout, file));
    expect(await run('push', '--repair', folder, name)).toMatchObject({ code: 0 });
    await expectRestored();
  });

  test('a pull names the command that says which pack it is', async () => {
    damage(blobs.packs[0]!);
    const { stderr } = await run('pull', name, tempDir());
    expect(stderr).toContain(`(cafs verify --contents ${name} says which)`);
  });

  test('all that is wrong is said', async () => {
    for (const digest of [blobs.config, ...blobs.packs]) rmSync(fileOf(digest));
    damage(blobs.index);
    const { code, stdout, stderr } = await run('verify', '--contents', name);
    expect(code).toBe(1);
    const parts = stdout.split('\n').map((line) => line.replace(/:[^:]*:.*$/, ''));
    expect(new Set(parts)).toEqual(new Set(['missing', 'damaged', '']));
    expect(stdout.match(/\n/g)).toHaveLength(2 + blobs.packs.length);
    expect(stderr).toMatch(
      / is not whole: config sha256:\w+ is missing, and \d+ other parts? of it\./,
    );
  });

  test.each([
    ['index.json', '{', /no image index\. .* mend it, or remove it and push again/],
    ['oci-layout', '{', /is to hold \{"imageLayoutVersion":"1\.0\.0"\}, and nothing else/],
  ])('a broken %s is said to be that, and no push is said to mend it', async (file, text, hint) => {
    writeFileSync(join(layout, file), text);
    for (const args of [
      ['verify', name],
      ['pull', name, tempDir()],
      ['push', folder, name],
      ['push', '--repair', folder, name],
    ]) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(1);
      expect(stderr).toMatch(hint);
      expect(stderr).not.toContain('--repair');
    }
    // What the hints say helps.
    if (file === 'index.json') rmSync(join(layout, file));
    else writeFileSync(join(layout, file), '{"imageLayoutVersion":"1.0.0"}');
    expect(await run('push', folder, name)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/; 0 B uploaded/),
    });
    await expectRestored();
  });
});

describe('in a registry', () => {
  let name: string;
  beforeEach(async () => {
    name = `${freshRepository()}:main`;
    expect(await run('push', folder, name)).toMatchObject({ code: 0 });
  });

  const startProxy = () => startFaultProxy({ upstream: name.slice(0, name.indexOf('/')) });
  /** The same, by way of a proxy. */
  const at = (host: string): string => host + name.slice(name.indexOf('/'));

  test('what is whole is said to be', async () => {
    for (const options of [[], ['--contents']]) {
      expect(await run('verify', ...options, name)).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('what is missing is found, and what is there is read', async () => {
    await using proxy = await startProxy();
    const through = at(proxy.host);
    proxy.faults.add({ phase: 'blob', kind: 'answer', status: 404, times: Infinity });
    const { code, stdout, stderr } = await run('verify', '--contents', through);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^missing: config: /m);
    expect(stderr).toContain(`cafs push --repair FOLDER ${through}`);
  });

  test.each([[[]], [['--repair']]])(
    'of damage in it is not said that a push mends it: push %j',
    async (options) => {
      await using proxy = await startProxy();
      const through = at(proxy.host);
      proxy.faults.add({ phase: 'blob', kind: 'flip', at: 9, times: Infinity });
      const found = await run('verify', through);
      expect(found.code).toBe(1);
      expect(found.stdout).toMatch(/^damaged: config: .*\ndamaged: index: /);
      const pushed = await run('push', ...options, folder, through);
      expect(pushed.code).toBe(1);
      for (const { stderr } of [found, pushed]) {
        expect(stderr).toContain(
          'delete the tags that name it there, let the registry collect its',
        );
        expect(stderr.endsWith(`: cafs push FOLDER ${through}\n`)).toBe(true);
      }
    },
  );

  test('what cannot be asked for is no damage', async () => {
    await using proxy = await startProxy();
    const through = at(proxy.host);
    proxy.faults.add({ phase: 'blob', kind: 'answer', status: 403, times: Infinity });
    const { code, stdout, stderr } = await run('verify', through);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('403');
    expect(stderr).not.toContain('not whole');
  });

  test('a tag that is not there is no damage', async () => {
    const { code, stderr } = await run('verify', `${name.slice(0, -4)}none`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^cafs: There is no tag none in /);
  });
});
