import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../../src/digest.ts';
import { systemCode } from '../../src/errors.ts';
import { writeFileAtomic } from '../../src/store/atomic-file.ts';
import { Blobs } from '../../src/store/blobs.ts';

// Works in a cache folder on a bad disk, and prints what came of it:
// `node bad-disk.ts FOLDER FILE`, where FILE is one of several MB to put.
const [folder, file] = process.argv.slice(2) as [string, string];
const tempDir = join(folder, 'tmp');
const content = readFileSync(file);
const before = Buffer.from('before');

async function outcome(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const { message, hint } = error as { readonly message: string; readonly hint?: string };
    const code = systemCode(error);
    return { code, namesPath: message.includes(folder), hasHint: hint !== undefined };
  }
}

const blobs = await outcome(() => Blobs.open(folder));
if (blobs instanceof Blobs) {
  const put = await outcome(() => blobs.put(before));
  console.log(
    JSON.stringify({
      put: put === digestOf(before) ? 'put' : put,
      get: await outcome(() => blobs.get(digestOf(before))?.toString()),
      putMuch: await outcome(() => blobs.put(content)),
      putStream: await outcome(() => blobs.putStream([content.subarray(0, 1_000_000), content])),
      putFile: await outcome(() => blobs.putFile(file)),
      writeIndex: await outcome(() => {
        writeFileAtomic(join(folder, 'format'), tempDir, [content]);
      }),
      hasMuch: blobs.has(digestOf(content)),
      format: readFileSync(join(folder, 'format'), 'utf8'),
      leftInTemp: existsSync(tempDir) ? readdirSync(tempDir) : [],
    }),
  );
} else {
  console.log(JSON.stringify(blobs));
}
