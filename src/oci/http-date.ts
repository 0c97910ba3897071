const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Sun, 06 Nov 1994 08:49:37 GMT`, and two forms that servers have ceased to send long ago. */
const FORMS: readonly RegExp[] = [
  /^[a-z]{3}, (?<day>\d\d) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/i,
  /^[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/i,
];

/**
 * Reads a date in any of HTTP's three forms, all of which are in UTC. `Date.parse` would take the
 * third for local time, and a number for a year.
 *
 * @param now which century a year of two digits is in, in milliseconds since 1970
 * @returns milliseconds since 1970; undefined where it is no such date
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  for (const form of FORMS) {
    const fields = form.exec(trimmed)?.groups;
    if (fields !== undefined) return dateOf(fields, now);
  }
  return undefined;
}

function dateOf(fields: Readonly<Record<string, string>>, now: number): number | undefined {
  const { day = '', month = '', year = '', time = '' } = fields;
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const monthIndex = MONTHS.indexOf(month.toLowerCase());
  const date = new Date(0);
  date.setUTCFullYear(fullYear(year, now), monthIndex, Number(day));
  const isDay = date.getUTCMonth() === monthIndex && date.getUTCDate() === Number(day);
  // 60: a leap second.
  if (!isDay || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  return date.setUTCHours(hours, minutes, seconds);
}

/** A year of two digits is never more than 50 years ahead. */
function fullYear(year: string, now: number): number {
  if (year.length > 2) return Number(year);
  const thisYear = new Date(now).getUTCFullYear();
  const inThisCentury = thisYear - (thisYear % 100) + Number(year);
  return inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury;
}
