/*
 * A process that writes to an image layout: a tag of its own per round, and one that all share. Each tag
 * of its own is reported on standard output once it is there.
 *
 * Usage: node layout-writer.ts FOLDER NAME ROUNDS
 */
import { digestOf } from '../../src/digest.ts';
import { LayoutRemote } from '../../src/oci/layout.ts';
import { encodeManifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE_MANIFEST } from '../../src/oci/types.ts';

const [folder = '', name = '', rounds = ''] = process.argv.slice(2);
const remote = new LayoutRemote(folder);
for (let round = 0; round < Number(rounds); round += 1) {
  const tag = `${name}-${String(round)}`;
  const blob = Buffer.alloc(50_000, tag);
  // All processes write this one, too.
  const common = Buffer.from(`round ${String(round)}`);
  const layers = [blob, common].map((bytes) => ({
    mediaType: 'application/octet-stream',
    digest: digestOf(bytes),
    size: bytes.byteLength,
  }));
  const [config] = layers;
  if (config === undefined) throw new Error('There are two.');
  await remote.putBlob(digestOf(blob), {
    size: blob.byteLength,
    async *open() {
      for (let at = 0; at < blob.byteLength; at += 10_000) {
        yield await Promise.resolve(blob.subarray(at, at + 10_000));
      }
    },
  });
  await remote.putBlob(digestOf(common), common);
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE_MANIFEST,
    config,
    layers,
  });
  await remote.putManifest(manifest, MEDIA_TYPE_MANIFEST, [tag, 'shared']);
  process.stdout.write(`${tag}\n`);
}
