/** Where remotes may differ from each other, all else being the contract. */
export interface Capabilities {
  /** A manifest that no tag points to any more can still be had by its digest. */
  readonly keepsUntagged: boolean;
  /** A manifest whose blobs are not there is refused. */
  readonly checksBlobs: boolean;
  /** A manifest may name media types that nobody knows. */
  readonly takesAnyType: boolean;
  /** A blob may be empty. */
  readonly takesEmptyBlobs: boolean;
  /** Of a blob, only the part that is asked for is sent. */
  readonly servesRanges: boolean;
  /** Manifests can be deleted. */
  readonly deletes: boolean;
  /** Tags can be deleted, too, and what they point to stays. */
  readonly deletesTags: boolean;
}

/** A remote that can do everything: an image layout, and distribution 3. */
export const EVERYTHING: Capabilities = {
  keepsUntagged: true,
  checksBlobs: true,
  takesAnyType: true,
  takesEmptyBlobs: true,
  servesRanges: true,
  deletes: true,
  deletesTags: true,
};
