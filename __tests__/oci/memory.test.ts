import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

import { freshRepository } from '../support/registry/repository.ts';
import { rounds } from '../support/scale.ts';
import type { Growth } from './stream-through.ts';

const MIB = 1024 * 1024;

/** What the process may grow by: less than the blob in a small run, far less in a long one. */
const GROWTH = 64 * MIB;

test('memory does not grow with the blob that is sent or got', async () => {
  const size = rounds(96, 512) * MIB;
  const script = join(import.meta.dirname, 'stream-through.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=64', script, freshRepository(), String(size)],
    { timeout: 300_000 },
  );
  const { putBlob, getBlobStream } = JSON.parse(stdout) as Growth;
  expect(putBlob).toBeLessThan(GROWTH);
  expect(getBlobStream).toBeLessThan(GROWTH);
}, 300_000);
