import { pullRequest, pushOf } from './events.ts';
import { PACKAGES } from './monorepo.ts';
import type { Stage } from './stage.ts';

const jobs = { build: 'success' };
const restored = {
  build: /^Cache restored from key: npm-\w+-[0-9a-f]{64}$/,
};

/** Plays `actions-cache.yml`: what npm downloads is kept; all packages are built each time. */
export async function playActionsCache(stage: Stage): Promise<void> {
  const { project } = stage;
  let sha = await project.head();
  await stage.play('the first push: npm downloads', pushOf(sha), {
    jobs,
    built: PACKAGES,
    outputs: { build: { 'cache-hit': '', 'hit-kind': 'miss' } },
    says: { build: /^Cache not found for input keys: / },
    saves: { build: /^Saved key-npm-/ },
    added: [],
    addsKey: true,
    moved: [],
    downloads: ['typescript'],
  });

  await project.change('README.md', '# Example', '# An example');
  sha = await project.head();
  await stage.play('the same lock file: an exact hit', pushOf(sha), {
    jobs,
    built: PACKAGES,
    outputs: { build: { 'cache-hit': 'true', 'hit-kind': 'exact' } },
    says: restored,
    saves: { build: /^Cache hit occurred on the primary key npm-\S+, not saving cache\.$/ },
    added: [],
    moved: [],
    downloads: [],
  });

  await project.addDependency('p-map', stage.machine());
  sha = await project.head();
  await stage.play('another lock file: what a key before it kept is used', pushOf(sha), {
    jobs,
    built: PACKAGES,
    outputs: { build: { 'cache-hit': 'false', 'hit-kind': 'partial' } },
    says: restored,
    saves: { build: /^Saved key-npm-/ },
    added: [],
    addsKey: true,
    moved: [],
    downloads: ['p-map'],
  });

  await project.switchTo('feature/x', 'new');
  await project.change('README.md', '# An example', '# One example');
  await stage.play('a pull request of a fork: reads, and writes nothing', pullRequest('fork'), {
    jobs,
    built: PACKAGES,
    says: restored,
    saves: { build: /^Not saved: the pull request comes from a fork\.$/ },
    added: [],
    moved: [],
    downloads: [],
  });
}
