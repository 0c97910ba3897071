import { readFileSync, statSync } from 'node:fs';

import { isMissing } from '../file-access.ts';
import { encodePath } from '../names.ts';

/** What an npm package says of itself, as far as it matters here. */
export interface PackageJson {
  /** Absent: it has none. */
  readonly name?: string;
  /** What it depends on, in whatever way, with what it says of the version. */
  readonly dependencies: readonly (readonly [name: string, spec: string])[];
}

const FIELDS = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
] as const;

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads a `package.json`.
 *
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json
 * @returns undefined: there is none
 * @throws whatever reading and parsing it throws; a SyntaxError for what has the wrong form
 */
export function readPackageJson(file: string): PackageJson | undefined {
  const stats = statSync(encodePath(file), { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  if (stats.size > MAX_BYTES) throw new SyntaxError(`It has ${String(stats.size)} bytes.`);
  const json = parse(file);
  if (json === undefined) return undefined;
  if (!isObject(json)) throw new SyntaxError('It is no object.');
  const dependencies = FIELDS.flatMap((field) => {
    const listed = json[field] ?? {};
    if (!isObject(listed)) throw new SyntaxError(`Its "${field}" is no object.`);
    return Object.entries(listed).map(
      ([name, spec]) => [name, typeof spec === 'string' ? spec : ''] as const,
    );
  });
  const { name } = json;
  return typeof name === 'string' && name !== '' ? { name, dependencies } : { dependencies };
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(encodePath(file), 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Partial<Record<string, unknown>>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
