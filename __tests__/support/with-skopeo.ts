import { describe, test } from '@jest/globals';

import { whyNoSkopeo } from './skopeo.ts';

const why = whyNoSkopeo();

/** `describe`, for what skopeo makes of our work. Its name says so where there is none. */
export function describeWithSkopeo(name: string, tests: () => void): void {
  if (why === undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: there is no skopeo: ${why})`, tests);
}

/** `test`, as {@link describeWithSkopeo}. */
export function testWithSkopeo(name: string, body: () => Promise<void>): void {
  if (why === undefined) test(name, body);
  else test.skip(`${name} (skipped: there is no skopeo: ${why})`, body);
}
