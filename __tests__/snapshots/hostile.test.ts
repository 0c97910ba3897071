import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { digestOf } from '../../src/digest.ts';
import { rounds } from '../support/scale.ts';
import { useTempDirs } from '../support/temp.ts';
import type { Measured } from './attempt-process.ts';
import { type Attempt, attempt } from './attempt.ts';
import { snapshotOf } from './hand-made.ts';
import {
  type GreedyCase,
  HOSTILE,
  type HostileCase,
  filesAt,
  greedyCases,
} from './hostile-cases.ts';
import { KINDS } from './places.ts';
import { type PlantedRemote, plantedLayout, usePlantedRegistries } from './planted-remotes.ts';

const tempDir = useTempDirs();
const startRegistry = usePlantedRegistries();

const GREEDY = greedyCases(rounds(0.1, 1));

/** What a process grows by that does nothing else than to pull, with room to spare, in MiB. */
const GROWTH = 150;

describe.each(KINDS)('a hostile snapshot (%s)', (kind) => {
  const make = async (): Promise<PlantedRemote> =>
    kind === 'layout' ? plantedLayout(join(tempDir(), 'layout')) : startRegistry();

  test('an honest one, made by hand in the same way, is taken', async () => {
    for (const act of ['pull', 'push', 'get', 'export'] as const) {
      // Nobody can push to what answers GET alone.
      if (act === 'push' && kind === 'registry') continue;
      const scene = await Scene.make(await make());
      scene.remote.plant(snapshotOf());
      expect(await attempt(scene.attempt(act))).toEqual({ code: 'ok', message: '' });
      if (act === 'export') {
        const { target } = scene.attempt(act);
        expect(readFileSync(join(target, 'a/two'), 'utf8')).toBe('two two');
      }
    }
  });

  for (const [topic, cases] of Object.entries(HOSTILE)) {
    test.each(cases)(`${topic}: $name`, async (hostile) => {
      const scene = await Scene.make(await make());
      scene.remote.plant(await hostile.snapshot());
      const begin = performance.now();
      judge(hostile, await attempt(scene.attempt(hostile.act)));
      expect(performance.now() - begin).toBeLessThan(5000);
      scene.expectUntouched(hostile);
      // Nobody makes it worse by a push.
      if (kind === 'layout' && hostile.act === undefined && hostile.code !== 'ok') {
        judge(hostile, await attempt(scene.attempt('push')));
      }
    });
  }

  // Where it comes from makes no difference to most of them.
  const greedy = rounds(kind === 'layout' ? GREEDY : [], GREEDY).filter(
    // Nobody can push to what answers GET alone.
    ({ act }) => act !== 'push' || kind === 'layout',
  );
  if (greedy.length === 0) return;
  test.each(greedy)(
    'in bounds: $name',
    async (hostile) => {
      const scene = await Scene.make(await make());
      scene.remote.plant(await hostile.snapshot());
      const measured = await measure(scene.attempt(hostile.act));
      judge(hostile, measured);
      const { growth, seconds } = measured;
      process.stdout.write(`${hostile.name}: ${growth.toFixed()} MiB, ${seconds.toFixed(1)} s\n`);
      expect(measured.growth).toBeLessThan(hostile.growth ?? GROWTH);
      expect(measured.seconds).toBeLessThan(hostile.seconds ?? 10);
      scene.expectUntouched(hostile);
    },
    rounds(60_000, 300_000),
  );
});

function judge(
  { code, says, ...more }: HostileCase & Partial<GreedyCase>,
  outcome: { readonly code: string; readonly message: string },
): void {
  const expected = code ?? (more.isTaken === true ? 'ok' : 'MALFORMED');
  expect({
    ...outcome,
    code: expected.split('|').includes(outcome.code) ? expected : outcome.code,
  }).toMatchObject({
    code: expected,
    message: expect.stringMatching(says),
  });
}

async function measure(what: Attempt): Promise<Measured> {
  const script = join(import.meta.dirname, 'attempt-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(what)], {
    timeout: 120_000,
  });
  return JSON.parse(stdout) as Measured;
}

/** What the store has from before. */
const EARLIER = filesAt('earlier');

/** Folders around a store that has pulled what is right. */
class Scene {
  readonly remote: PlantedRemote;
  readonly #base = tempDir();
  #before: readonly string[] = [];
  #index = '';

  private constructor(remote: PlantedRemote) {
    this.remote = remote;
  }

  static async make(remote: PlantedRemote): Promise<Scene> {
    const scene = new Scene(remote);
    mkdirSync(join(scene.#base, 'outside'));
    writeFileSync(join(scene.#base, 'outside', 'secret'), 'secret');
    remote.plant(EARLIER);
    expect(await attempt(scene.attempt())).toEqual({ code: 'ok', message: '' });
    scene.#before = scene.#around();
    scene.#index = scene.#indexes();
    return scene;
  }

  attempt(act: Attempt['act'] = 'pull'): Attempt {
    return {
      remote: this.remote.remote,
      cacheDir: join(this.#base, 'cache'),
      target: join(this.#base, 'target', 'folder'),
      act,
    };
  }

  /** Nothing was written, but for blobs that are what their names say. */
  expectUntouched({ act = 'pull', code, isTaken }: HostileCase & Partial<GreedyCase>): void {
    expect(this.#around()).toEqual(this.#before);
    // A pull that is refused changes nothing; what is refused later was pulled.
    if (act === 'pull' && code !== 'ok' && isTaken !== true)
      expect(this.#indexes()).toBe(this.#index);
    const blobs = join(this.#base, 'cache', 'blobs', 'sha256');
    for (const file of readdirSync(blobs, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const found = digestOf(readFileSync(join(file.parentPath, file.name)));
      expect(found).toBe(`sha256:${file.name}`);
    }
  }

  /** All that lies beside the cache folder. */
  #around(): string[] {
    const found: string[] = [];
    for (const file of readdirSync(this.#base, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (path.startsWith(join(this.#base, 'cache'))) continue;
      found.push(file.isFile() ? `${path} ${readFileSync(path, 'utf8')}` : path);
    }
    return found.sort();
  }

  /** All index files of the store. */
  #indexes(): string {
    const folder = join(this.#base, 'cache', 'index');
    if (!existsSync(folder)) return '';
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .sort()
      .map((path) => `${path} ${digestOf(readFileSync(path))}`)
      .join('\n');
  }
}
