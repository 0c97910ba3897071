import { realpathSync } from 'node:fs';

import { type Digest, digestOf } from '../digest.ts';
import { CafsError } from '../errors.ts';
import type { Observer } from '../observe.ts';
import { compareBytes } from '../order.ts';
import { closure, type Edges, mergeEdges, packageEdges } from './dependencies.ts';
import { listFiles } from './files.ts';
import { compileGlobs } from './globs.ts';
import { hashFiles } from './hash.ts';
import { folderOf } from './name.ts';
import {
  fingerprintOf,
  type FingerprintRecord,
  type InputFile,
  type InputVariable,
  ownDigestOf,
  type OwnRecord,
  RECORD_VERSION,
} from './record.ts';
import { Selection, type Subtree } from './selection.ts';

/** What {@link fingerprintSubtrees} is told. */
export interface FingerprintOptions {
  /** Absolute path. */
  readonly workspace: string;
  /** All subtrees: also those that are of interest only because others depend on them. */
  readonly subtrees: readonly Subtree[];
  /** Globs, relative to the workspace, of files that every fingerprint covers. */
  readonly sharedInputs?: readonly string[];
  /** Environment variables that every fingerprint covers, by name; undefined: unset. */
  readonly env?: ReadonlyMap<string, string | undefined>;
  /** Free text that every fingerprint covers. */
  readonly salt?: string;
  /** Operating system and architecture, such as `linux-x64`; or `any`. */
  readonly platform: string;
  /** Dependencies beside those that npm packages tell of. */
  readonly dependsOn?: Edges;
  readonly observer?: Observer | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A subtree's fingerprint, and all that it covers. */
export interface Fingerprint {
  readonly fingerprint: Digest;
  /** Of the record without its dependencies. */
  readonly ownDigest: Digest;
  readonly record: FingerprintRecord;
}

/**
 * Fingerprints subtrees: lists the workspace's files once, hashes each input once.
 *
 * Equal inputs give equal fingerprints on every machine, wherever the workspace lies.
 *
 * @returns by name, sorted by the names' bytes
 * @throws CafsError `INVALID_INPUT` for wrong names, globs and edges; and what {@link listFiles}
 *   and {@link hashFiles} throw
 *
 * @example
 * const subtrees = [{ name: 'packages/core', inputs: ['**'], outputs: ['dist/**'] }];
 * const found = await fingerprintSubtrees({ workspace, subtrees, platform: 'linux-x64' });
 * found.get('packages/core')?.fingerprint // 'sha256:...'
 */
export async function fingerprintSubtrees(
  options: FingerprintOptions,
): Promise<ReadonlyMap<string, Fingerprint>> {
  const { observer, signal } = options;
  signal?.throwIfAborted();
  const names = options.subtrees.map(({ name }) => name);
  requireNames(names, options.dependsOn);
  const workspace = realpathSync(options.workspace);
  const selection = new Selection(options.subtrees, options.sharedInputs ?? []);
  const edges = mergeEdges(
    packageEdges(workspace, names, observer),
    options.dependsOn ?? new Map<string, ReadonlySet<string>>(),
  );
  const candidates = await listFiles(workspace, selection, {
    folders: names.map(folderOf),
    signal,
  });
  const hashed = await hashFiles(workspace, candidates, { observer, signal });

  const shared: InputFile[] = [];
  const files = new Map<string, InputFile[]>(names.map((name) => [name, []]));
  for (const [path, { kind, digest }] of hashed) {
    const claims = selection.claimsOn(path);
    if (claims.shared) shared.push([path, kind, digest]);
    for (const [name, inner] of claims.subtrees) files.get(name)?.push([inner, kind, digest]);
  }
  warnOfUnmatched(options.sharedInputs ?? [], shared, observer);
  const env = variablesOf(options.env);
  const own = new Map<string, { readonly record: OwnRecord; readonly digest: Digest }>();
  for (const subtree of options.subtrees) {
    const record = ownRecordOf(subtree, files.get(subtree.name) ?? [], shared, env, options);
    if (record.files.length === 0 && subtree.inputs.length > 0) {
      observer?.({
        kind: 'warning',
        message: `No file is an input of ${subtree.name}: its fingerprint covers none of its files.`,
      });
    }
    own.set(subtree.name, { record, digest: ownDigestOf(record) });
  }
  return new Map(
    [...own]
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([name, { record, digest }]) => {
        const dependencies = closure(edges, name).flatMap((target) => {
          const dependency = own.get(target);
          return dependency === undefined ? [] : [[target, dependency.digest] as const];
        });
        const whole = { ...record, dependencies };
        return [name, { fingerprint: fingerprintOf(whole), ownDigest: digest, record: whole }];
      }),
  );
}

function ownRecordOf(
  subtree: Subtree,
  files: readonly InputFile[],
  shared: readonly InputFile[],
  env: readonly InputVariable[],
  options: FingerprintOptions,
): OwnRecord {
  return {
    version: RECORD_VERSION,
    name: subtree.name,
    platform: options.platform,
    salt: options.salt ?? '',
    env,
    globs: {
      inputs: subtree.inputs,
      outputs: subtree.outputs,
      sharedInputs: options.sharedInputs ?? [],
    },
    files,
    shared,
  };
}

/** A pattern with a typing error in it would leave a lock file out, and nobody would notice. */
function warnOfUnmatched(
  patterns: readonly string[],
  shared: readonly InputFile[],
  observer: Observer | undefined,
): void {
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) continue;
    const matcher = compileGlobs([pattern]);
    if (shared.some(([path]) => matcher.matches(path))) continue;
    const message = `No file is a shared input by the pattern ${JSON.stringify(pattern)}.`;
    observer?.({ kind: 'warning', message });
  }
}

/** Values enter as digests: a record is kept where others may read it. */
function variablesOf(env: FingerprintOptions['env']): readonly InputVariable[] {
  return [...(env ?? [])]
    .map(([name, value]) => [name, value === undefined ? null : digestOf(value)] as const)
    .sort(([a], [b]) => compareBytes(a, b));
}

function requireNames(names: readonly string[], dependsOn: Edges | undefined): void {
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name)) {
      throw new CafsError('INVALID_INPUT', `The subtree ${JSON.stringify(name)} is named twice.`);
    }
    known.add(name);
  }
  for (const [from, targets] of dependsOn ?? []) {
    for (const name of [from, ...targets]) {
      if (known.has(name)) continue;
      throw new CafsError(
        'INVALID_INPUT',
        `${JSON.stringify(from)} depends on ${JSON.stringify(name)}: no subtree has the name ${JSON.stringify(name)}.`,
      );
    }
  }
}
