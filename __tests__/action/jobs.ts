import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readEnvironment } from '../../src/action/environment.ts';
import { type RestoreResult, restore, stateOf } from '../../src/action/restore.ts';
import { type SaveResult, save } from '../../src/action/save.ts';
import { type Session, openSession } from '../../src/action/session.ts';
import { type State, decodeState, encodeState } from '../../src/action/state.ts';
import { hexOf } from '../../src/digest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { Blobs } from '../../src/store/blobs.ts';
import type { Entry } from '../../src/store/entry.ts';
import { MEDIA_TYPE_PACK } from '../../src/sync/media-types.ts';
import { type Snapshot, readIndex, readSnapshot } from '../../src/sync/snapshot.ts';

/** What jobs of these tests save to, unless another is named. */
export const TAG = 'branch-main.linux-x64';

/** Where a job runs, and what it was told. */
export interface JobOptions {
  /** An image layout. */
  readonly layout: string;
  /** A folder that nobody else uses: workspace, home folder and temporary folder lie in it. */
  readonly machine: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Stands in front of the remote. */
  readonly wrap?: ((remote: Remote) => Remote) | undefined;
}

/** A job in this process: the steps' own code, without the runner around it. */
export class Job {
  readonly workspace: string;
  /** The warnings of all steps. */
  readonly warnings: string[] = [];
  /** The remote in front of which the job's own stands. */
  wrap: JobOptions['wrap'];
  readonly #options: JobOptions;
  #state: string | undefined;

  constructor(options: JobOptions) {
    this.#options = options;
    this.wrap = options.wrap;
    this.workspace = join(options.machine, 'ws');
    for (const name of ['ws', 'home', 'temp'])
      mkdirSync(join(options.machine, name), { recursive: true });
  }

  /** Puts a package's input into the workspace. */
  add(name: string, source: string): void {
    mkdirSync(join(this.workspace, name, 'src'), { recursive: true });
    writeFileSync(join(this.workspace, name, 'src/index'), source);
  }

  /** Puts a package's output into the workspace. */
  build(name: string, content: Uint8Array | string): void {
    mkdirSync(join(this.workspace, name, 'dist'), { recursive: true });
    writeFileSync(join(this.workspace, name, 'dist/out'), content);
  }

  async main(): Promise<RestoreResult> {
    return this.#with(async (session) => {
      const result = await restore(session);
      this.#state = encodeState(stateOf(result, session.inputs.key));
      return result;
    });
  }

  async post(): Promise<SaveResult> {
    return this.#with((session, state) => save(session, state));
  }

  async #with<T>(work: (session: Session, state: State | undefined) => Promise<T>): Promise<T> {
    const { layout, machine, inputs = {}, env = {} } = this.#options;
    const environment = readEnvironment({
      GITHUB_WORKSPACE: this.workspace,
      HOME: join(machine, 'home'),
      RUNNER_TEMP: join(machine, 'temp'),
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: 'X64',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_REPOSITORY: 'octo/monorepo',
      ...env,
    });
    const all: Record<string, string> = {
      remote: `oci:${layout}`,
      subtrees: 'packages/*',
      outputs: 'dist/**',
      ...inputs,
    };
    const { session, state, problems } = openSession(
      (name) => all[name] ?? '',
      environment,
      (event) => {
        if (event.kind === 'warning') this.warnings.push(event.message);
      },
      () => (this.#state === undefined ? undefined : decodeState(this.#state)),
    );
    if (session === undefined) throw new Error(JSON.stringify(problems));
    const remote = this.wrap?.(session.remote) ?? session.remote;
    try {
      return await work({ ...session, remote }, state);
    } finally {
      session.statCaches.save();
      await remote.close();
    }
  }
}

/** Names of the subtrees that a main step restored. */
export function restoredIn({ results }: RestoreResult): string[] {
  return results
    .filter(({ source }) => source !== undefined)
    .map(({ subtree }) => subtree.name)
    .sort();
}

/** What a tag points to, as somebody reads it who knows nothing yet. */
export async function readTag(
  layout: string,
  tempDir: () => string,
  tag = TAG,
): Promise<{ snapshot: Snapshot; entries: ReadonlyMap<string, Entry>; names: string[] }> {
  const remote = openRemote(`oci:${layout}`, { cwd: '/' });
  const blobs = Blobs.open(tempDir());
  const snapshot = await readSnapshot(remote, tag, { blobs });
  if (snapshot === undefined) throw new Error(`There is no tag ${tag}.`);
  const { entries } = await readIndex(remote, snapshot, { blobs });
  await remote.close();
  const names = snapshot.config.subtrees.map(({ name }) => name).sort();
  return { snapshot, names, entries: new Map(entries.range('')) };
}

/** The file of the pack that an entry lies in. */
export function packOf(layout: string, entry: Entry | undefined): string {
  const pack = entry?.location?.frames[0]?.pack;
  if (pack === undefined) throw new Error('The entry lies in no pack.');
  return join(layout, 'blobs/sha256', hexOf(pack.digest));
}

/** The files of all packs that a snapshot names. */
export function packsOf(layout: string, { manifest }: Snapshot): string[] {
  return manifest.layers
    .filter(({ mediaType }) => mediaType === MEDIA_TYPE_PACK)
    .map(({ digest }) => join(layout, 'blobs/sha256', hexOf(digest)));
}

/** A remote some of whose calls are answered by others. */
export function intercept(remote: Remote, calls: Partial<Remote>): Remote {
  return new Proxy(remote, {
    get(target, name) {
      if (Object.hasOwn(calls, name)) return Reflect.get(calls, name) as unknown;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
