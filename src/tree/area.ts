import type { RootName } from './paths.ts';
import type { Selection } from './walk.ts';

/** A part of a disk: what is saved and restored as a whole. */
export interface Area extends Selection {
  /** What the keys of its entries begin with, and its paths are relative to. */
  readonly root: RootName;
  /** The absolute path of that root on this machine. */
  readonly base: string;
}
