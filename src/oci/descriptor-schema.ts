import * as v from 'valibot';

import { type Digest, digestOf, isDigest } from '../digest.ts';
import type { Descriptor } from './types.ts';

const NAME = '[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}';
const MEDIA_TYPE = new RegExp(`^${NAME}/${NAME}$`);

/**
 * Whether text is a media type without parameters.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6838#section-4.2
 */
export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text);
}

/**
 * Every name is taken: valibot's own records leave out `constructor` and the like, and take arrays.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export const ANNOTATIONS = v.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string'),
  'no annotations',
);

const PLATFORM = v.object({
  architecture: v.string(),
  os: v.string(),
  'os.version': v.exactOptional(v.string()),
  'os.features': v.exactOptional(v.array(v.string())),
  variant: v.exactOptional(v.string()),
});

/** A descriptor that came from outside. Fields that the specification does not have are left out. */
export const DESCRIPTOR = v.pipe(
  v.object({
    mediaType: v.pipe(v.string(), v.check(isMediaType, 'no media type')),
    digest: v.custom<Digest>(isDigest, 'no digest'),
    size: v.pipe(v.number(), v.safeInteger('no size'), v.minValue(0, 'no size')),
    urls: v.exactOptional(
      v.array(
        v.pipe(
          v.string(),
          v.check((text) => URL.canParse(text), 'no address'),
        ),
      ),
    ),
    annotations: v.exactOptional(ANNOTATIONS),
    data: v.exactOptional(v.string()),
    artifactType: v.exactOptional(v.string()),
    platform: v.exactOptional(PLATFORM),
  }),
  v.check((descriptor) => isWhatItHolds(descriptor), 'its data is not its content'),
);

function isWhatItHolds({ data, digest, size }: Descriptor): boolean {
  if (data === undefined) return true;
  const bytes = Buffer.from(data, 'base64');
  return (
    bytes.byteLength === size && bytes.toString('base64') === data && digestOf(bytes) === digest
  );
}
