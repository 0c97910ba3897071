import { lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { decodeMeta } from '../../src/store/decode-meta.ts';
import { fileMetaSchema } from '../../src/tree/file-meta-schema.ts';
import { type FileMeta, fileMetaFrom } from '../../src/tree/meta.ts';
import { useTempDirs } from '../support/temp.ts';
import { errorOf } from './support.ts';

const tempDir = useTempDirs();

describe('fileMetaSchema', () => {
  test('decodes what a file on disk gave', () => {
    const file = join(tempDir(), 'f');
    writeFileSync(file, '', { mode: 0o600 });
    const meta = fileMetaFrom(lstatSync(file));
    const decoded: FileMeta = decodeMeta({ meta: { ...meta, unknown: true } }, fileMetaSchema);
    expect(decoded).toEqual(meta);
  });

  test.each([
    undefined,
    null,
    {},
    { mode: 0o4755, mtimeMs: 0 },
    { mode: 1, mtimeMs: 1, kind: 'x' },
  ])('refuses %j', (meta) => {
    const error = errorOf(() => decodeMeta(meta === undefined ? {} : { meta }, fileMetaSchema));
    expect(error.code).toBe('MALFORMED');
    expect(error.message).toContain('Metadata of a file is malformed');
  });
});
