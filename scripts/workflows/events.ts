import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../bundles.ts';

/** What starts a workflow. */
export interface Started {
  readonly eventName: 'push' | 'pull_request';
  readonly payload: object;
}

/** A push of a commit to main. */
export function pushOf(sha: string): Started {
  return {
    eventName: 'push',
    payload: { ...fixture('push'), ref: 'refs/heads/main', after: sha },
  };
}

/** Pull request 42, out of a branch of the repository or of a fork. */
export function pullRequest(from: 'own' | 'fork'): Started {
  const name = from === 'own' ? 'pull-request' : 'pull-request-fork';
  return { eventName: 'pull_request', payload: fixture(name) };
}

function fixture(name: string): object {
  const file = join(root, '__tests__', 'fixtures', 'events', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}
