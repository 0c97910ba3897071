import { problem, repositoryOf } from '../fault-proxy/exchange.ts';
import { answering, blobsElsewhere, checkingManifests } from './layers.ts';
import type { Profile } from './profile.ts';

const EMPTY = 'sha256%3Ae3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What can be configured of a repository. */
export interface EcrOptions {
  /** A tag that points to something stays there. */
  readonly immutableTags?: boolean;
}

/** Amazon's registry: repositories are made beforehand, nothing is empty, blobs come from S3. */
export function ecr({ immutableTags = false }: EcrOptions = {}): Profile {
  const repositories = new Set<string>();
  const tagged = new Set<string>();
  return {
    name: 'ECR',
    auth: 'basic',
    lacks: { takesEmptyBlobs: false },
    create: (repository) => repositories.add(repository),
    layers: [
      answering(
        ['upload-start', 'mount', 'blob-head', 'blob', 'manifest-head', 'manifest', 'tags'],
        ({ path }) =>
          repositories.has(repositoryOf(path))
            ? undefined
            : problem(
                404,
                'NAME_UNKNOWN',
                `The repository with name '${repositoryOf(path)}' does not exist in the registry with id '1'`,
              ),
      ),
      answering('upload-finish', ({ path }) =>
        path.includes(EMPTY)
          ? problem(400, 'BLOB_UPLOAD_INVALID', 'The layer has no bytes')
          : undefined,
      ),
      answering('tags', ({ path }) =>
        Number(new URL(path, 'http://any').searchParams.get('n') ?? 0) > 1000
          ? problem(400, 'UNSUPPORTED', 'Invalid parameter at maxResults: between 1 and 1000')
          : undefined,
      ),
      checkingManifests((_, tag, repository) => {
        if (!immutableTags || tag.includes(':')) return undefined;
        const name = `${repository}:${tag}`;
        if (!tagged.has(name)) {
          tagged.add(name);
          return undefined;
        }
        return problem(
          400,
          'TAG_INVALID',
          `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`,
        );
      }),
      blobsElsewhere(307),
    ],
  };
}
