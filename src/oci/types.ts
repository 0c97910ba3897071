import type { Digest } from '../digest.ts';

/**
 * Points at a blob or a manifest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Other places where the content may be had. Nothing here fetches from them. */
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** The content itself, in base64: checked against digest and size when it is read. */
  readonly data?: string;
  /** Of the manifest that it points to. */
  readonly artifactType?: string;
  /** What the manifest that it points to is for, in an index. */
  readonly platform?: Platform;
}

/** What is needed to fetch a blob and to know it again. */
export type BlobRef = Pick<Descriptor, 'digest' | 'size'>;

/**
 * What an image runs on.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export interface Platform {
  /** As Go's `GOARCH`. */
  readonly architecture: string;
  /** As Go's `GOOS`. */
  readonly os: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
  /** Of the CPU: `v7`. */
  readonly variant?: string;
}

/**
 * An image manifest: OCI's, or Docker's, which has the same form.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * @see https://distribution.github.io/distribution/spec/manifest-v2-2/#image-manifest
 */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: typeof MEDIA_TYPE_MANIFEST | typeof MEDIA_TYPE_DOCKER_MANIFEST;
  /** What it is, where it is no image. */
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The manifest that this one says something about. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * An image index, or Docker's manifest list: manifests, one for each platform as a rule.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * @see https://distribution.github.io/distribution/spec/manifest-v2-2/#manifest-list
 */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType: typeof MEDIA_TYPE_INDEX | typeof MEDIA_TYPE_DOCKER_INDEX;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const MEDIA_TYPE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const MEDIA_TYPE_INDEX = 'application/vnd.oci.image.index.v1+json';

export const MEDIA_TYPE_DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const MEDIA_TYPE_DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
