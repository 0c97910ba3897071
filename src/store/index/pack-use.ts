import type { PackRef } from '../../location.ts';
import type { Entry } from '../entry.ts';

/** A pack, and how much of it entries need. */
export interface PackUse {
  readonly pack: PackRef;
  /**
   * Stored bytes of the frames that entries need. Of a frame that holds several contents, only the
   * share counts that the raw bytes of needed contents have in it. At most the pack's size.
   */
  readonly live: number;
}

export function packUses(entries: Iterable<[string, Entry]>): PackUse[] {
  const packs = new Map<string, { pack: PackRef; frames: Map<string, Map<number, number>> }>();
  const sizes = new Map<string, [number, number]>();
  for (const [, { size, location }] of entries) {
    for (const frame of location?.frames ?? []) {
      const id = `${frame.pack.digest} ${String(frame.pack.size)}`;
      const pack = packs.get(id) ?? {
        pack: frame.pack,
        frames: new Map<string, Map<number, number>>(),
      };
      packs.set(id, pack);
      const name = `${String(frame.offset)} ${String(frame.storedSize)} ${String(frame.rawSize)}`;
      sizes.set(name, [frame.storedSize, frame.rawSize]);
      const contents = pack.frames.get(name) ?? new Map<number, number>();
      pack.frames.set(name, contents);
      const isWhole = location?.frames.length !== 1;
      const at = isWhole ? 0 : location.offset;
      contents.set(at, Math.max(contents.get(at) ?? 0, isWhole ? frame.rawSize : size));
    }
  }
  return [...packs.values()].map(({ pack, frames }) => {
    let live = 0;
    for (const [name, contents] of frames) {
      const [stored = 0, raw = 1] = sizes.get(name) ?? [];
      let end = 0;
      let used = 0;
      for (const [at, size] of [...contents].sort(([a], [b]) => a - b)) {
        used += Math.max(0, at + size - Math.max(at, end));
        end = Math.max(end, at + size);
      }
      live += (stored * used) / raw;
    }
    return { pack, live: Math.min(pack.size, Math.round(live)) };
  });
}
