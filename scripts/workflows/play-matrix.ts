import { pullRequest, pushOf } from './events.ts';
import { PACKAGES, changeCore, changeGeometry } from './monorepo.ts';
import type { Stage } from './stage.ts';
import { MAIN, PULL_REQUEST, ofCommit } from './tags.ts';

const plan = /^Not saved: the input "save" is "never"\.$/;
const collect = /^Nothing changed: no content was uploaded\./;
/** A leg whose package another leg built as well, for a dependent, may find it saved. */
const build = /^(Saved branch-main|Nothing changed: )/;
const fork = /^Not saved: the pull request comes from a fork\.$/;
const allThere = { 'any-changed': 'false', 'cache-hit': 'true', changed: '[]' };

/** Plays `matrix.yml`: a job that plans, a job for each changed package, and one that collects. */
export async function playMatrix(stage: Stage): Promise<void> {
  const { project } = stage;
  let sha = await project.head();
  await stage.play('the first push', pushOf(sha), {
    jobs: jobsFor(PACKAGES),
    built: PACKAGES,
    outputs: { plan: { 'any-changed': 'true' }, collect: allThere },
    saves: { plan, build, collect },
    added: [MAIN, ofCommit(sha)],
    fingerprints: { scope: 'main', of: PACKAGES },
    moved: [],
  });

  await project.change('README.md', '# Example', '# An example');
  sha = await project.head();
  await stage.play('a push that changes no package: no matrix', pushOf(sha), {
    // act says nothing of a job that it skips.
    jobs: jobsFor([]),
    built: [],
    outputs: { plan: { ...allThere, matrix: '{"include":[]}' }, collect: allThere },
    saves: { plan, collect },
    added: [ofCommit(sha)],
    moved: [],
  });

  const { stale, reasons } = await changeCore(project);
  sha = await project.head();
  await stage.play('a push that changes one package, and with it its dependents', pushOf(sha), {
    jobs: jobsFor(stale),
    built: stale,
    reasons,
    outputs: { plan: { 'any-changed': 'true' }, collect: allThere },
    saves: { plan, build, collect },
    added: [ofCommit(sha)],
    fingerprints: { scope: 'main', of: stale },
    moved: [MAIN],
  });

  await project.switchTo('feature/x', 'new');
  const geometry = await changeGeometry(project);
  await stage.play(
    'a pull request of a fork: "collect" builds what no job saved',
    pullRequest('fork'),
    {
      jobs: jobsFor(geometry),
      built: geometry,
      outputs: { collect: { changed: JSON.stringify(geometry) } },
      saves: { plan: fork, build: fork, collect: fork },
      added: [],
      moved: [],
    },
  );

  await stage.play('a pull request of a branch', pullRequest('own'), {
    jobs: jobsFor(geometry),
    built: geometry,
    outputs: { collect: allThere },
    saves: { plan, build: /^Saved pr-42/, collect },
    added: [PULL_REQUEST],
    fingerprints: { scope: 'pull request', of: geometry },
    moved: [],
  });
}

function jobsFor(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...packages.map((name) => `build ${name}`), 'collect', 'plan'].map((job) => [job, 'success']),
  );
}
