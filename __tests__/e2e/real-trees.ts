import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../../scripts/bundles.ts';
import { writeTree } from '../support/files.ts';

/** A tree that some tool has made. */
export interface RealTree {
  readonly name: string;
  /** Where it lies; undefined: the tool, or what it would fetch, is not at hand. */
  readonly folder: string | undefined;
  /** Why not. */
  readonly why?: string;
  /** Asks the tool what it makes of the tree that came back; throws where it is not pleased. */
  readonly check?: (folder: string) => unknown;
}

/** Fetching takes longer than this only where nobody answers, in milliseconds. */
const PATIENCE = 120_000;

/** Packages and versions are named: nobody's newest release is to break a test. */
const PNPM = 'pnpm@10.18.0';
const GO_MODULE = 'golang.org/x/mod@v0.30.0';

/**
 * Has tools make the trees that they are known for.
 *
 * @param workshop an empty folder
 */
export function makeRealTrees(workshop: string): RealTree[] {
  const at = (name: string): string => {
    const folder = join(workshop, name);
    mkdirSync(folder);
    return folder;
  };
  return [
    { name: 'node_modules of this project, with its .bin', folder: join(root, 'node_modules') },
    npmWorkspaces(at('npm')),
    pnpm(at('pnpm')),
    venv(at('venv')),
    goBuildCache(at('go-build')),
    goModules(at('go-modules')),
    cargoTarget(at('cargo')),
    cargoHome(at('cargo-home')),
  ];
}

/** Symlinks to folders, and to programs in them. */
function npmWorkspaces(folder: string): RealTree {
  const tool = { name: '@demo/tool', version: '1.0.0', bin: { tool: 'tool.js' } };
  writeTree(folder, {
    'package.json': json({ private: true, workspaces: ['packages/*'] }),
    'packages/tool/package.json': json(tool),
    'packages/tool/tool.js': { script: '#!/usr/bin/env node\nconsole.log("made");\n' },
    'packages/user/package.json': json({
      name: 'user',
      version: '1.0.0',
      dependencies: { '@demo/tool': '1.0.0' },
    }),
  });
  // npm is what runs the tests, and there is nothing to fetch.
  demand(folder, 'npm', 'install', '--offline', '--no-audit', '--no-fund');
  return {
    name: 'workspaces of npm',
    folder,
    check: (there) => {
      demand(there, join(there, 'node_modules/.bin/tool'));
    },
  };
}

/** Symlinks three deep, and files with several names. */
function pnpm(folder: string): RealTree {
  const dependencies = { commander: '14.0.0', semver: '7.7.2' };
  writeTree(folder, { 'package.json': json({ private: true, dependencies }) });
  const command = ['exec', '--yes', '--package', PNPM, '--', 'pnpm', 'install'];
  const made = run(folder, 'npm', ...command, '--store-dir', '.pnpm-store', '--ignore-scripts');
  return {
    ...outcome('a store of pnpm with the node_modules that hang on it', folder, made),
    check: (there) => {
      demand(there, process.execPath, '-e', 'require("semver").parse("1.0.0").major === 1 || fail');
      demand(there, 'sh', '-c', 'node_modules/.bin/semver 1.0.0');
    },
  };
}

/** Symlinks out of the tree, and folders that are symlinks. */
function venv(folder: string): RealTree {
  const made = run(folder, 'python3', '-m', 'venv', 'venv');
  return {
    ...outcome('a venv of Python', folder, made),
    check: (there) => {
      demand(there, join(there, 'venv/bin/python'), '-m', 'pip', '--version');
    },
  };
}

/** Thousands of small files by their hashes. */
function goBuildCache(folder: string): RealTree {
  writeTree(folder, {
    'go.mod': 'module demo\n\ngo 1.21\n',
    'main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("made") }\n',
  });
  const made = runGo(folder, { GOPROXY: 'off' }, 'build', '-o', 'demo', '.');
  return {
    ...outcome('a build cache of Go', folder, made),
    check: (there) => {
      demand(there, join(there, 'demo'));
    },
  };
}

/** Folders and files that nobody may write to. */
function goModules(folder: string): RealTree {
  writeTree(folder, { 'go.mod': 'module demo\n\ngo 1.21\n' });
  const made = runGo(folder, {}, 'get', GO_MODULE);
  return {
    ...outcome('a module cache of Go', folder, made),
    check: (there) => {
      const { error } = runGo(there, { GOPROXY: 'off' }, 'mod', 'verify');
      if (error !== undefined) throw new Error(error);
    },
  };
}

/** Files with two names, and programs. */
function cargoTarget(folder: string): RealTree {
  writeTree(folder, {
    'Cargo.toml': '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n',
    'src/main.rs': 'fn main() { println!("made"); }\n',
  });
  const made = run(folder, 'cargo', 'build', '--offline');
  return {
    ...outcome('a target folder of Cargo', folder, made),
    check: (there) => {
      demand(there, join(there, 'target/debug/demo'));
    },
  };
}

/** An index, archives, and what came out of them. */
function cargoHome(folder: string): RealTree {
  writeTree(folder, {
    'Cargo.toml':
      '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nitoa = "=1.0.15"\n',
    'src/main.rs': 'fn main() {}\n',
  });
  const made = spawnIn(folder, { CARGO_HOME: join(folder, 'home') }, ['cargo', 'fetch']);
  return outcome('a registry cache of Cargo', folder, made);
}

interface Made {
  /** What went wrong. */
  readonly error?: string;
}

function outcome(name: string, folder: string, { error }: Made): RealTree {
  return error === undefined ? { name, folder } : { name, folder: undefined, why: error };
}

function run(folder: string, ...command: readonly string[]): Made {
  return spawnIn(folder, {}, command);
}

function runGo(folder: string, env: NodeJS.ProcessEnv, ...args: readonly string[]): Made {
  const own = { GOMODCACHE: join(folder, 'mod'), GOCACHE: join(folder, 'cache') };
  return spawnIn(folder, { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', ...own, ...env }, [
    'go',
    ...args,
  ]);
}

function spawnIn(folder: string, env: NodeJS.ProcessEnv, command: readonly string[]): Made {
  const [program = '', ...args] = command;
  const { status, error, stderr, stdout } = spawnSync(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: PATIENCE,
  });
  if (status === 0) return {};
  if (error !== undefined) return { error: error.message };
  const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  // npm ends with where its log lies.
  const line = said.find((one) => /\berror\b/i.test(one)) ?? said.at(-1) ?? 'nothing';
  return { error: `${program} says: ${line.trim()}` };
}

function demand(folder: string, ...command: readonly string[]): void {
  const { error } = run(folder, ...command);
  if (error !== undefined) throw new Error(error);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
