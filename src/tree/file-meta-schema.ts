import type { StandardSchemaV1 } from '@standard-schema/spec';

import { describeError, hasCode } from '../errors.ts';
import { type FileMeta, parseFileMeta } from './meta.ts';

/**
 * The schema of metadata that {@link fileMetaFrom} gives: entries that came from a folder have it.
 *
 * @see https://standardschema.dev
 * @example
 * const { mode, mtimeMs } = decodeMeta(info, fileMetaSchema);
 */
export const fileMetaSchema: StandardSchemaV1<FileMeta> = {
  '~standard': {
    version: 1,
    vendor: 'cafs-action',
    validate: (value) => {
      try {
        return { value: parseFileMeta(value) };
      } catch (error) {
        if (hasCode(error, 'MALFORMED')) return { issues: [{ message: describeError(error) }] };
        throw error;
      }
    },
  },
};
