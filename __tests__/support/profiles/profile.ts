import type { Capabilities } from '../../contracts/capabilities.ts';
import type { Layer } from '../fault-proxy/exchange.ts';
import type { Storage } from '../fault-proxy/storage.ts';

/** What makes a plain registry behave like one of the great ones. Holds the state of one proxy. */
export interface Profile {
  readonly name: string;
  readonly auth: 'basic' | 'token';
  readonly lacks: Partial<Capabilities>;
  /** For the fault proxy, the outermost first. */
  readonly layers: readonly ((storage: Storage) => Layer)[];
  /** Makes a repository, where pushing to it does not. */
  readonly create?: (repository: string) => void;
}
