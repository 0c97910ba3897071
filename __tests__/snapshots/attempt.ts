import { CafsError, type ErrorCode, exportTree, open } from '../../src/index.ts';

/** What is tried with a remote; whatever goes wrong before that is right. */
export type Act =
  /** The store has what was there before. */
  | 'pull'
  | 'push'
  /** All contents, after a pull. */
  | 'get'
  /** All files, after a pull. */
  | 'export';

/** Where and what is tried. */
export interface Attempt {
  readonly remote: string;
  readonly cacheDir: string;
  /** The folder that is exported to. */
  readonly target: string;
  readonly act: Act;
}

/** What came of it. */
export interface Outcome {
  /** `ok`, or the code of the error; `none`: it is none of ours. */
  readonly code: ErrorCode | 'ok' | 'none';
  readonly message: string;
}

/** Tries something with a store. */
export async function attempt({ remote, cacheDir, target, act }: Attempt): Promise<Outcome> {
  await using store = await open('demo:main', { cacheDir, remote });
  try {
    if (act === 'push') {
      await store.put('mine', 'mine');
      await store.push({ soleWriter: true });
    } else await store.pull();
    if (act === 'get') for (const [key] of store.list()) await store.get(key);
    if (act === 'export') await exportTree(store, '', target);
    return { code: 'ok', message: '' };
  } catch (error) {
    if (error instanceof CafsError) return { code: error.code, message: error.message };
    return { code: 'none', message: String(error) };
  }
}
