import { expect, jest, test } from '@jest/globals';

import { terminalObserver } from '../../src/cli/progress.ts';
import type { Observed } from '../../src/observe.ts';

/** What is shown of events that are 1.1 seconds apart. */
function shown(isTTY: boolean | undefined, events: readonly Observed[]): string {
  jest.useFakeTimers();
  try {
    const lines: string[] = [];
    const screen = { write: (text: string) => lines.push(text), ...(isTTY ? { isTTY } : {}) };
    const observe = terminalObserver(screen);
    for (const event of events) {
      jest.advanceTimersByTime(1100);
      observe(event);
    }
    return lines.join('');
  } finally {
    jest.useRealTimers();
  }
}

const EVENTS: readonly Observed[] = [
  { kind: 'upload', done: 1234, bytes: 5_000_000 },
  { kind: 'warning', message: 'caf\udce9 is odd' },
];

test('a terminal shows progress, in whole lines without control characters', () => {
  expect(shown(true, EVENTS)).toBe('cafs: upload: 1,234, 5.0 MB\ncafs: warning: caf\\xE9 is odd\n');
});

test('elsewhere, only what was said in words is shown', () => {
  expect(shown(undefined, EVENTS)).toBe('cafs: warning: caf\\xE9 is odd\n');
});

test('a terminal is not flooded', () => {
  const lines: string[] = [];
  const observe = terminalObserver({ isTTY: true, write: (text: string) => lines.push(text) });
  for (let done = 1; done <= 1000; done += 1) observe({ kind: 'hash', done, bytes: done });
  expect(lines).toEqual([]);
});
