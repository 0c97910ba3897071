// Changes a tenth of a folder's files and pushes it, again and again, as `cafs push` does; prints what
// each push left behind. Arguments: the folder, the layout, how many pushes.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { push } from '../../src/cli/push.ts';
import { openRemote } from '../../src/oci/open.ts';
import { Blobs } from '../../src/store/blobs.ts';
import { deadShare } from '../../src/sync/compaction.ts';
import { readIndex, readSnapshot } from '../../src/sync/snapshot.ts';

const FILES = 200;

const [folder = '', layout = '', count = ''] = process.argv.slice(2);
const write = (number: number): void => {
  writeFileSync(join(folder, `file-${String(number)}`), randomBytes(2000));
};
for (let number = 0; number < FILES; number += 1) write(number);
// Read as somebody does who knows nothing yet.
const fresh = mkdtempSync(join(tmpdir(), 'cafs-test-'));
const remote = openRemote(`oci:${layout}`, { cwd: '/' });
for (let round = 0; round < Number(count); round += 1) {
  for (let n = 0; n < FILES / 10; n += 1) write((round * 37 + n * 11) % FILES);
  await push(folder, `oci:${layout}:main`, { level: '3' });
  const blobs = Blobs.open(fresh);
  const snapshot = await readSnapshot(remote, 'main', { blobs });
  if (snapshot === undefined) throw new Error('The tag points to nothing.');
  const packs = (await readIndex(remote, snapshot, { blobs })).entries.packs();
  console.log(JSON.stringify({ dead: deadShare(packs), packs: packs.length }));
}
await remote.close();
rmSync(fresh, { recursive: true });
