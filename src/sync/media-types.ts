/** What a snapshot's manifest says of itself. */
export const ARTIFACT_TYPE = 'application/vnd.cafs.snapshot.v1';
export const MEDIA_TYPE_CONFIG = 'application/vnd.cafs.snapshot.config.v1+json';
export const MEDIA_TYPE_SEGMENT = 'application/vnd.cafs.snapshot.segment.v1+zstd';
export const MEDIA_TYPE_PACK = 'application/vnd.cafs.snapshot.pack.v1';
