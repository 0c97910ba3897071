import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as v from 'valibot';

const PACKAGE = v.object({ version: v.string() });

/** The version of the package that this program is a part of, be it a bundle (`dist/cli`) or not. */
export function packageVersion(): string {
  const file = join(import.meta.dirname, '../../package.json');
  return v.parse(PACKAGE, JSON.parse(readFileSync(file, 'utf8'))).version;
}
