/** Events as GitHub's payloads describe them, cut down to what anybody would look at. */

const REPOSITORY = { full_name: 'example/monorepo', default_branch: 'main', fork: false };

/** What a job on an event is given. */
export interface OnEvent {
  readonly eventName: string;
  readonly ref: string;
  readonly event: object;
}

/** A push to a branch. */
export function pushTo(branch: string): OnEvent {
  const ref = `refs/heads/${branch}`;
  return { eventName: 'push', ref, event: { ref, repository: REPOSITORY } };
}

/** A pull request into main, out of a branch of this repository or of a fork. */
export function pullRequest(number: number, from: 'example' | 'stranger' = 'example'): OnEvent {
  return {
    eventName: 'pull_request',
    ref: `refs/pull/${number}/merge`,
    event: {
      number,
      repository: REPOSITORY,
      pull_request: {
        number,
        user: { login: from },
        head: { ref: 'feature', repo: { full_name: `${from}/monorepo`, fork: from !== 'example' } },
        base: { ref: 'main', repo: REPOSITORY },
      },
    },
  };
}
