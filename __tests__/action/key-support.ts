import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { readEnvironment } from '../../src/action/environment.ts';
import { keyAnnotations } from '../../src/action/key-annotations.ts';
import { type Session, openSession } from '../../src/action/session.ts';
import { type Scope, Tags } from '../../src/action/tags.ts';
import type { Remote } from '../../src/oci/remote.ts';
import { Index } from '../../src/store/entry-index.ts';
import type { SnapshotSubtree } from '../../src/sync/config.ts';
import { prepare } from '../../src/sync/publish.ts';

export const MAIN: Scope = { kind: 'branch', name: 'main' };
export const TAGS = new Tags('linux-x64', 'main');

/** A session of a push to main, with nothing around it; what it was told goes to `messages`. */
export function keySession(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  messages: string[] = [],
): Session {
  for (const name of ['ws', 'home', 'temp']) mkdirSync(join(folder, name), { recursive: true });
  const environment = readEnvironment({
    GITHUB_WORKSPACE: join(folder, 'ws'),
    HOME: join(folder, 'home'),
    RUNNER_TEMP: join(folder, 'temp'),
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo/monorepo',
  });
  const all: Record<string, string> = {
    remote: `oci:${join(folder, 'remote')}`,
    path: 'deps',
    ...inputs,
  };
  const { session, problems } = openSession(
    (name) => all[name] ?? '',
    environment,
    (event) => {
      if ('message' in event) messages.push(`${event.kind}: ${event.message}`);
    },
  );
  if (session === undefined) throw new Error(JSON.stringify(problems));
  // As where the event's payload names the default branch.
  return { ...session, tags: TAGS };
}

/** A snapshot that somebody wrote. */
export interface Planted {
  readonly key: string;
  /** Default: that of the key. */
  readonly tag?: string;
  /** Default: 2025-01-01. */
  readonly created?: string;
  /** Over those that an honest writer makes; empty: left out. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Names of paths that it holds, with nothing in them. Default: `deps`. */
  readonly paths?: readonly string[];
}

/** Writes a snapshot under a key, honest or not. @returns its digest */
export async function plant(
  remote: Remote,
  { key, tag = TAGS.ofKey(key, MAIN), created, annotations = {}, paths = ['deps'] }: Planted,
): Promise<string> {
  const all = {
    'org.opencontainers.image.created': created ?? '2025-01-01T00:00:00.000Z',
    ...keyAnnotations(key, MAIN),
    ...annotations,
  };
  const subtrees = paths.map((name): SnapshotSubtree => ({
    name,
    root: 'ws',
    folder: '',
    outputs: [name],
    fingerprint: null,
    digest: '',
  }));
  const prepared = await prepare(remote, {
    entries: new Index([]),
    subtrees,
    prefixes: [],
    annotations: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
  });
  await prepared.tag([tag]);
  return prepared.descriptor.digest;
}
