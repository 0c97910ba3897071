// Stores a file as a blob and gets it back, without snapshots: npm run example -- blobs [REMOTE]
// REMOTE: such as localhost:5000/demo; an image layout in a temporary folder where none is given.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { digestOf, hasCode, openRemote, parseDigest } from 'cafs-action';

const folder = await mkdtemp(join(tmpdir(), 'cafs-blobs-'));
const remote = openRemote(process.argv[2] ?? `oci:${join(folder, 'layout')}`);
try {
  const file = join(folder, 'file');
  await writeFile(file, 'line\n'.repeat(1_000_000));
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const digest = parseDigest(`sha256:${hash.digest('hex')}`);
  const { size } = await stat(file);

  // Not a stream, but what opens one: an upload that breaks starts over.
  await remote.putBlob(digest, { size, open: () => createReadStream(file) }, { mayExist: true });

  // A manifest names the blob, and a tag the manifest: what nothing names is collected as garbage.
  const config = Buffer.from('{}');
  await remote.putBlob(digestOf(config), config, { mayExist: true });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    artifactType: 'application/vnd.example.file.v1',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(config), size: 2 },
    layers: [{ mediaType: 'application/octet-stream', digest, size }],
  };
  await remote.putManifest(Buffer.from(JSON.stringify(manifest)), mediaType, ['latest']);

  // Piece by piece. Where the bytes are others, it fails before the last of them.
  await pipeline(remote.getBlobStream({ digest, size }), createWriteStream(join(folder, 'copy')));
  console.log(`${(await stat(join(folder, 'copy'))).size} bytes are back`);

  // Errors have a code to branch on.
  const missing = { digest: parseDigest(`sha256:${'0'.repeat(64)}`), size: 1 };
  await remote.getBlob(missing).catch((error: unknown) => {
    if (!hasCode(error, 'NOT_FOUND')) throw error;
    console.log('there is no such blob');
  });
} finally {
  await remote.close();
  await rm(folder, { recursive: true, force: true });
}
