import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { Tags } from '../../src/action/tags.ts';
import { openRemote } from '../../src/oci/open.ts';
import { writeTree } from '../support/files.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/proxy.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { useTempDirs } from '../support/temp.ts';
import { changedIn, runMain, runPost, subtreeInputs, tagsOf } from './job.ts';
import { Project, build } from './project.ts';

// The table of who may read and write which tags, row by row: the requests that a whole job makes.

const tempDir = useTempDirs();
const tags = new Tags('linux-x64', 'main');

const [MAIN, RELEASE, OWN] = ['main', 'release/2.x', 'feature/x'].map((name) =>
  tags.ofScope({ kind: 'branch', name }),
) as [string, string, string];
const PULL = tags.ofScope({ kind: 'pull-request', number: 42 });
const COMMIT = 'sha-';

const repository = freshRepository();
const [host = '', ...path] = repository.split('/');
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy({ upstream: host });
});
afterAll(() => proxy.stop());

/** A request that reads or writes what a tag points to. */
const OF_TAG = /\/manifests\/(?<tag>[^/?]*)(?:\?|$)/;

/** The tags of the requests since a number of them, each once; those of fingerprints and commits by their kind. */
function tagsIn(methods: readonly string[], since: number): string[] {
  const found = proxy.journal.entries.slice(since).flatMap(({ method, path: requested }) => {
    const tag = OF_TAG.exec(requested)?.groups?.['tag'];
    if (tag === undefined || tag.startsWith('sha256:') || !methods.includes(method)) return [];
    return [tag.replace(/^(fp|sha)-[0-9a-f]+.*$/, '$1-')];
  });
  return [...new Set(found)].sort();
}

const MERGE = 'refs/pull/42/merge';
const NAMED = 'refs/heads/feature/x';

test.each<[event: string, fixture: string, ref: string, reads: string[], writes: string[]]>([
  ['push', 'push', NAMED, [OWN, MAIN], [OWN, COMMIT]],
  ['push', 'push', 'refs/heads/main', [MAIN], [MAIN, COMMIT]],
  ['schedule', 'schedule', 'refs/heads/main', [MAIN], [MAIN, COMMIT]],
  ['workflow_dispatch', 'workflow-dispatch', NAMED, [OWN, MAIN], [OWN, COMMIT]],
  ['repository_dispatch', 'repository-dispatch', 'refs/heads/main', [MAIN], [MAIN, COMMIT]],
  ['pull_request', 'pull-request', MERGE, [PULL, RELEASE, MAIN], [PULL]],
  ['pull_request', 'pull-request-fork', MERGE, [RELEASE, MAIN], []],
  ['pull_request', 'pull-request-deleted-fork', MERGE, [RELEASE, MAIN], []],
  ['pull_request', 'pull-request-dependabot', MERGE, [RELEASE, MAIN], []],
  [
    'merge_group',
    'merge-group',
    'refs/heads/gh-readonly-queue/release/2.x/pr-42-x',
    [RELEASE, MAIN],
    [],
  ],
  ['pull_request_target', 'pull-request-target', 'refs/heads/main', [MAIN], []],
  ['issue_comment', 'issue-comment', 'refs/heads/main', [MAIN], []],
  ['workflow_run', 'workflow-run', 'refs/heads/main', [MAIN], []],
  ['an_event_of_2030', 'push', NAMED, [MAIN], []],
  ['push', 'push-tag', 'refs/tags/v1.0.0', [MAIN], []],
  ['release', 'release', 'refs/tags/v1.0.0', [MAIN], []],
])('%s (%s, %s) reads %j and writes %j', async (eventName, fixture, ref, reads, writes) => {
  const file = join(import.meta.dirname, '../fixtures/events', `${fixture}.json`);
  const project = new Project(tempDir);
  // Of its own, so that nothing is known of it.
  project.commit({ 'packages/a/src/index.js': `${eventName} ${fixture} ${ref}\n` });
  const remote = [proxy.host, ...path].join('/');
  const job = {
    eventName,
    ref,
    event: JSON.parse(readFileSync(file, 'utf8')) as object,
    env: { GITHUB_REPOSITORY: 'octo-org/monorepo' },
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: subtreeInputs(remote, { path: 'cache', strict: 'true' }),
  };
  const before = new Set(await tagsOf(repository));
  let since = proxy.journal.entries.length;
  const main = await runMain(job);
  expect(main.exitCode).toBe(0);
  const read = tagsIn(['GET', 'HEAD'], since).filter((tag) => tag !== 'fp-');
  expect(read).toEqual([...reads].sort());
  expect(tagsIn(['PUT', 'DELETE'], since)).toEqual([]);

  for (const name of changedIn(main)) build(job.checkout, name);
  writeTree(job.checkout.folder, { 'cache/file': `${eventName} ${fixture} ${ref}` });
  since = proxy.journal.entries.length;
  const post = await runPost(job, main);
  expect(post.exitCode).toBe(0);
  const written = tagsIn(['PUT', 'DELETE'], since);
  expect(written).toEqual(writes.length === 0 ? [] : [...writes, 'fp-'].sort());
  if (writes.length > 0) return;
  expect(post.stdout).toMatch(/Not saved: .+\n/);
  expect(proxy.journal.entries).toHaveLength(since);
  expect(new Set(await tagsOf(repository))).toEqual(before);
});

test('a token that may only read: one warning, and the job is green', async () => {
  const project = new Project(tempDir);
  const own = freshRepository();
  const [upstream = '', ...rest] = own.split('/');
  await using readOnly = await startFaultProxy({
    upstream,
    faults: (['upload-start', 'mount', 'manifest-put'] as const).map((phase) => ({
      phase,
      kind: 'answer' as const,
      status: 403,
      body: '{"errors":[{"code":"DENIED","message":"permission_denied: write_package"}]}',
      times: Number.POSITIVE_INFINITY,
    })),
  });
  const job = {
    checkout: project.checkOut(),
    machine: tempDir(),
    inputs: subtreeInputs([readOnly.host, ...rest].join('/')),
  };
  const main = await runMain(job);
  for (const name of changedIn(main)) build(job.checkout, name);
  const post = await runPost(job, main);
  expect(post.exitCode).toBe(0);
  const warnings = post.stdout.split('\n').filter((line) => line.startsWith('::warning::'));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/403.*The job goes on without it\./);
  const opened = openRemote(own, { cwd: '/' });
  expect(await opened.listTags()).toEqual([]);
  await opened.close();
});
