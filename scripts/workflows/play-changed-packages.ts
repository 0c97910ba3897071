import { pullRequest, pushOf } from './events.ts';
import { PACKAGES, breakDates, changeCore, changeGeometry } from './monorepo.ts';
import type { Stage } from './stage.ts';
import { MAIN, PULL_REQUEST, ofCommit } from './tags.ts';

const jobs = { build: 'success' };
const nothingToBuild = { 'any-changed': 'false', 'cache-hit': 'true', matrix: '{"include":[]}' };
const nothingChanged = { build: /^Nothing changed: no content was uploaded\./ };

/** Plays `changed-packages.yml`: one job that builds what changed. */
export async function playChangedPackages(stage: Stage): Promise<void> {
  const { project } = stage;
  let sha = await project.head();
  await stage.play('the first push', pushOf(sha), {
    jobs,
    built: PACKAGES,
    outputs: { build: { 'any-changed': 'true', 'cache-hit': '', unchanged: '[]' } },
    says: { build: /^0 subtrees unchanged, 6 changed; / },
    saves: { build: /^Saved branch-main/ },
    added: [MAIN, ofCommit(sha)],
    fingerprints: { scope: 'main', of: PACKAGES },
    moved: [],
  });

  await project.change('README.md', '# Example', '# An example');
  sha = await project.head();
  await stage.play('a push that changes no package', pushOf(sha), {
    jobs,
    built: [],
    outputs: { build: nothingToBuild },
    saves: nothingChanged,
    added: [ofCommit(sha)],
    moved: [],
  });

  const { stale, reasons } = await changeCore(project);
  sha = await project.head();
  await stage.play('a push that changes one package, and with it its dependents', pushOf(sha), {
    jobs,
    built: stale,
    reasons,
    outputs: { build: { 'cache-hit': 'false', changed: JSON.stringify(stale) } },
    says: { build: /^3 subtrees unchanged, 3 changed; / },
    saves: { build: /^Saved branch-main/ },
    added: [ofCommit(sha)],
    fingerprints: { scope: 'main', of: stale },
    moved: [MAIN],
  });

  await project.revert();
  sha = await project.head();
  await stage.play('a push that reverts it', pushOf(sha), {
    jobs,
    built: [],
    outputs: { build: nothingToBuild },
    saves: { build: /^Saved branch-main/ },
    added: [ofCommit(sha)],
    moved: [MAIN],
  });

  const broken = await breakDates(project);
  await stage.play('a push that does not compile: nothing is saved', pushOf(await project.head()), {
    jobs: { build: 'failure' },
    built: [],
    outputs: { build: { changed: JSON.stringify(broken) } },
    saves: {},
    added: [],
    moved: [],
  });
  await project.revert();

  await project.switchTo('feature/x', 'new');
  const geometry = await changeGeometry(project);
  await stage.play('a pull request of a fork: reads, and writes nothing', pullRequest('fork'), {
    jobs,
    built: geometry,
    outputs: { build: { changed: JSON.stringify(geometry) } },
    saves: { build: /^Not saved: the pull request comes from a fork\.$/ },
    added: [],
    moved: [],
  });

  await stage.play('a pull request of a branch', pullRequest('own'), {
    jobs,
    built: geometry,
    saves: { build: /^Saved pr-42/ },
    added: [PULL_REQUEST],
    fingerprints: { scope: 'pull request', of: geometry },
    moved: [],
  });

  await stage.play('the same pull request again', pullRequest('own'), {
    jobs,
    built: [],
    outputs: { build: nothingToBuild },
    saves: nothingChanged,
    added: [],
    moved: [],
  });

  await project.switchTo('main', 'known');
  await project.merge('feature/x');
  sha = await project.head();
  await stage.play('its merge: main reads nothing that a pull request wrote', pushOf(sha), {
    jobs,
    built: geometry,
    saves: { build: /^Saved branch-main/ },
    added: [ofCommit(sha)],
    fingerprints: { scope: 'main', of: geometry },
    moved: [MAIN],
  });
}
