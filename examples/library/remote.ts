// Shares a store by way of a registry: npm run example -- remote [REMOTE]
// REMOTE: such as localhost:5000/demo; an image layout in a temporary folder where none is given.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AutoPull, open } from 'cafs-action';

const folder = await mkdtemp(join(tmpdir(), 'cafs-remote-'));
const remote = process.argv[2] ?? `oci:${join(folder, 'registry')}`;
try {
  // One machine puts and pushes ...
  {
    await using store = await open('demo:main', { cacheDir: join(folder, 'one'), remote });
    await store.put('message', 'Hello from afar!');
    await store.push(); // to the tag "main"; push('main', 'v1') goes to both
    console.log(`Pushed: ${store.root().slice(0, 20)}...`);
  }

  // ... and another, with nothing on its disk, opens what was pushed.
  await using store = await open('demo:main', {
    cacheDir: join(folder, 'two'),
    remote,
    autoPull: AutoPull.Missing,
  });
  console.log(`Pulled: ${store.root().slice(0, 20)}...`);
  // Contents come when they are asked for, and are kept.
  console.log(`Content: ${(await store.get('message')).toString()}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
