import type { Json, OpenOptions, PushArgs } from '../../src/index.ts';

/** What a process is started with. */
export interface Opening extends Pick<OpenOptions, 'cacheDir' | 'remote' | 'autoPull'> {
  readonly namespace: string;
}

type PushOptions = Extract<PushArgs[number], object>;

/** What a process is told to do with its store. */
export type Command =
  | {
      readonly do: 'put';
      readonly texts: Readonly<Record<string, string>>;
      readonly meta?: Json;
    }
  | { readonly do: 'delete'; readonly keys: readonly string[] }
  /** `delayMs`: how long it waits before. */
  | {
      readonly do: 'push';
      readonly tags?: readonly string[];
      readonly options?: Omit<PushOptions, 'signal'>;
      readonly delayMs?: number;
    }
  | { readonly do: 'pull'; readonly discard?: boolean }
  /** Answers with the texts below a prefix, by whole key. */
  | { readonly do: 'read'; readonly prefix?: string }
  | { readonly do: 'close' };

/** What it says when that is done. */
export type Reply =
  | { readonly done: unknown }
  | { readonly failed: { readonly code: string | undefined; readonly message: string } };
