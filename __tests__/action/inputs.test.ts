import { describe, expect, test } from '@jest/globals';

import {
  FIELDS,
  type Inputs,
  concurrencyOf,
  describeProblem,
  parseInputs,
  platformOf,
} from '../../src/action/inputs.ts';

function parse(inputs: Readonly<Record<string, string>>) {
  return parseInputs((name) => inputs[name] ?? '');
}

function valid(inputs: Readonly<Record<string, string>>): Inputs {
  const { inputs: parsed, problems } = parse({ path: 'out', ...inputs });
  expect(problems).toEqual([]);
  return parsed;
}

const BOOLEANS = ['lookup-only', 'fail-on-cache-miss', 'force', 'strict'] as const;

describe('parseInputs', () => {
  test('what is not given has its default', () => {
    expect(valid({})).toEqual({
      remote: '',
      username: '',
      password: '',
      path: ['out'],
      subtrees: [],
      inputs: ['**'],
      outputs: [],
      'shared-inputs': [],
      env: [],
      salt: '',
      platform: 'auto',
      'lookup-only': false,
      'fail-on-cache-miss': false,
      save: 'on-success',
      force: false,
      strict: false,
      concurrency: 0,
      'compression-level': 3,
      'cache-dir': '',
    });
  });

  test.each(BOOLEANS)('%s is true or false, in any case', (name) => {
    for (const text of ['true', 'True', 'TRUE', 'tRuE']) {
      expect(valid({ [name]: text })[name]).toBe(true);
    }
    for (const text of ['false', 'False', 'FALSE']) {
      expect(valid({ [name]: text })[name]).toBe(false);
    }
    for (const text of ['yes', '1', '0', 'on', 'truee', 'null']) {
      expect(parse({ path: 'out', [name]: text }).problems).toEqual([
        { input: name, value: text, expected: 'true or false' },
      ]);
    }
  });

  test('lists leave out blank lines and comments', () => {
    const path = '\n  a b  \r\n# a comment\n\n!c#d\n';
    expect(valid({ path }).path).toEqual(['a b', '!c#d']);
  });

  test('modes are read in any case', () => {
    expect(valid({ save: 'Always' }).save).toBe('always');
    expect(valid({ save: 'NEVER' }).save).toBe('never');
  });

  test.each([
    ['concurrency', '65'],
    ['concurrency', '-1'],
    ['concurrency', '1.5'],
    ['concurrency', '0x10'],
    ['concurrency', '1e1'],
    ['compression-level', '0'],
    ['compression-level', '20'],
    ['compression-level', 'fast'],
  ])('%s may not be %s', (input, value) => {
    expect(parse({ path: 'out', [input]: value }).problems).toMatchObject([{ input, value }]);
  });

  test.each(['linux-x64', 'any', 'auto', 'macos-arm64'])('platform may be %s', (platform) => {
    expect(valid({ platform }).platform).toBe(platform);
  });

  test.each(['linux', 'Linux-x64', 'linux-x64-musl', '-', 'linux_x64', `linux-${'x'.repeat(35)}`])(
    'platform may not be %s',
    (platform) => {
      expect(parse({ path: 'out', platform }).problems).toMatchObject([{ input: 'platform' }]);
    },
  );

  test('all problems come at once', () => {
    const { problems } = parse({
      outputs: 'dist',
      strict: 'maybe',
      save: 'later',
      concurrency: 'many',
      platform: '?',
      env: 'OK\nA=b',
    });
    expect(problems.map(({ input }) => input)).toEqual([
      'platform',
      'save',
      'strict',
      'concurrency',
      'path',
      'outputs',
      'env',
    ]);
  });

  test('a problem names the input, the value and what was expected', () => {
    const [problem] = parse({ path: 'out', strict: 'may"be' }).problems;
    expect(describeProblem(problem!)).toBe(
      'Input "strict" is "may\\"be"; it must be true or false.',
    );
  });

  test('every default is itself valid', () => {
    for (const field of Object.values(FIELDS)) {
      expect(() => field.parse(field.default)).not.toThrow();
    }
  });
});

describe('what inputs come to', () => {
  test('concurrency is as asked for, or by the machine', () => {
    expect(concurrencyOf(valid({ concurrency: '5' }))).toBe(5);
    expect(concurrencyOf(valid({}))).toBeGreaterThan(2);
    expect(concurrencyOf(valid({}))).toBeLessThanOrEqual(8);
  });

  test('the platform is as asked for, or what the runner is', () => {
    expect(platformOf(valid({}), 'Linux', 'X64')).toBe('linux-x64');
    expect(platformOf(valid({ platform: 'any' }), 'linux', 'x64')).toBe('any');
    expect(platformOf(valid({ platform: 'wasi-wasm32' }), 'linux', 'x64')).toBe('wasi-wasm32');
  });
});
