import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@jest/globals';

import { treeDifferences } from '../support/same-tree.ts';
import { removeTree } from '../support/temp.ts';
import { annotations, type Done, type Job, runMain, runPost, traffic } from './job.ts';

/** What the folder is called that makes the trip. */
const TREE = 'tree';

/** How a trip is made. */
export interface TripOptions {
  readonly remote: string;
  readonly tempDir: () => string;
  /** Whose processes the steps are, see `EntryRun`. */
  readonly user?: number | undefined;
}

/**
 * A folder that is saved in the workspace of one machine and restored in that of another, by the
 * bundled steps. What holds for all trees is checked on the way; {@link TreeTrip.expectSame} has others
 * compare what came of it.
 */
export class TreeTrip implements Disposable {
  readonly #options: TripOptions;
  readonly #from: string;
  readonly #to: string;

  constructor(options: TripOptions) {
    this.#options = options;
    [this.#from, this.#to] = [options.tempDir(), options.tempDir()];
    for (const place of [this.#from, this.#to]) {
      const workspace = join(place, 'ws');
      mkdirSync(workspace);
      // Outside of git, nothing of a path would be removed.
      execFileSync('git', ['init', '--quiet', workspace]);
      writeFileSync(join(workspace, '.gitignore'), `${TREE}/\n`);
    }
  }

  /** The folder as it is made. */
  get source(): string {
    return join(this.#from, 'ws', TREE);
  }

  /** The folder as it comes back. */
  get target(): string {
    return join(this.#to, 'ws', TREE);
  }

  /** Main step, what the job builds, post step. */
  async save(build: (tree: string) => unknown): Promise<Done> {
    const job = this.#jobAt(this.#from);
    const main = await this.#main(job);
    await build(this.source);
    this.#handOver();
    const post = await runPost(job, main);
    expect(post).toMatchObject({ exitCode: 0, outputs: { saved: 'true' } });
    expect(annotations(post, 'warning')).toEqual([]);
    return { main, post };
  }

  /** Main step elsewhere; the post step has nothing to save then. */
  async restore(): Promise<Done> {
    const job = this.#jobAt(this.#to);
    const main = await this.#main(job);
    expect(main.outputs).toMatchObject({ 'cache-hit': 'true', 'hit-kind': 'exact' });
    const post = await runPost(job, main);
    expect(post).toMatchObject({
      exitCode: 0,
      outputs: { saved: 'false', 'uploaded-bytes': '0' },
    });
    expect(post.stdout).toContain('Nothing changed: no content was uploaded.');
    expect(traffic(post).requests).toBeLessThanOrEqual(3);
    return { main, post };
  }

  /** Whether it came back exactly. */
  expectSame(): void {
    // Not all of them in the message of a failure.
    expect(treeDifferences(this.source, this.target).slice(0, 20)).toEqual([]);
  }

  /** Gives the space back at once: trees are large. */
  [Symbol.dispose](): void {
    for (const place of [this.#from, this.#to]) removeTree(place);
  }

  #jobAt(place: string): Job {
    this.#handOver();
    return {
      checkout: { folder: join(place, 'ws'), sha: 'a'.repeat(40) },
      machine: join(place, 'machine'),
      inputs: { remote: this.#options.remote, path: TREE },
      user: this.#options.user,
    };
  }

  async #main(job: Job): ReturnType<typeof runMain> {
    const main = await runMain(job);
    expect(main.exitCode).toBe(0);
    expect(annotations(main, 'warning')).toEqual([]);
    return main;
  }

  #handOver(): void {
    const { user } = this.#options;
    if (user === undefined) return;
    execFileSync('chown', ['-Rh', `${user}:${user}`, this.#from, this.#to]);
  }
}
