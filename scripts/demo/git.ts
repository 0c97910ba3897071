import { devNull } from 'node:os';

import { run } from '../process.ts';

/** Settings of the person who runs the demo that must not reach its commits. */
const SETTINGS = [
  ...['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com'],
  ...['-c', 'commit.gpgsign=false', '-c', `core.hooksPath=${devNull}`, '-c', 'gc.auto=0'],
];

/** Runs git in a folder and gives what it printed, without the last line's end. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  // Inside a git hook these would point git at the wrong repository.
  const names = Object.keys(process.env).filter((name) => !name.startsWith('GIT_'));
  const env = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  return (await run('git', [...SETTINGS, ...args], { cwd, env })).stdout.trimEnd();
}

/** Adds and commits everything that is not ignored. */
export async function commitAll(repository: string, message: string): Promise<void> {
  await git(repository, 'add', '--all');
  await git(repository, 'commit', '--quiet', '--message', message);
}
