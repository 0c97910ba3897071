import type { Remote, Store } from '../../src/index.ts';
import type { FaultProxy } from '../support/fault-proxy/proxy.ts';
import type { Kept } from './plain.ts';
import type { Random } from './random.ts';
import { type Anatomy, anatomyOf } from './snapshot-reader.ts';
import { requestsOf } from './traffic.ts';
import { fileOf, treeOf } from './trees.ts';

/** Of all files, how many are others after a day. */
const CHURN = 0.02;

/** A tag after a push. */
export interface Day extends Anatomy {
  /** The how-manieth push it was, from 1. */
  readonly day: number;
  /** Bytes of bodies that the push sent. */
  readonly sent: number;
  readonly requests: number;
  /** Raw bytes of the contents that were put since the push before. */
  readonly changed: number;
}

/** How a tree lives, and where it is pushed to. */
export interface Life {
  readonly store: Store;
  /** Before the remote that the store was opened with. */
  readonly proxy: FaultProxy;
  /** The same without the proxy. */
  readonly remote: Remote;
  readonly random: Random;
  readonly files: number;
  readonly days: number;
}

/**
 * Pushes a tree once a day, of which a little is another each day.
 *
 * @param tree is filled with what the store is to hold
 */
export async function* live(
  { store, proxy, remote, random, files, days }: Life,
  tree: Map<string, Kept>,
): AsyncGenerator<Day, void, void> {
  const put = async (key: string, kept: Kept): Promise<number> => {
    const { bytes, meta } = kept;
    await store.put(key, bytes, meta === undefined ? {} : { meta });
    tree.set(key, kept);
    return bytes.byteLength;
  };
  for (let day = 1; day <= days; day += 1) {
    let changed = 0;
    if (day === 1) {
      for (const [key, kept] of treeOf(random, files)) changed += await put(key, kept);
    } else {
      for (const key of random.some([...tree.keys()], Math.round(files * CHURN))) {
        // One in ten is gone, and a new one has come.
        const isRenamed = random.chance(0.1);
        if (isRenamed) {
          store.delete(key);
          tree.delete(key);
        }
        changed += await put(isRenamed ? `${key}.${String(day)}.js` : key, fileOf(random));
      }
    }
    const requests = await requestsOf(proxy, () => store.push({ soleWriter: true }));
    yield {
      day,
      changed,
      sent: requests.sent(),
      requests: requests.count(),
      ...(await anatomyOf(remote, 'main')),
    };
  }
}

/** Of the bytes of packs, how many nobody needs: 0 to 1. */
export function deadShare({ packBytes, liveBytes }: Anatomy): number {
  return packBytes === 0 ? 0 : 1 - liveBytes / packBytes;
}
