/** Layers of one manifest: the Go package groups contents by the first two digits of their digests. */
export const MAX_LAYERS = 256;

/**
 * Bytes of all layers of one manifest, once they are decompressed; also as they are stored. The Go
 * package holds all that it pushes in memory, several times over.
 */
export const MAX_RAW_BYTES = 64 * 1024 ** 3;

/** Bytes of an index, which is one JSON object: about 800,000 entries. */
export const MAX_INDEX_BYTES = 128 * 1024 * 1024;
