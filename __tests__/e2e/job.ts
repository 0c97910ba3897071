import { join } from 'node:path';

import { openRemote } from '../../src/oci/open.ts';
import { type EntryResult, type EntryRun, runEntry } from '../support/action-runner.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { type Checkout, build } from './project.ts';

/** Where the bundles are. */
export const dist = join(import.meta.dirname, '../../dist');

/** Both kinds of remote, for `describe.each`. */
export const KINDS = ['layout', 'registry'] as const;

/** The name of a remote that holds nothing yet. */
export function freshRemote(kind: (typeof KINDS)[number], tempDir: () => string): string {
  return kind === 'layout' ? `oci:${join(tempDir(), 'remote')}` : freshRepository();
}

/** All tags of a remote, sorted. */
export async function tagsOf(remote: string): Promise<string[]> {
  const opened = openRemote(remote, { cwd: '/' });
  try {
    return [...(await opened.listTags())].sort();
  } finally {
    await opened.close();
  }
}

/** A job of a workflow: a checkout, and the action's inputs. */
export interface Job extends Omit<EntryRun, 'entry' | 'workspace' | 'sha'> {
  readonly checkout: Checkout;
  readonly machine: string;
}

/** The inputs for the subtrees of a {@link Project}. */
export function subtreeInputs(
  remote: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    remote,
    subtrees: 'packages/*',
    outputs: 'dist/**',
    'shared-inputs': 'base.json',
    ...more,
  };
}

/** Runs the main step. */
export function runMain({ checkout, ...job }: Job): Promise<EntryResult> {
  const { folder: workspace, sha } = checkout;
  return runEntry({ ...job, entry: join(dist, 'restore/index.js'), workspace, sha });
}

/** Runs the post step after a main step; without one, it is a step that saves by itself. */
export function runPost({ checkout, ...job }: Job, main?: EntryResult): Promise<EntryResult> {
  const { folder: workspace, sha } = checkout;
  const entry = join(dist, 'save/index.js');
  const { state = {}, env = {} } = main ?? {};
  return runEntry({ ...job, entry, workspace, sha, state, env: { ...job.env, ...env } });
}

/** What a job did. */
export interface Done {
  readonly main: EntryResult;
  readonly post: EntryResult;
}

/** Runs a whole job: main step, build of what changed, post step. */
export async function runJob(job: Job): Promise<Done> {
  const main = await runMain(job);
  for (const name of changedIn(main)) build(job.checkout, name);
  return { main, post: await runPost(job, main) };
}

/** The names of the subtrees that a main step found changed. */
export function changedIn({ outputs }: EntryResult): string[] {
  return JSON.parse(outputs['changed'] ?? '[]') as string[];
}

/** Why, by subtree. */
export function reasonsIn({ outputs }: EntryResult): Record<string, string> {
  return JSON.parse(outputs['reasons'] ?? '{}') as Record<string, string>;
}

/** The workflow commands of a kind that a step printed, unescaped. */
export function annotations({ stdout }: EntryResult, kind: 'warning' | 'error'): string[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith(`::${kind}::`))
    .map((line) =>
      line
        .slice(kind.length + 4)
        .replaceAll('%0A', '\n')
        .replaceAll('%0D', '\r')
        .replaceAll('%25', '%'),
    );
}

/** What a step did over the wire, as its log says it. */
export function traffic({ stdout }: EntryResult): { requests: number; up: string } {
  const found = /(?<requests>[\d,]+) requests?, .* down, (?<up>.*) up in /.exec(stdout)?.groups;
  if (found === undefined) throw new Error(`No line tells the traffic: ${stdout}`);
  return { requests: Number(found['requests']!.replaceAll(',', '')), up: found['up']! };
}
