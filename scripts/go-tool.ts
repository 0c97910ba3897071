import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A program that Go can make of a module. */
export interface GoTool {
  /** What it makes of it. */
  readonly program: string;
  /** What `go install` takes. */
  readonly module: string;
  readonly env?: Readonly<Record<string, string>>;
}

const base = process.env['XDG_CACHE_HOME'] ?? '';
const cache = join(base === '' ? join(homedir(), '.cache') : resolve(base), 'cafs-action', 'go');

/** Makes a program by Go, or finds it made before; says why where there is none. */
export function goTool({
  program,
  module,
  env = {},
}: GoTool): { readonly path: string } | { readonly why: string } {
  // A version of its own has a folder of its own.
  const folder = join(cache, module.replaceAll(/[^\w.@-]/g, '_'));
  const path = join(folder, program);
  if (existsSync(path)) return { path };
  if (spawnSync('go', ['version']).status !== 0) return { why: 'there is no Go' };
  mkdirSync(folder, { recursive: true });
  console.log(`Building ${module} ...`);
  const { status, stderr } = spawnSync('go', ['install', '-ldflags=-s -w', module], {
    cwd: folder,
    env: { ...process.env, ...env, GOBIN: folder },
    encoding: 'utf8',
  });
  if (status === 0) return { path };
  const last = stderr.split('\n').findLast((line) => line.trim() !== '') ?? '';
  return { why: `go install failed: ${last}` };
}
