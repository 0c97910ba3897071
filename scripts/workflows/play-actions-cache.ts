import { pullRequest, pushOf } from './events.ts';
import { HAS_KEYS } from './keys.ts';
import { PACKAGES } from './monorepo.ts';
import type { Stage } from './stage.ts';
import { MAIN, ofCommit } from './tags.ts';

const jobs = { build: 'success' };
const restored = {
  build: HAS_KEYS
    ? /^Cache restored from key: npm-\w+-[0-9a-f]{64}$/
    : /^Cache restored from key: branch-main/,
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
    saves: { build: HAS_KEYS ? /^Saved key-npm-/ : /^Saved branch-main/ },
    ...(HAS_KEYS ? {} : { added: [MAIN, ofCommit(sha)] }),
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
    // What has a key is not written twice.
    ...(HAS_KEYS
      ? { saves: { build: /not sav|nothing/i }, added: [], moved: [] }
      : { saves: { build: /^Saved branch-main/ } }),
    downloads: [],
  });

  await project.addDependency('p-map', stage.machine());
  sha = await project.head();
  await stage.play('another lock file: what a key before it kept is used', pushOf(sha), {
    jobs,
    built: PACKAGES,
    outputs: { build: HAS_KEYS ? { 'cache-hit': 'false', 'hit-kind': 'partial' } : {} },
    says: restored,
    saves: { build: HAS_KEYS ? /^Saved key-npm-/ : /^Saved branch-main/ },
    ...(HAS_KEYS ? { moved: [] } : {}),
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
