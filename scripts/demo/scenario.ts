import { join } from 'node:path';

import { playRun } from './ci-run.ts';
import type { CiRun } from './ci-run.ts';
import { git } from './git.ts';
import { Judge } from './judge.ts';
import { describeRun } from './report.ts';
import type { ReportedRun } from './report.ts';
import type { Change, Subject, Subtree } from './subject.ts';

/**
 * Plays four CI runs: the first one; nothing changed; a source changed; that change reverted.
 *
 * @param temp folder for checkouts and machines
 * @param print takes what a person reads, as it comes
 * @throws Error at the first thing that is not as it must be
 */
export async function playScenario(
  subject: Subject,
  remote: string,
  temp: string,
  print: (text: string) => void,
): Promise<ReportedRun[]> {
  const judge = new Judge(subject, join(temp, 'full-builds'));
  const reported: ReportedRun[] = [];
  let subtrees: readonly Subtree[] = [];

  const play = async (title: string, expect: (run: CiRun) => void): Promise<void> => {
    const number = reported.length + 1;
    try {
      const run = await playRun(subject, remote, join(temp, `run-${number}`));
      if (number === 1) subtrees = run.built;
      mustNameAll(run, subtrees);
      expect(run);
      const entry = { number, title, run, verdict: await judge.judge(run, subtrees) };
      reported.push(entry);
      print(describeRun(entry));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`Run ${number} (${title}): ${message}`, { cause: error });
    }
  };

  await play('the first run', (run) => {
    if (run.restored.length > 0) {
      throw new Error(`it restored ${list(run.restored)}, although the remote was new.`);
    }
  });
  await play('nothing changed', (run) => {
    mustBuildNothing(run);
    const { saved } = run.post.outputs;
    if (saved !== 'false')
      throw new Error(`it had nothing to save, but "saved" is ${saved ?? 'not set'}.`);
  });
  const change = await subject.change(subtrees);
  await play(change.what, (run) => {
    mustBuildWhatChanged(run, change);
  });
  await git(subject.origin, 'revert', '--no-edit', 'HEAD');
  await play('that change reverted', mustBuildNothing);
  return reported;
}

function mustNameAll(run: CiRun, subtrees: readonly Subtree[]): void {
  const named = [...run.built.map(({ name }) => name), ...run.restored];
  const expected = subtrees.map(({ name }) => name);
  if (list(named) === list(expected)) return;
  throw new Error(`the action knows ${list(named)}; the first run knew ${list(expected)}.`);
}

function mustBuildNothing({ built, reasons }: CiRun): void {
  if (built.length === 0) return;
  const lines = built.map(({ name }) => `  ${name}: ${reasons[name] ?? 'no reason given'}`);
  throw new Error(['it had to build nothing, but built', ...lines].join('\n'));
}

function mustBuildWhatChanged({ built, reasons }: CiRun, { subtree, stale }: Change): void {
  const names = built.map(({ name }) => name);
  if (!names.includes(subtree)) throw new Error(`it did not build ${subtree}.`);
  if (stale !== undefined && list(names) !== list(stale)) {
    throw new Error(`it had to build ${list(stale)}, and built ${list(names)}.`);
  }
  const unexplained = names.filter((name) => (reasons[name] ?? '') === '');
  if (unexplained.length > 0) throw new Error(`no reason was given for ${list(unexplained)}.`);
}

function list(names: readonly string[]): string {
  return [...names].sort().join(', ');
}
