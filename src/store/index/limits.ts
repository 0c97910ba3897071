/** Bytes of a segment once decompressed, and of all keys of an index together. */
export const MAX_SEGMENT_BYTES = 512 * 1024 * 1024;

/** Bytes of an entry's metadata as JSON. */
export const MAX_META_BYTES = 1024 * 1024;

/**
 * Bytes of the metadata of all entries together, each of them counted: entries may share theirs, so that
 * without a limit a small segment would make for endless work.
 */
export const MAX_META_TOTAL = 1024 * 1024 * 1024;

/** Lists and objects of metadata one in another: what walks through it never runs out of stack. */
export const MAX_META_DEPTH = 64;

/**
 * Frames that all entries name together; at 512 KiB a frame that is 32 TiB of content. Entries may
 * share a long run of frames, so that without a limit a small segment would make for endless work.
 */
export const MAX_FRAME_USES = 2 ** 26;

/**
 * Entries of an index, and keys that one segment deletes. No segment holds more, since each entry has a
 * digest in there; several together could, and would cost far more to read than to write.
 */
export const MAX_ENTRIES = 2 ** 24;

/** Bytes of a SHA-256 digest. */
export const DIGEST_BYTES = 32;
