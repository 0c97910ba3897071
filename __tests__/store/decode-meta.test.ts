import { describe, expect, test } from '@jest/globals';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import * as z from 'zod';

import { CafsError } from '../../src/errors.ts';
import { decodeMeta } from '../../src/store/decode-meta.ts';
import type { Json } from '../../src/store/entry.ts';

/** `true` for one and the same type; `any` is no other. What compiles has the right type then. */
type Same<A, B> = 0 extends 1 & B ? false : [A, B] extends [B, A] ? true : false;

function errorOf(act: () => unknown): CafsError {
  try {
    act();
  } catch (error) {
    if (error instanceof CafsError) return error;
    throw error;
  }
  throw new Error('It did not throw.');
}

/** What is left of metadata when it went through an index on disk. */
function stored(meta: Json): { meta: Json } {
  return { meta: JSON.parse(JSON.stringify(meta)) as Json };
}

describe('decodeMeta', () => {
  const info = stored({ by: 'tsc', tags: ['a', 'b'], at: '2024-01-02T03:04:05.000Z', other: 1 });

  interface Built {
    by: string;
    tags: string[];
    at: Date;
    seconds: number;
  }
  const expected = {
    by: 'tsc',
    tags: ['a', 'b'],
    at: new Date('2024-01-02T03:04:05Z'),
    seconds: 0,
  };

  test('takes a schema of zod, with its defaults and conversions', () => {
    const schema = z.object({
      by: z.string(),
      tags: z.array(z.string()),
      at: z.string().transform((text) => new Date(text)),
      seconds: z.number().default(0),
    });
    const meta = decodeMeta(info, schema);
    const typed: Same<Built, typeof meta> = true;
    expect(meta).toEqual(expected);
    expect(typed).toBe(true);
  });

  test('takes a schema of valibot, with its defaults and conversions', () => {
    const schema = v.object({
      by: v.string(),
      tags: v.array(v.string()),
      at: v.pipe(
        v.string(),
        v.transform((text) => new Date(text)),
      ),
      seconds: v.optional(v.number(), 0),
    });
    const meta = decodeMeta(info, schema);
    const typed: Same<Built, typeof meta> = true;
    expect(meta).toEqual(expected);
    expect(typed).toBe(true);
  });

  test('takes a schema written by hand, also one that is a function', () => {
    const byHand: StandardSchemaV1<unknown, 'tsc' | undefined> = Object.assign(() => undefined, {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) =>
          (value as { by?: unknown }).by === 'tsc'
            ? { value: 'tsc' as const }
            : { issues: [{ message: 'not built by tsc' }] },
      },
    });
    const by = decodeMeta(info, byHand);
    const typed: Same<'tsc' | undefined, typeof by> = true;
    expect({ by, typed }).toEqual({ by: 'tsc', typed: true });
    expect(errorOf(() => decodeMeta(stored({ by: 'swc' }), byHand)).message).toBe(
      'Metadata does not fit its schema: not built by tsc',
    );
  });

  test('has the output type of the schema, and no other', () => {
    const schema = z.union([z.literal('x').transform(() => 1 as const), z.null()]);
    const meta = decodeMeta(stored('x'), schema);
    const output: Same<1 | null, typeof meta> = true;
    // @ts-expect-error: that is the input type
    const input: Same<'x' | null, typeof meta> = true;
    expect({ meta, output, input }).toEqual({ meta: 1, output: true, input: true });
    // @ts-expect-error: a schema that is none
    expect(() => decodeMeta(stored('x'), { parse: () => 1 })).toThrow();
  });

  test('gives the schema undefined for an entry without metadata', () => {
    const zod = z.object({ by: z.string() }).optional();
    const none = decodeMeta({}, zod);
    const typed: Same<{ by: string } | undefined, typeof none> = true;
    expect({ none, typed }).toEqual({ none: undefined, typed: true });
    expect(decodeMeta({}, v.optional(v.string(), 'none'))).toBe('none');
    expect(errorOf(() => decodeMeta({}, z.object({ by: z.string() }))).code).toBe('MALFORMED');
    expect(decodeMeta(stored(null), z.null())).toBeNull();
  });

  const nested = stored({ list: [{ 'a key': 1 }], deep: { at: 'x' } });

  test.each([
    [
      'zod',
      z.object({
        list: z.array(z.object({ 'a key': z.string() })),
        deep: z.object({ at: z.number() }),
      }),
    ],
    [
      'valibot',
      v.object({
        list: v.array(v.object({ 'a key': v.string() })),
        deep: v.object({ at: v.number() }),
      }),
    ],
  ])('says where metadata does not fit: %s', (_, schema: StandardSchemaV1) => {
    const error = errorOf(() => decodeMeta(nested, schema));
    expect(error.code).toBe('MALFORMED');
    expect(error.message).toMatch(
      /^Metadata does not fit its schema: list\[0\]\["a key"\]: Invalid .*string.*; deep\.at: Invalid .*number.*$/,
    );
    expect(error.cause).toMatchObject([
      { message: expect.any(String) },
      { path: expect.anything() },
    ]);
  });

  test('names some of many issues', () => {
    const numbers = stored(Array.from({ length: 1000 }, () => 'x'));
    const { message, cause } = errorOf(() => decodeMeta(numbers, z.array(z.number())));
    expect(message).toMatch(/: \[0\]: [^;]+; \[1\]: .*; \[4\]: [^;]+; 995 more$/);
    expect(cause).toHaveLength(1000);
  });

  test.each([
    ['zod', z.string().refine(async () => true)],
    ['zod, with a check that fails', z.string().refine(async () => false)],
    [
      'valibot',
      v.pipeAsync(
        v.string(),
        v.checkAsync(async () => true),
      ),
    ],
    [
      'a rejection that nobody handles',
      {
        '~standard': { version: 1, vendor: 'x', validate: () => Promise.reject(new Error('late')) },
      },
    ],
  ] as [string, StandardSchemaV1][])('refuses an asynchronous schema: %s', async (_, schema) => {
    const error = errorOf(() => decodeMeta(stored('x'), schema));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.hint).toBeDefined();
    await new Promise(setImmediate);
  });

  test('lets errors of the schema itself through, where the library does', () => {
    const fail = (): never => {
      throw new RangeError('a mistake in the schema');
    };
    expect(() => decodeMeta(stored('x'), v.pipe(v.string(), v.transform(fail)))).toThrow(
      RangeError,
    );
    const zod = errorOf(() => decodeMeta(stored('x'), z.string().transform(fail)));
    expect(zod.hint).toContain('throws');
  });
});
