export type { Digest } from './digest.ts';
export { digestOf, isDigest, parseDigest } from './digest.ts';
export type { ErrorCode, ErrorDetails } from './errors.ts';
export {
  CafsError,
  IntegrityError,
  InvalidKeyError,
  NoRemoteError,
  NotFoundError,
  ReservedKeyError,
  describeError,
  hasCode,
} from './errors.ts';
export type { Notice, Observed, Observer, Progress, Retry } from './observe.ts';
export type {
  Authenticator,
  Credentials,
  CredentialsRequest,
  IdentityToken,
  RegistryToken,
  UsernamePassword,
} from './oci/credentials.ts';
export type { DockerCredentialsOptions } from './oci/docker-credentials.ts';
export { dockerCredentials } from './oci/docker-credentials.ts';
export { parseIndex, parseManifest } from './oci/manifest.ts';
export type { OpenRemoteOptions } from './oci/open.ts';
export { openRemote } from './oci/open.ts';
export type { Reference } from './oci/reference.ts';
export { formatReference, parseReference } from './oci/reference.ts';
export type {
  BlobContent,
  BlobSource,
  ByteRange,
  CallOptions,
  FetchedManifest,
  PutBlobOptions,
  Remote,
  RemoteStats,
  RemoteTraits,
  TagOrDigest,
} from './oci/remote.ts';
export type { Clock, RetryPolicy } from './oci/retry.ts';
export type { Descriptor, ImageIndex, Manifest, Platform } from './oci/types.ts';
export type { Timeouts } from './oci/undici-transport.ts';
export type { Data } from './store/data.ts';
export { decodeMeta } from './store/decode-meta.ts';
export type { Deliver, DeliverOptions, ReadElsewhere, Receiver } from './store/deliver.ts';
export type { Entry, Info, Json, Jsonable, NewInfo } from './store/entry.ts';
export type { Garbage } from './store/gc.ts';
export type { Store } from './store/store.ts';
export type { Abortable, PushArgs, PutOptions, Stats } from './store/store-options.ts';
export type { VerifyOptions } from './store/verify.ts';
export type { Verification } from './store/verify-store.ts';
export type { Exported, ExportOptions } from './sync/export-tree.ts';
export { exportTree } from './sync/export-tree.ts';
export type { GoImported, GoImportOptions, GoLostEntry } from './sync/go-package/import.ts';
export { importGoSnapshot } from './sync/go-package/import.ts';
export type { Imported, ImportOptions } from './sync/import-tree.ts';
export { importTree } from './sync/import-tree.ts';
export type { OpenOptions } from './sync/open.ts';
export { AutoPull, defaultCacheDir, open } from './sync/open.ts';
export { fileMetaSchema } from './tree/file-meta-schema.ts';
export type { FileMeta } from './tree/meta.ts';
export { fileMetaFrom } from './tree/meta.ts';
