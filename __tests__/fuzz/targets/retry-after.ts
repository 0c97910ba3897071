import assert from 'node:assert/strict';

import fc from 'fast-check';

import { parseHttpDate } from '../../../src/oci/http-date.ts';
import { parseRetryAfter, retryAfterInText } from '../../../src/oci/retry-after.ts';
import { anyCase, anyText, edited, megabyte, ows, pieces, repetitions } from '../grammar.ts';
import { type Target, holds } from '../target.ts';

const NOW = Date.UTC(2026, 6, 1);
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const second = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => Math.floor(date.getTime() / 1000) * 1000);

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
function imf(ms: number): string {
  return new Date(ms).toUTCString();
}

function rfc850(ms: number): string {
  const [, day = '', month = '', year = '', time = ''] = imf(ms).split(' ');
  return `${DAYS[new Date(ms).getUTCDay()] ?? ''}, ${day}-${month}-${year.slice(-2)} ${time} GMT`;
}

function asctime(ms: number): string {
  const [name = '', day = '', month = '', year = '', time = ''] = imf(ms).split(' ');
  return `${name.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`;
}

const UNITS = ['0', '9', '.', ' ', '-', 'ms', 'µs', 's', 'm', 'h', ':', ',', 'Sun', 'GMT', 'Jan'];

const value = fc.oneof(
  anyText,
  pieces(...UNITS),
  edited(fc.oneof(second.map(imf), second.map(rfc850), second.map(asctime)), ...UNITS),
);

const duration = fc.record({
  hours: fc.nat(9),
  minutes: fc.nat(59),
  seconds: fc.nat(59_999).map((ms) => ms / 1000),
});

function isWait(ms: number | undefined): boolean {
  return ms === undefined || (Number.isSafeInteger(ms) && ms >= 0);
}

export const retryAfterTarget: Target = {
  parser: 'Retry-After',
  properties: [
    holds('a header gives a whole number of milliseconds, or none', value, (text) => {
      assert.ok(isWait(parseRetryAfter(text, NOW)));
    }),
    holds('so does a text', value, (text) => {
      assert.ok(isWait(retryAfterInText(text)));
      assert.ok(isWait(retryAfterInText(`retry-after: ${text}`)));
    }),
    holds('seconds are read', fc.tuple(fc.nat(), ows), ([seconds, around]) => {
      assert.equal(parseRetryAfter(`${around}${String(seconds)}${around}`, NOW), seconds * 1000);
    }),
    holds('dates are read in two forms', fc.tuple(second, ows), ([ms, around]) => {
      for (const print of [imf, asctime]) {
        const text = `${around}${print(ms)}${around}`;
        assert.equal(parseHttpDate(text, NOW), ms);
        assert.equal(parseRetryAfter(text, NOW), Math.max(ms - NOW, 0));
      }
    }),
    holds(
      'and in the third within a century',
      fc.integer({ min: Date.UTC(1977, 0, 1) / 1000, max: Date.UTC(2076, 11, 31) / 1000 }),
      (seconds) => {
        assert.equal(parseHttpDate(rfc850(seconds * 1000), NOW), seconds * 1000);
      },
    ),
    holds(
      "Go's durations are read",
      fc.tuple(duration, anyCase(fc.constant('retry-after')), fc.constantFrom(': ', ':', ' ')),
      ([{ hours, minutes, seconds }, name, colon]) => {
        const text = `${String(hours)}h${String(minutes)}m${String(seconds)}s`;
        const found = retryAfterInText(`toomanyrequests: ${name}${colon}${text}, allowed: 1/m`);
        const ms = Math.ceil((hours * 60 + minutes) * 60_000 + seconds * 1000);
        // A fraction of seconds times 1000 need not be whole.
        assert.ok(found !== undefined && Math.abs(found - ms) <= 1, String(found));
      },
    ),
    holds(
      'a megabyte is soon read',
      repetitions(
        ['retry-after:', 'retry-after: 1', 'Sun, ', '1'],
        [...UNITS, 'retry-after: '],
        ['x', '.', ' GMT'],
      ),
      (repetition) => {
        const text = megabyte(repetition);
        parseRetryAfter(text, NOW);
        retryAfterInText(text);
      },
    ),
  ],
};
