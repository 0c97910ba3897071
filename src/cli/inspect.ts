import { readIndex } from '../sync/snapshot.ts';
import { type RemoteOptions, openNamed, readNamed } from './remote.ts';

/** `cafs ls REMOTE:TAG [PREFIX]`: digest, size and key of each entry, separated by tabs. */
export async function list(name: string, prefix: string, options: RemoteOptions): Promise<void> {
  const named = openNamed(name, options);
  try {
    const index = await readIndex(named.remote, await readNamed(named));
    for (const [key, { digest, size }] of index.range(prefix)) {
      process.stdout.write(`${digest}\t${String(size)}\t${key}\n`);
    }
  } finally {
    await named.remote.close();
  }
}

/** `cafs inspect REMOTE:TAG` */
export async function inspect(name: string, options: RemoteOptions): Promise<void> {
  const named = openNamed(name, options);
  try {
    const { descriptor, manifest, config } = await readNamed(named);
    process.stdout.write(`${JSON.stringify({ descriptor, manifest, config }, null, 2)}\n`);
  } finally {
    await named.remote.close();
  }
}
