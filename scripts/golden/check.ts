// Fails unless the fixture holds what the Go package computes today: `npm run check:golden`. Needs Go.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { run } from '../process.ts';

const here = import.meta.dirname;
const fixture = join(here, '../../__tests__/fixtures/go-hash-vectors.json');

/** What a case or a key is found by. */
interface Named {
  readonly name: string;
}

interface Vectors {
  readonly cases: readonly Named[];
  readonly keys: readonly Named[];
}

/** The arguments of `go` that take the package from a checkout, without a change to our go.mod. */
async function replacedBy(checkout: string, dir: string): Promise<string[]> {
  for (const name of ['go.mod', 'go.sum']) copyFileSync(join(here, name), join(dir, name));
  const modfile = join(dir, 'go.mod');
  const replacement = `github.com/aweris/cafs=${resolve(checkout)}`;
  await run('go', ['mod', 'edit', '-replace', replacement, modfile], { cwd: here });
  // Another commit of the package may require other modules.
  return [`-modfile=${modfile}`, '-mod=mod'];
}

async function generate(): Promise<Vectors> {
  const checkout = process.env['CAFS_GO_PACKAGE'] ?? '';
  const dir = mkdtempSync(join(tmpdir(), 'golden-'));
  try {
    const options = checkout === '' ? [] : await replacedBy(checkout, dir);
    const { stdout } = await run('go', ['run', ...options, '.'], { cwd: here });
    return JSON.parse(stdout) as Vectors;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The names of what is in one list only, or is not the same in both. */
function differences(theirs: readonly Named[], ours: readonly Named[]): string[] {
  const names = new Set([...theirs, ...ours].map(({ name }) => name));
  const named = (list: readonly Named[], name: string): readonly Named[] =>
    list.filter((item) => item.name === name);
  return [...names].filter((name) => !isDeepStrictEqual(named(theirs, name), named(ours, name)));
}

const generated = await generate();
const committed = JSON.parse(readFileSync(fixture, 'utf8')) as Vectors;
const different = [
  ...differences(generated.cases, committed.cases).map((name) => `case "${name}"`),
  ...differences(generated.keys, committed.keys).map((name) => `key "${name}"`),
];
if (different.length === 0) {
  const { cases, keys } = generated;
  console.log(
    `The Go package gives what the fixture holds: ${cases.length} cases, ${keys.length} keys.`,
  );
} else {
  console.error(
    `The Go package gives something else than the fixture holds: ${different.join(', ')}.`,
  );
  process.exitCode = 1;
}
