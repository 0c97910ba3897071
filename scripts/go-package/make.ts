// Makes __tests__/fixtures/go-package anew: what the Go package pushes, as an image layout, and what it
// says of it. Needs Go, and a registry as the tests do.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { GoPackage, type GoPush } from '../../__tests__/support/go-package.ts';
import { startRegistry } from '../../__tests__/support/registry/start.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Remote } from '../../src/oci/remote.ts';

const fixture = join(import.meta.dirname, '../../__tests__/fixtures/go-package');

/** The pushes with tags of their own, also where several went to the same one. */
function named(pushes: readonly GoPush[]): GoPush[] {
  return pushes.map((push, at) => {
    const isSame = ({ tag }: GoPush): boolean => tag === push.tag;
    const number = pushes.slice(0, at + 1).filter(isSame).length;
    return pushes.filter(isSame).length === 1
      ? push
      : { ...push, tag: `${push.tag}-${String(number)}` };
  });
}

async function copy(from: Remote, to: Remote, { manifest, tag }: GoPush): Promise<void> {
  const fetched = await from.getManifest(manifest);
  if (fetched === undefined) throw new Error(`There is no manifest ${manifest}.`);
  const { config, layers } = parseManifest(fetched.bytes);
  for (const blob of [config, ...layers]) {
    await to.putBlob(blob.digest, await from.getBlob(blob), { mayExist: true });
  }
  await to.putManifest(fetched.bytes, fetched.descriptor.mediaType, [tag]);
}

const built = GoPackage.build();
if ('why' in built) throw new Error(`The fixture cannot be made: ${built.why}.`);
using program = built.program;
await using registry = await startRegistry();
const repository = `${registry.host}/go-package`;
const pushes = named(program.push(repository));
rmSync(fixture, { recursive: true, force: true });
const from = openRemote(repository, { cwd: fixture });
const to = openRemote('oci:layout', { cwd: fixture });
for (const push of pushes) await copy(from, to, push);
await Promise.all([from.close(), to.close()]);
rmSync(join(fixture, 'layout', '.cafs'), { recursive: true, force: true });
// No editor or file system is to normalise what is not ASCII.
const text = JSON.stringify({ pushes }, null, 2).replaceAll(
  /[\u0080-\uffff]/g,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
);
writeFileSync(join(fixture, 'pushes.json'), `${text}\n`);
console.log(`${String(pushes.length)} pushes are in ${fixture}.`);
