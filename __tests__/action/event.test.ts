import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { type WorkflowEvent, classify } from '../../src/action/event.ts';
import type { Scope } from '../../src/action/tags.ts';

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const OWN = 'refs/heads/feature/x';
const MERGE = 'refs/pull/42/merge';

function eventOf(
  name: string,
  fixture: string,
  ref: string,
  more: Partial<WorkflowEvent> = {},
): WorkflowEvent {
  const file = join(import.meta.dirname, '../fixtures/events', `${fixture}.json`);
  return {
    name,
    ref,
    sha: SHA,
    actor: 'octocat',
    repository: 'octo-org/monorepo',
    payload: JSON.parse(readFileSync(file, 'utf8')),
    ...more,
  };
}

const show = (scope: Scope): string => (scope.kind === 'branch' ? scope.name : `#${scope.number}`);

/** What may be read and written, in short. */
function accessOf(event: WorkflowEvent): { writes: string; reads: string } {
  const { writes, reads } = classify(event);
  return {
    writes: writes === undefined ? '' : show(writes),
    reads: reads.map(show).join(', '),
  };
}

describe('classify', () => {
  // The table of the security page, row by row.
  test.each<[string, string, string, string, string]>([
    ['push', 'push', OWN, 'feature/x', 'feature/x, main'],
    ['push', 'push', 'refs/heads/main', 'main', 'main'],
    ['schedule', 'schedule', 'refs/heads/main', 'main', 'main'],
    ['schedule', 'schedule-with-repository', 'refs/heads/main', 'main', 'main'],
    ['workflow_dispatch', 'workflow-dispatch', OWN, 'feature/x', 'feature/x, main'],
    ['repository_dispatch', 'repository-dispatch', 'refs/heads/main', 'main', 'main'],
    ['pull_request', 'pull-request', MERGE, '#42', '#42, release/2.x, main'],
    ['pull_request', 'pull-request-fork', MERGE, '', 'release/2.x, main'],
    ['pull_request', 'pull-request-deleted-fork', MERGE, '', 'release/2.x, main'],
    ['pull_request', 'pull-request-dependabot', MERGE, '', 'release/2.x, main'],
    [
      'merge_group',
      'merge-group',
      'refs/heads/gh-readonly-queue/release/2.x/pr-42-x',
      '',
      'release/2.x, main',
    ],
    ['pull_request_target', 'pull-request-target', 'refs/heads/main', '', 'main'],
    ['issue_comment', 'issue-comment', 'refs/heads/main', '', 'main'],
    ['workflow_run', 'workflow-run', 'refs/heads/main', '', 'main'],
    ['an_event_of_2030', 'push', OWN, '', 'main'],
    ['push', 'push-tag', 'refs/tags/v1.0.0', '', 'main'],
    ['workflow_dispatch', 'workflow-dispatch', 'refs/tags/v1.0.0', '', 'main'],
    ['release', 'release', 'refs/tags/v1.0.0', '', 'main'],
  ])('%s (%s, %s) writes "%s" and reads "%s"', (name, fixture, ref, writes, reads) => {
    const event = eventOf(name, fixture, ref);
    expect(accessOf(event)).toEqual({ writes, reads });
    const access = classify(event);
    // A commit's tag is for branches: a pull request's commit is a merge that nobody else sees.
    expect(access.sha).toBe(writes === '' || writes.startsWith('#') ? undefined : SHA);
    expect(access.readOnlyBecause === undefined).toBe(writes !== '');
    expect(access.defaultBranch).toBe('main');
  });

  test('says why nothing is written', () => {
    const because = (name: string, fixture: string, ref: string): string | undefined =>
      classify(eventOf(name, fixture, ref)).readOnlyBecause;
    expect(because('pull_request', 'pull-request-fork', MERGE)).toContain('fork');
    expect(because('pull_request', 'pull-request-dependabot', MERGE)).toContain('Dependabot');
    expect(because('push', 'push-tag', 'refs/tags/v1')).toBe('refs/tags/v1 is no branch');
    expect(because('issue_comment', 'issue-comment', OWN)).toContain('issue_comment');
  });

  test('Dependabot writes nothing, whoever opened the pull request', () => {
    const actor = 'dependabot[bot]';
    for (const [name, fixture, ref] of [
      ['pull_request', 'pull-request', MERGE],
      ['push', 'push', OWN],
    ] as const) {
      expect(classify(eventOf(name, fixture, ref, { actor })).writes).toBeUndefined();
    }
  });

  test('a pull request whose payload cannot be trusted writes nothing', () => {
    for (const payload of [
      undefined,
      null,
      'text',
      {},
      { pull_request: null },
      { pull_request: { number: -1, head: { repo: null }, base: { ref: 'main' } } },
      { pull_request: { number: '42', head: {}, base: { ref: 'main' } } },
    ]) {
      const access = classify(eventOf('pull_request', 'pull-request', MERGE, { payload }));
      expect(access.writes).toBeUndefined();
      expect(access.reads).toEqual([]);
    }
  });

  test('a payload that hides its head’s repository is a fork’s', () => {
    const event = eventOf('pull_request', 'pull-request', MERGE, { repository: '' });
    expect(classify(event).writes).toBeUndefined();
  });

  test('without an event, the branch that is named is the caller’s own', () => {
    const event = eventOf('', 'push', OWN, { payload: {} });
    expect(accessOf(event)).toEqual({ writes: 'feature/x', reads: 'feature/x' });
    expect(classify({ ...event, ref: '' })).toMatchObject({
      writes: undefined,
      reads: [],
      readOnlyBecause: 'the ref is no branch',
    });
  });

  test('a commit that is none has no tag', () => {
    expect(classify(eventOf('push', 'push', OWN, { sha: 'HEAD' })).sha).toBeUndefined();
  });
});
