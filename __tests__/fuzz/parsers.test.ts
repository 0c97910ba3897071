import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { rounds } from '../support/scale.ts';
import { holds } from './target.ts';
import { TARGETS } from './targets.ts';
import { within } from './within.ts';

/** `npm run fuzz` runs the same for as long as one likes. */
const RUNS = rounds(100, 5000);
/** Those with a megabyte take longer each. */
const RUNS_OF_A_MEGABYTE = rounds(25, 500);

describe.each(TARGETS)('$parser', ({ properties }) => {
  test.each(properties)('$name', (property) => {
    const runs = property.name.includes('megabyte') ? RUNS_OF_A_MEGABYTE : RUNS;
    expect(property.check({ runs })).toEqual({ runs, failure: undefined });
  });
});

describe('a property that does not hold', () => {
  test('is told with the least input and the seed', () => {
    const wrong = holds('numbers are small', fc.nat(), (n) => {
      if (n > 1000) throw new Error('too large');
    });
    const { failure } = wrong.check({ seed: 1, runs: 1000 });
    expect(failure).toMatch(/seed: 1,[\s\S]*Counterexample: \[1001\]/);
  });

  test('is one that hangs in a regular expression, too', () => {
    expect(() => {
      within(() => /^(?:a+)+$/.test(`${'a'.repeat(40)}!`));
    }).toThrow('longer than 1000 ms');
  });
});
