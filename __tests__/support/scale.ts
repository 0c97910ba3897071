/** Whether the long suites run, which `npm test` has no time for: `npm run test:long`. */
const IS_LONG = process.env['CAFS_TEST_LONG'] === '1';

/** How often a test repeats itself, or how large it is: a little in `npm test`, a lot in `npm run test:long`. */
export function rounds<T>(short: T, long: T): T {
  return IS_LONG ? long : short;
}
