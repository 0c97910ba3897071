import { type Digest, Digester } from '../../digest.ts';
import { IntegrityError } from '../../errors.ts';
import type { GoRecord } from './records.ts';
import type { GoLayer } from './snapshot.ts';

/**
 * What `dev.cafs.prefixes` says of a layer: for the contents whose digests begin with the same two
 * digits, the SHA-256 of their digests, in order, each followed by its size as 64 bits.
 *
 * The Go package makes it of what it packs, so it is right for every layer that the manifest lists.
 */
export class PrefixHashes {
  readonly #digesters = new Map<string, Digester>();

  /** Takes the contents of one layer, in their order. */
  add({ digest, size }: Pick<GoRecord, 'digest' | 'size'>): void {
    const prefix = digest.slice('sha256:'.length, 'sha256:'.length + 2);
    const digester = this.#digesters.get(prefix) ?? new Digester();
    this.#digesters.set(prefix, digester);
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(size));
    digester.update(Buffer.from(digest)).update(length);
  }

  /** @throws IntegrityError where the layer holds something else than the label says */
  verify({ digest, prefixes }: Pick<GoLayer, 'digest' | 'prefixes'>): void {
    const found = new Map<string, Digest>(
      [...this.#digesters].map(([prefix, digester]) => [prefix, digester.digest()]),
    );
    for (const prefix of new Set([...found.keys(), ...prefixes.keys()])) {
      if (found.get(prefix) === prefixes.get(prefix)) continue;
      throw new IntegrityError(
        `The layer ${digest} holds other contents under ${prefix} than dev.cafs.prefixes says.`,
      );
    }
  }
}
