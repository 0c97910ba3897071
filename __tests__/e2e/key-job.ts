import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeTree } from '../support/files.ts';
import type { EntryResult } from '../support/action-runner.ts';
import { type OnEvent, pushTo } from './events.ts';
import { type Job, runMain, runPost } from './job.ts';
import type { Project } from './project.ts';

/** What a job with a key was told, beside its remote. */
export interface KeyJobOptions {
  readonly on?: OnEvent;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Jobs that keep the folder `deps` under keys, each on a machine of its own. */
export class KeyJobs {
  readonly #project: Project;
  readonly #remote: string;
  readonly #tempDir: () => string;

  constructor(project: Project, remote: string, tempDir: () => string) {
    this.#project = project;
    this.#remote = remote;
    this.#tempDir = tempDir;
  }

  /** A job that has not begun. */
  job(key: string, { on = pushTo('main'), inputs = {}, env = {} }: KeyJobOptions = {}): Job {
    return {
      ...on,
      env,
      checkout: this.#project.checkOut(),
      machine: this.#tempDir(),
      inputs: { remote: this.#remote, path: 'deps', key, ...inputs },
    };
  }

  /** Runs a job that writes `deps/lock`, whatever it has restored. */
  async save(
    key: string,
    content: string,
    options: KeyJobOptions = {},
  ): Promise<{ main: EntryResult; post: EntryResult }> {
    const job = this.job(key, options);
    const main = await runMain(job);
    install(job, content);
    return { main, post: await runPost(job, main) };
  }

  /** Runs the main step of a job. */
  async restore(
    key: string,
    restoreKeys: readonly string[] = [],
    { inputs, ...options }: KeyJobOptions = {},
  ): Promise<EntryResult & { content: string | undefined }> {
    const all = { 'restore-keys': restoreKeys.join('\n'), ...inputs };
    const job = this.job(key, { ...options, inputs: all });
    return { ...(await runMain(job)), content: installed(job) };
  }
}

/** What `npm ci` would do. */
export function install({ checkout }: Job, content: string): void {
  writeTree(join(checkout.folder, 'deps'), { lock: content, 'lib/x.js': 'the same in all\n' });
}

/** What was installed or restored. */
export function installed({ checkout }: Job): string | undefined {
  const file = join(checkout.folder, 'deps/lock');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
