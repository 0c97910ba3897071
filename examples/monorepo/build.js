// Builds packages, and before each what it depends on and has no outputs yet: `npm run build`, which builds
// all of them, or `npm run build -- packages/app`. In a project of your own, its build tool does this.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const packages = new Map(
  readdirSync('packages').map((name) => {
    const folder = `packages/${name}`;
    return [folder, JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))];
  }),
);
const folders = new Map([...packages].map(([folder, { name }]) => [name, folder]));
const built = new Set();

function build(folder) {
  if (built.has(folder)) return;
  built.add(folder);
  for (const name of Object.keys(packages.get(folder).dependencies ?? {})) {
    const needed = folders.get(name);
    if (needed !== undefined && (wanted.includes(needed) || !existsSync(`${needed}/dist`))) {
      build(needed);
    }
  }
  execFileSync('npm', ['run', 'build', '--workspace', folder], { stdio: 'inherit' });
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : [...packages.keys()];
wanted.forEach(build);
