import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { recordsOf } from '../../../src/sync/go-package/records.ts';
import { packed, sha256 } from './support.ts';

/** The bytes of a layer, cut wherever a decompressor may cut them. */
async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

/** Contents in the order of their digests, each once. */
const contents = fc
  .array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 })
  .map((all) => [...new Map(all.map((content) => [sha256(content), content]))].sort(byDigest));

function byDigest([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 20 });

/** How much of a record is read: all in one, in pieces, some of it, or nothing. */
const readings = fc.array(fc.constantFrom('whole', 'pieces', 'some', 'nothing'), {
  minLength: 8,
  maxLength: 8,
});

describe('the contents of a layer', () => {
  test('come out as they were packed, however they are cut and read', async () => {
    await fc.assert(
      fc.asyncProperty(contents, cuts, readings, async (all, sizes, ways) => {
        const layer = Buffer.concat(all.map(([, content]) => packed({ content })));
        const found: unknown[] = [];
        for await (const record of recordsOf(cut(layer, sizes))) {
          const [digest, content] = all[found.length]!;
          expect([record.digest, record.size]).toEqual([digest, content.byteLength]);
          const way = ways[found.length]!;
          if (way === 'whole') expect([...(await record.whole())]).toEqual([...content]);
          if (way === 'pieces') {
            const pieces = await Array.fromAsync(record.pieces());
            expect([...Buffer.concat(pieces)]).toEqual([...content]);
          }
          if (way === 'some')
            for await (const piece of record.pieces()) if (piece.length > 0) break;
          found.push(digest);
        }
        expect(found).toEqual(all.map(([digest]) => digest));
      }),
      { numRuns: 200 },
    );
  });

  test('are all refused where the layer is cut short within one of them', async () => {
    await fc.assert(
      fc.asyncProperty(contents, cuts, fc.nat(), async (all, sizes, random) => {
        fc.pre(all.length > 0);
        const parts = all.map(([, content]) => packed({ content }));
        const layer = Buffer.concat(parts);
        const length = random % layer.byteLength;
        let end = 0;
        const whole = [0, ...parts.map((part) => (end += part.byteLength))].includes(length);
        const read = Array.fromAsync(recordsOf(cut(layer.subarray(0, length), sizes)));
        if (whole) await read;
        else await expect(read).rejects.toMatchObject({ code: 'MALFORMED' });
      }),
      { numRuns: 200 },
    );
  });

  test('whoever stops early gives back the layer', async () => {
    let isClosed = false;
    async function* layer(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield packed({ content: 'x' });
      } finally {
        isClosed = true;
      }
    }
    for await (const { digest } of recordsOf(layer())) {
      expect(digest).toBe(sha256('x'));
      break;
    }
    expect(isClosed).toBe(true);
  });
});
