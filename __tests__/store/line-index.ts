import { readFileSync } from 'node:fs';

import { type Digest, parseDigest } from '../../src/digest.ts';
import { writeFileAtomic } from '../../src/store/atomic-file.ts';
import type { Layout } from '../../src/store/layout.ts';

// Indexes whose form does not matter: a digest per line.

/** Writes the index of a namespace; gives its path. */
export function writeIndex(layout: Layout, name: string, digests: Iterable<Digest>): string {
  const path = layout.index({ name, tag: 'latest' });
  writeFileAtomic(path, layout.tempDir, [Buffer.from([...digests].join('\n'))]);
  return path;
}

/** The digests that such an index names. */
export function readIndex(path: string): Digest[] {
  const text = readFileSync(path, 'utf8');
  return text === '' ? [] : text.split('\n').map((line) => parseDigest(line));
}
