import type { CallOptions, Remote } from '../../oci/remote.ts';
import type { Manifest } from '../../oci/types.ts';
import { fetchLabels } from './config.ts';

/**
 * What to do with what a tag points to that is no snapshot of ours, where the Go package has pushed it.
 * For the hint of an error: what cannot be read is nobody's.
 */
export async function goPackageHint(
  remote: Remote,
  manifest: Manifest,
  options: CallOptions = {},
): Promise<string | undefined> {
  try {
    const labels = await fetchLabels(remote, manifest, options);
    if (labels === undefined) return undefined;
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
  return 'The Go package cafs has pushed it: import it with "cafs import-go", or importGoSnapshot().';
}
