import type { Digest } from '../digest.ts';
import type { PackUse } from '../store/index/pack-use.ts';

/** Packs that can only be written anew together. */
export class PackUnit {
  readonly packs: readonly Digest[];
  /** Stored bytes. */
  readonly size: number;
  /** Those of them that entries need. */
  readonly live: number;

  constructor(uses: readonly PackUse[]) {
    this.packs = uses.map(({ pack }) => pack.digest).sort();
    this.size = uses.reduce((sum, { pack }) => sum + pack.size, 0);
    this.live = uses.reduce((sum, { live }) => sum + live, 0);
  }

  get dead(): number {
    return this.size - this.live;
  }
}

/**
 * Puts packs together that are linked, directly or by way of others.
 *
 * @param linked lists of packs that belong together; packs that there are not are passed over
 */
export function joinLinked(
  packs: readonly PackUse[],
  linked: readonly (readonly Digest[])[],
): PackUnit[] {
  const parents = new Map<Digest, Digest>(packs.map(({ pack: { digest } }) => [digest, digest]));
  for (const [first, ...others] of linked) {
    for (const other of others) join(parents, first, other);
  }
  const units = Map.groupBy(packs, ({ pack: { digest } }) => rootOf(parents, digest));
  return [...units.values()].map((uses) => new PackUnit(uses));
}

function join(parents: Map<Digest, Digest>, a: Digest | undefined, b: Digest): void {
  if (a === undefined || !parents.has(a) || !parents.has(b)) return;
  parents.set(rootOf(parents, b), rootOf(parents, a));
}

function rootOf(parents: Map<Digest, Digest>, digest: Digest): Digest {
  let root = digest;
  for (let above = parents.get(root); above !== undefined && above !== root;) {
    // Halves the way for whoever comes next.
    const next = parents.get(above) ?? above;
    parents.set(root, next);
    root = above;
    above = next;
  }
  return root;
}
