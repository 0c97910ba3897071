import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { encodeManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { type BlobRef, MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';
import { findRegistry } from './registry/find.ts';
import { type RunningRegistry, startRegistry } from './registry/start.ts';
import { useTempDirs } from './temp.ts';

const tempDir = useTempDirs();

describe('startRegistry', () => {
  test('gives a registry of its own, which is gone when it is stopped', async () => {
    const [one, two] = await Promise.all([startRegistry(), startRegistry()]);
    expect(one.host).not.toBe(two.host);
    expect((await fetch(`http://${one.host}/v2/`)).status).toBe(200);
    await one.stop();
    await expect(fetch(`http://${one.host}/v2/`)).rejects.toThrow();
    expect((await fetch(`http://${two.host}/v2/`)).status).toBe(200);
    await two.stop();
  });
});

const found = await findRegistry();
const [describeCollecting, note] =
  found.collect === undefined
    ? [describe.skip, ` (skipped: ${found.name} has no command for it)`]
    : [describe, ''];

describeCollecting(`collectGarbage${note}`, () => {
  /** A blob that a tag needs, one that an older manifest needs, and one that nothing names. */
  async function fill(registry: RunningRegistry): Promise<{ remote: Remote; blobs: BlobRef[] }> {
    const remote = openRemote(`${registry.host}/demo`, { cwd: '/' });
    const blobs: BlobRef[] = [];
    for (const name of ['tagged', 'untagged', 'unnamed']) {
      const bytes = randomBytes(1000);
      const digest = digestOf(bytes);
      await remote.putBlob(digest, bytes);
      blobs.push({ digest, size: bytes.byteLength });
      if (name === 'unnamed') continue;
      const layer = { mediaType: 'text/plain', digest, size: bytes.byteLength };
      const manifest = encodeManifest({
        schemaVersion: 2,
        mediaType: MEDIA_TYPE_MANIFEST,
        config: layer,
        layers: [layer],
      });
      await remote.putManifest(manifest, MEDIA_TYPE_MANIFEST, name === 'tagged' ? ['main'] : []);
    }
    return { remote, blobs };
  }

  test.each([
    ['what nothing names', {}, [true, true, false]],
    ['what no tag leads to', { deleteUntagged: true }, [true, false, false]],
  ])('removes %s, at the same address', async (_, options, left) => {
    await using registry = await startRegistry();
    const { host } = registry;
    const { remote, blobs } = await fill(registry);
    await registry.collectGarbage(options);
    expect(registry.host).toBe(host);
    expect(await Promise.all(blobs.map(({ digest }) => remote.hasBlob(digest)))).toEqual(left);
    expect(await remote.listTags()).toEqual(['main']);
    expect(await remote.getBlob(blobs[0]!)).toHaveLength(1000);
    const again = randomBytes(10);
    await remote.putBlob(digestOf(again), again);
    expect(await remote.hasBlob(digestOf(again))).toBe(true);
    await remote.close();
  });

  test('can be done again and again', async () => {
    await using registry = await startRegistry();
    const { remote, blobs } = await fill(registry);
    await registry.collectGarbage();
    await registry.collectGarbage();
    expect(await remote.hasBlob(blobs[1]!.digest)).toBe(true);
    await registry.collectGarbage({ deleteUntagged: true });
    expect(await remote.hasBlob(blobs[1]!.digest)).toBe(false);
    await remote.close();
  });

  test('fails where the program has no such command', async () => {
    const program = { ...found, collect: undefined };
    await using registry = await startRegistry({ program });
    await expect(registry.collectGarbage()).rejects.toThrow('has no command for garbage');
    expect((await fetch(`http://${registry.host}/v2/`)).status).toBe(200);
  });

  test('fails where the command fails, with what it says', async () => {
    const program = { ...found, collect: () => ({ program: 'ls', args: ['/no such file'] }) };
    await using registry = await startRegistry({ program });
    await expect(registry.collectGarbage()).rejects.toThrow(/ends with 2.\n[\s\S]*no such file/);
  });
});

describe('a supervised program', () => {
  const supervise = join(import.meta.dirname, 'registry', 'supervise.ts');

  test('ends, and its folder goes, when the process that holds it is killed', async () => {
    const folder = tempDir();
    // Says its process id in a file's name, and runs for ever.
    const program = `require('fs').writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid)); setInterval(() => {}, 1000);`;
    const holder = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { spawn } from 'node:child_process';
         const args = ${JSON.stringify([supervise, folder, process.execPath, '--eval', program])};
         spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
         setInterval(() => {}, 1000);`,
      ],
      { stdio: 'ignore' },
    );
    await until(() => existsSync(join(folder, 'pid')));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await until(() => !existsSync(folder));
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 20 seconds.');
    await delay(20);
  }
}
