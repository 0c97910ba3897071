// Compares whole directories by one digest each: npm run example -- directories
import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportTree, importTree, open } from 'cafs-action';

const folder = await mkdtemp(join(tmpdir(), 'cafs-directories-'));
try {
  await using store = await open('demo/directories:main', { cacheDir: join(folder, 'cache') });

  // Keys look like paths; directories need not be made.
  await store.put('src/main.ts', 'export {};\n');
  await store.put('src/lib/a.ts', 'export const a = 1;\n');
  await store.put('src/lib/b.ts', 'export const b = 2;\n');
  await store.put('tests/main.test.ts', 'test();\n');
  for (const [name, { size }] of store.list('src')) console.log(`src has ${name}, ${size} bytes`);

  // A digest of a directory is computed from the index when it is asked for.
  const before = new Map(store.hashes());
  await store.put('src/lib/a.ts', 'export const a = 3;\n');
  for (const [directory, digest] of store.hashes()) {
    const changed = before.get(directory) !== digest;
    console.log(`${directory === '' ? '(all)' : directory} ${changed ? 'changed' : 'is the same'}`);
  }

  // Whole folders go in and out; equal contents are stored once.
  const project = join(folder, 'project');
  await mkdir(join(project, 'docs'), { recursive: true });
  await writeFile(join(project, 'docs', 'a.md'), '# The same\n');
  await writeFile(join(project, 'docs', 'b.md'), '# The same\n');
  await importTree(store, project, 'project');
  const [a, b] = [store.stat('project/docs/a.md'), store.stat('project/docs/b.md')];
  console.log(`a.md and b.md ${a?.digest === b?.digest ? 'share' : 'do not share'} their content`);
  await exportTree(store, 'project', join(folder, 'copy'));
  console.log(await readFile(join(folder, 'copy', 'docs', 'b.md'), 'utf8'));
} finally {
  await rm(folder, { recursive: true, force: true });
}
