import type { Project } from './project.ts';

/** The packages of `examples/monorepo`. */
export const PACKAGES = ['app', 'colors', 'core', 'dates', 'geometry', 'strings'].map(
  (name) => `packages/${name}`,
);

/** Changes a package on which others depend; says which have to be built, and why. */
export async function changeCore(
  project: Project,
): Promise<{ readonly stale: readonly string[]; readonly reasons: Record<string, string> }> {
  await project.change('packages/core/src/assert-never.ts', 'No case for', 'Unexpected value:');
  const why = 'src/assert-never.ts changed';
  const dependency = `dependency packages/core changed (${why})`;
  return {
    stale: ['packages/app', 'packages/core', 'packages/strings'],
    reasons: { 'packages/app': dependency, 'packages/core': why, 'packages/strings': dependency },
  };
}

/** Changes a package that stands alone. */
export async function changeGeometry(project: Project): Promise<readonly string[]> {
  await project.change('packages/geometry/src/polygon.ts', '\n', '\n// Counter-clockwise.\n');
  return ['packages/geometry'];
}

/** Changes a package so that it does not compile. */
export async function breakDates(project: Project): Promise<readonly string[]> {
  await project.change(
    'packages/dates/src/index.ts',
    '\n',
    '\nexport const wrong: number = "text";\n',
  );
  return ['packages/dates'];
}
