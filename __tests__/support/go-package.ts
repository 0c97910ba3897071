import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Digest } from '../../src/digest.ts';
import type { Json } from '../../src/store/entry.ts';

/** What the Go package says of one push: see `scripts/go-package/world.go`. */
export interface GoPush {
  readonly tag: string;
  /** What the tag pointed to behind it. */
  readonly manifest: Digest;
  readonly root: Digest | '';
  readonly hashes: Readonly<Record<string, Digest>>;
  readonly entries: readonly GoPushEntry[] | null;
  /** What the Go package gets from it on a machine that has nothing. */
  readonly pull: {
    readonly error?: string;
    readonly root?: Digest | '';
    /** Keys without content. */
    readonly missing?: readonly string[];
  };
}

export interface GoPushEntry {
  readonly key: string;
  readonly digest: Digest;
  readonly size: number;
  readonly meta?: Json;
}

const PROGRAM_FOLDER = join(import.meta.dirname, '../../scripts/go-package');

/** The Go program that pushes with the Go package. */
export class GoPackage implements Disposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Builds it; says why where it cannot be built here. */
  static build(): { readonly program: GoPackage } | { readonly why: string } {
    if (spawnSync('go', ['version']).status !== 0) return { why: 'there is no Go' };
    const folder = mkdtempSync(join(tmpdir(), 'cafs-go-package-'));
    const target = join(folder, 'gopackage');
    const args = ['build', ...replacement(folder), '-o', target, '.'];
    const { status, stderr } = spawnSync('go', args, { cwd: PROGRAM_FOLDER, encoding: 'utf8' });
    if (status === 0) return { program: new GoPackage(folder) };
    rmSync(folder, { recursive: true, force: true });
    const last = stderr.split('\n').findLast((line) => line.trim() !== '') ?? '';
    return { why: `go build failed: ${last}` };
  }

  /** Pushes to a repository, `host/name`. */
  push(repository: string): GoPush[] {
    const printed = execFileSync(join(this.#folder, 'gopackage'), [repository], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return (JSON.parse(printed) as { readonly pushes: GoPush[] }).pushes;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The arguments of `go` that take the package from a checkout, without a change to our go.mod. */
function replacement(folder: string): string[] {
  const checkout = process.env['CAFS_GO_PACKAGE'] ?? '';
  if (checkout === '') return [];
  for (const name of ['go.mod', 'go.sum']) {
    copyFileSync(join(PROGRAM_FOLDER, name), join(folder, name));
  }
  const modfile = join(folder, 'go.mod');
  const edit = `github.com/aweris/cafs=${resolve(checkout)}`;
  execFileSync('go', ['mod', 'edit', '-replace', edit, modfile], { cwd: PROGRAM_FOLDER });
  return [`-modfile=${modfile}`, '-mod=mod'];
}
