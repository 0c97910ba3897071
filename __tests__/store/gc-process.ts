import { openLayout } from '../../src/store/layout.ts';
import { collectGarbage } from '../../src/store/gc.ts';
import { readIndex } from './line-index.ts';

// Collects garbage again and again, and prints how much: `node gc-process.ts FOLDER SECONDS`.
const [folder, seconds] = process.argv.slice(2) as [string, string];

const layout = openLayout(folder);
const end = Date.now() + Number(seconds) * 1000;
console.log('ready');

while (Date.now() < end) {
  console.log((await collectGarbage(layout, { needed: [], readIndex })).removed);
}
