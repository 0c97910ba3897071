import { entriesAt } from './keys.ts';
import { type RemoteOptions, openNamed, readNamed, readNamedIndex } from './remote.ts';

/**
 * `cafs ls REMOTE:TAG [PREFIX]`: digest, size and key of each entry, separated by tabs.
 *
 * @throws CafsError `NOT_FOUND` where there is nothing at the prefix
 */
export async function list(name: string, prefix: string, options: RemoteOptions): Promise<void> {
  const named = openNamed(name, options);
  try {
    const { entries } = await readNamedIndex(named);
    for (const [key, { digest, size }] of entriesAt(entries, prefix, named.name)) {
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
