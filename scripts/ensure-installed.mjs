// Runs before every npm script, under whatever Node the machine has (20 or newer), so it uses
// nothing that an install would bring. It installs what the lock file names, when it is not there
// yet; the script itself then runs under the Node 24 that the install put into node_modules/.bin.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(import.meta.dirname ?? dirname(fileURLToPath(import.meta.url)));
const WANTED_NODE = 24;

/** @param {string} file */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Why an install is needed, or undefined: npm keeps a record of what it has installed. */
function reasonToInstall() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined) throw new Error('package-lock.json cannot be read.');
  if (installed === undefined) return 'nothing is installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    const found = installed[path];
    // '' is the project itself; an optional package may be for another system.
    if (path === '' || (found === undefined && entry.optional)) continue;
    const { version, integrity = found?.integrity } = entry;
    if (found?.version !== version || found?.integrity !== integrity) {
      return `${path} is not as package-lock.json names it`;
    }
  }
  return undefined;
}

/** Whether scripts will find a Node that is new enough: the installed one, or this one. */
function hasNode() {
  const shim = process.platform === 'win32' ? 'node.cmd' : 'node';
  if (existsSync(join(root, 'node_modules', '.bin', shim))) return true;
  return Number(process.versions.node.split('.')[0]) >= WANTED_NODE;
}

/** @param {string[]} args */
function npm(args) {
  // Warnings stay out: on an older Node each says only that Node 24 is wanted, which is about to come.
  // `npm pack --dry-run` hands its option down; what it needs is installed all the same.
  const full = [...args, '--loglevel=error', '--no-audit', '--no-fund', '--no-dry-run'];
  const cli = process.env.npm_execpath;
  const options = { cwd: root, stdio: 'inherit' };
  const done = cli?.endsWith('npm-cli.js')
    ? spawnSync(process.execPath, [cli, ...full], options)
    : spawnSync('npm', full, { ...options, shell: process.platform === 'win32' });
  if (done.error) throw new Error(`npm could not be started: ${done.error.message}`);
  if (done.status !== 0) {
    const how = done.signal ?? `exit code ${String(done.status)}`;
    throw new Error(
      `"npm ${args.join(' ')}" failed (${how}). Its own message is above; ` +
        'once that is solved, run the same command again.',
    );
  }
}

try {
  const reason = reasonToInstall();
  if (reason !== undefined) {
    console.log(`Installing the project's tools: ${reason}.`);
    npm(['ci']);
  }
  if (!hasNode()) {
    throw new Error(
      `Node ${String(WANTED_NODE)} is not there, although the packages are installed: npm did not run ` +
        'the install script of the package "node" (is "ignore-scripts" set?). ' +
        'Run: npm rebuild node --ignore-scripts=false',
    );
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
