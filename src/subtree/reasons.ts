import { showPath } from '../names.ts';
import { compareBytes } from '../order.ts';
import {
  type FingerprintRecord,
  type InputFile,
  ownDigestOf,
  type OwnRecord,
  type RecordGlobs,
} from './record.ts';

/** What {@link explain} may be told. */
export interface ExplainOptions {
  /** Reasons listed at most, before "and 12 more". Default 10. */
  readonly limit?: number;
  /** Records of dependencies as they are now, by name: to say what changed in there. */
  readonly current?: ReadonlyMap<string, OwnRecord>;
  /** Records of dependencies as they were; one that is not the very one then is not used. */
  readonly previous?: ReadonlyMap<string, OwnRecord>;
}

const LIMIT = 10;

/**
 * Why a subtree's fingerprint is not what it was: short phrases for people, that name the very
 * file, variable or dependency. What explains most comes first: platform, salt, globs, variables,
 * shared inputs, then files, then dependencies. Equal records give none.
 *
 * Names with control characters or bytes that are not UTF-8 in them are quoted, so that no reason
 * can break out of its line.
 *
 * @example
 * explain(now, then) // ['src/a.ts changed', 'dependency packages/core changed (src/b.ts added)']
 */
export function explain(
  current: FingerprintRecord,
  previous: FingerprintRecord,
  options: ExplainOptions = {},
): readonly string[] {
  const common = commonReasons(current, previous);
  return shorten(
    [
      ...common,
      ...particularReasons(current, previous),
      ...dependencyReasons(current, previous, common.length > 0, options),
    ],
    options.limit ?? LIMIT,
  );
}

/** What all subtrees share: it changes all fingerprints at once. */
function commonReasons(current: OwnRecord, previous: OwnRecord): readonly string[] {
  const reasons: string[] = [];
  if (current.platform !== previous.platform) {
    reasons.push(`platform ${show(previous.platform)} -> ${show(current.platform)}`);
  }
  if (current.salt !== previous.salt) reasons.push('salt changed');
  reasons.push(...globReasons(current.globs, previous.globs, ['sharedInputs']));
  for (const [name, now, then] of differences(current.env, previous.env)) {
    const what = now && then ? variableChange(now[1], then[1]) : now ? 'added' : 'removed';
    reasons.push(`variable ${show(name)} ${what}`);
  }
  const shared = fileReasons(current.shared, previous.shared);
  return [...reasons, ...shared.map((reason) => `shared input ${reason}`)];
}

/** What is the subtree's alone. */
function particularReasons(current: OwnRecord, previous: OwnRecord): readonly string[] {
  const globs = globReasons(current.globs, previous.globs, ['inputs', 'outputs']);
  const name = current.name === previous.name ? [] : [`its folder was ${show(previous.name)}`];
  return [...name, ...globs, ...fileReasons(current.files, previous.files)];
}

function dependencyReasons(
  current: FingerprintRecord,
  previous: FingerprintRecord,
  commonDiffers: boolean,
  options: ExplainOptions,
): readonly string[] {
  const reasons: string[] = [];
  for (const [name, now, then] of differences(current.dependencies, previous.dependencies)) {
    const label = `dependency ${show(name)}`;
    if (now === undefined || then === undefined) {
      reasons.push(`${label} ${now ? 'added' : 'removed'}`);
      continue;
    }
    const recordNow = options.current?.get(name);
    const recordThen = options.previous?.get(name);
    if (!recordNow || !recordThen || ownDigestOf(recordThen) !== then[1]) {
      reasons.push(`${label} changed`);
      continue;
    }
    const inside = particularReasons(recordNow, recordThen);
    // What all share has been said already, and is no news of the dependency.
    if (inside.length === 0 && commonDiffers) continue;
    const detail = inside.length === 0 ? '' : ` (${shorten(inside, 1).join(', ')})`;
    reasons.push(`${label} changed${detail}`);
  }
  return reasons;
}

function globReasons(
  current: RecordGlobs,
  previous: RecordGlobs,
  lists: readonly (keyof RecordGlobs)[],
): readonly string[] {
  const differing = lists.filter(
    (list) => JSON.stringify(current[list]) !== JSON.stringify(previous[list]),
  );
  const named = differing.map((list) => (list === 'sharedInputs' ? 'shared inputs' : list));
  return named.length === 0 ? [] : [`globs changed (${named.join(', ')})`];
}

function variableChange(now: string | null, then: string | null): string {
  if (then === null) return 'was set';
  return now === null ? 'was unset' : 'changed';
}

function fileReasons(
  current: readonly InputFile[],
  previous: readonly InputFile[],
): readonly string[] {
  return differences(current, previous).map(([path, now, then]) => {
    const what = now && then ? fileChange(now, then) : now ? 'added' : 'removed';
    return `${show(path)} ${what}`;
  });
}

function fileChange([, kind, digest]: InputFile, [, oldKind, oldDigest]: InputFile): string {
  if (kind === oldKind) return 'changed';
  if (kind === 'symlink') return 'became a symlink';
  if (oldKind === 'symlink') return 'became a file';
  if (digest !== oldDigest) return 'changed';
  return kind === 'executable' ? 'became executable' : 'is no longer executable';
}

/** The items that two lists do not share, sorted by their first members. */
function differences<T extends readonly [string, ...unknown[]]>(
  current: readonly T[],
  previous: readonly T[],
): readonly (readonly [name: string, now: T | undefined, then: T | undefined])[] {
  const now = new Map(current.map((item) => [item[0], item]));
  const then = new Map(previous.map((item) => [item[0], item]));
  return [...new Set([...now.keys(), ...then.keys()])]
    .map((name) => [name, now.get(name), then.get(name)] as const)
    .filter(([, a, b]) => JSON.stringify(a) !== JSON.stringify(b))
    .sort(([a], [b]) => compareBytes(a, b));
}

function shorten(reasons: readonly string[], limit: number): readonly string[] {
  const left = reasons.length - limit;
  return left <= 0 ? reasons : [...reasons.slice(0, limit), `and ${String(left)} more`];
}

/** Text from a record came from outside. */
function show(text: string): string {
  return /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(text) ? escapeText(text) : text;
}

function escapeText(text: string): string {
  return showPath(text).replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
