import fs, { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

import { Blobs } from '../../src/store/blobs.ts';
import { collectGarbage } from '../../src/store/gc.ts';
import { openLayout } from '../../src/store/layout.ts';
import { readIndex } from './line-index.ts';

// Collects garbage while something happens at the worst moment, as if another process did it:
// `node gc-moments.ts FOLDER MOMENT DEED CONTENT`. A moment is about the first blob that is moved to
// the trash; what the content is tells which blob a deed is about.
const [folder, moment, deed, content] = process.argv.slice(2) as [string, string, string, string];

const layout = openLayout(folder);
const blobs = new Blobs(layout);
const bytes = Buffer.from(content);

const DEEDS: Readonly<Record<string, () => void>> = {
  put: () => blobs.put(bytes),
  touch: () => {
    if (!blobs.touch(blobs.put(bytes))) throw new Error('It was not there.');
  },
  kill: () => {
    process.kill(process.pid, 'SIGKILL');
  },
  wait: () => {
    console.log('waiting');
    while (!existsSync(`${folder}/go`)) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  },
};

let acted = false as boolean;

function act(at: string): void {
  if (at !== moment || acted) return;
  acted = true;
  DEEDS[deed]!();
}

const { renameSync, rmSync } = fs;
fs.renameSync = (from, to) => {
  const isMove = String(to).startsWith(layout.trashDir);
  if (isMove) act('before it is moved');
  renameSync(from, to);
  if (isMove) act('after it was moved');
};
fs.rmSync = (path, options) => {
  if (String(path).startsWith(layout.trashDir)) act('before it is removed');
  rmSync(path, options);
};
syncBuiltinESMExports();

console.log(JSON.stringify(await collectGarbage(layout, { needed: [], readIndex })));
if (!acted) throw new Error(`There was no moment "${moment}".`);
