// Runs a program of examples/library against the sources: `npm run example -- NAME [ARGUMENTS]`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { root } from './bundles.ts';

const folder = join(root, 'examples/library');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));
const [name = ''] = process.argv.splice(2, 1);
if (names.includes(name)) {
  await import(pathToFileURL(join(folder, `${name}.ts`)).href);
} else {
  console.error(`There is no example "${name}". Write: npm run example -- ${names.join(' | ')}`);
  process.exitCode = 2;
}
