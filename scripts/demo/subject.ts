/** A folder that is restored and saved as a whole. */
export interface Subtree {
  readonly name: string;
  /** Relative to the checkout, with `/`. */
  readonly path: string;
}

/** What the third run's commit changed. */
export interface Change {
  /** In words, for the report. */
  readonly what: string;
  /** Name of the subtree whose input changed. */
  readonly subtree: string;
  /** Names of exactly the subtrees that it makes stale, where that is known beforehand. */
  readonly stale?: readonly string[];
}

/** The repository that the demo plays CI for. */
export interface Subject {
  /** In words, for the report. */
  readonly title: string;
  /** The repository that every run clones; the demo's own, so commits may be made in it. */
  readonly origin: string;
  /** Inputs of the action, but for the remote. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Globs inside each subtree. */
  readonly outputs: readonly string[];
  /** Whether two builds of the same sources give the same bytes. */
  readonly reproducible: boolean;
  /** Makes a fresh checkout ready to build: what `npm ci` does in CI. */
  install(checkout: string): Promise<void>;
  /** Builds one subtree, whose dependencies have been built or restored. */
  build(checkout: string, subtree: Subtree): Promise<void>;
  /** Changes an input of one of the subtrees in {@link Subject.origin}, and commits it. */
  change(subtrees: readonly Subtree[]): Promise<Change>;
}
