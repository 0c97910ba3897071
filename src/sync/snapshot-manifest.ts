import { type Descriptor, type Manifest, MEDIA_TYPE_MANIFEST } from '../oci/types.ts';
import { ARTIFACT_TYPE, MEDIA_TYPE_CONFIG } from './media-types.ts';

/**
 * The two ways to write the same snapshot as a manifest.
 *
 * `artifact`: with an artifact type and media types of our own, as the image specification wants it.
 * `image`: for registries that refuse types which they do not know (Quay, GitLab): it looks like an
 * image, and annotations say what everything is.
 */
export type Dialect = 'artifact' | 'image';

/** Says in an image what the artifact type is in an artifact. */
const ANNOTATION_ARTIFACT_TYPE = 'dev.cafs.artifact-type';
/** Says what a layer of an image is. */
const ANNOTATION_MEDIA_TYPE = 'dev.cafs.media-type';

const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
/** The type that every registry takes. None looks into a layer when it is pushed. */
const IMAGE_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** What a snapshot's manifest is made of. */
export interface ManifestParts {
  readonly config: Pick<Descriptor, 'digest' | 'size'>;
  /** With our own media types. */
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** Writes a snapshot's manifest. */
export function snapshotManifest(
  { config, layers, annotations }: ManifestParts,
  dialect: Dialect,
): Manifest {
  const { digest, size } = config;
  if (dialect === 'artifact') {
    return {
      schemaVersion: 2,
      mediaType: MEDIA_TYPE_MANIFEST,
      artifactType: ARTIFACT_TYPE,
      config: { mediaType: MEDIA_TYPE_CONFIG, digest, size },
      layers,
      annotations,
    };
  }
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE_MANIFEST,
    config: { mediaType: IMAGE_CONFIG, digest, size },
    layers: layers.map(({ mediaType, ...layer }) => ({
      ...layer,
      mediaType: IMAGE_LAYER,
      annotations: { ...layer.annotations, [ANNOTATION_MEDIA_TYPE]: mediaType },
    })),
    annotations: { ...annotations, [ANNOTATION_ARTIFACT_TYPE]: ARTIFACT_TYPE },
  };
}

/**
 * What the config of an image must have beside what a snapshot's has, for those who look.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 */
export function imageConfigFields(layers: readonly Descriptor[]): object {
  return {
    architecture: 'unknown',
    os: 'unknown',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
}

/** Which way a manifest was written; undefined where it is no snapshot. */
export function dialectOf({ artifactType, config, annotations }: Manifest): Dialect | undefined {
  if (artifactType === ARTIFACT_TYPE) return 'artifact';
  const isImage = artifactType === undefined && config.mediaType === IMAGE_CONFIG;
  return isImage && annotations?.[ANNOTATION_ARTIFACT_TYPE] === ARTIFACT_TYPE ? 'image' : undefined;
}

/** What a layer of a snapshot is: its media type, or what stands for it. */
export function layerType({ mediaType, annotations }: Descriptor): string {
  return mediaType === IMAGE_LAYER
    ? (annotations?.[ANNOTATION_MEDIA_TYPE] ?? mediaType)
    : mediaType;
}
