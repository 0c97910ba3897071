import { describe, expect, test } from '@jest/globals';

import { compatibilityNotes } from '../../src/action/compatibility.ts';
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

const BOOLEANS = [
  'lookup-only',
  'fail-on-cache-miss',
  'force',
  'strict',
  'save-always',
  'enableCrossOsArchive',
] as const;

describe('parseInputs', () => {
  test('what is not given has its default', () => {
    expect(valid({})).toEqual({
      remote: '',
      username: '',
      password: '',
      path: ['out'],
      key: '',
      'restore-keys': [],
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
      'upload-chunk-size': undefined,
      'save-always': false,
      enableCrossOsArchive: false,
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

describe('keys', () => {
  const LONGEST = 'k'.repeat(512);

  test('are taken as they stand', () => {
    const restoreKeys = '\n  linux-npm-  \r\n\n#1-é\n';
    const inputs = valid({ key: 'linux npm/é:"x"', 'restore-keys': restoreKeys });
    expect(inputs.key).toBe('linux npm/é:"x"');
    expect(inputs['restore-keys']).toEqual(['linux-npm-', '#1-é']);
    expect(valid({ key: LONGEST }).key).toBe(LONGEST);
  });

  test.each(['a,b', `${LONGEST}k`])('may not be %s', (value) => {
    expect(parse({ path: 'out', key: value }).problems).toMatchObject([{ input: 'key', value }]);
    const { problems } = parse({ path: 'out', key: 'k', 'restore-keys': `ok\n${value}` });
    expect(problems).toMatchObject([{ input: 'restore-keys' }]);
  });

  test('are ten at most, the first included', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`).join('\n');
    expect(valid({ key: 'k', 'restore-keys': lines(9) })['restore-keys']).toHaveLength(9);
    const { problems } = parse({ path: 'out', key: 'k', 'restore-keys': lines(10) });
    expect(problems).toMatchObject([{ input: 'restore-keys' }]);
  });

  test('that are only begun need a whole one', () => {
    expect(parse({ path: 'out', 'restore-keys': 'a\nb' }).problems).toEqual([
      { input: 'restore-keys', value: 'a, b', expected: 'given together with "key"' },
    ]);
  });

  test('that are wrong are told at once, each by its name', () => {
    const wrong = { path: 'out', key: 'a,b', 'restore-keys': 'c,d', 'upload-chunk-size': 'big' };
    expect(parse(wrong).problems.map(({ input }) => input)).toEqual([
      'key',
      'restore-keys',
      'upload-chunk-size',
    ]);
  });
});

describe('inputs of actions/cache', () => {
  test.each<[Record<string, string>, Partial<Inputs>, string[]]>([
    [{}, { save: 'on-success', platform: 'auto' }, []],
    [
      { 'upload-chunk-size': '33554432' },
      { 'upload-chunk-size': 33_554_432 },
      ['"upload-chunk-size" is not needed: packs have a size of their own.'],
    ],
    [{ 'save-always': 'true' }, { save: 'always' }, ['"save-always" means "save: always".']],
    [
      { 'save-always': 'true', save: 'on-success' },
      { save: 'on-success' },
      ['"save-always" does nothing beside "save: on-success".'],
    ],
    [
      { 'save-always': 'true', save: 'never' },
      { save: 'never' },
      ['"save-always" does nothing beside "save: never".'],
    ],
    [
      { enableCrossOsArchive: 'True' },
      { platform: 'any' },
      ['"enableCrossOsArchive" means "platform: any".'],
    ],
    [
      { enableCrossOsArchive: 'true', platform: 'linux-x64' },
      { platform: 'linux-x64' },
      ['"enableCrossOsArchive" does nothing beside "platform: linux-x64".'],
    ],
    [
      { enableCrossOsArchive: 'false', 'save-always': 'false' },
      { save: 'on-success', platform: 'auto' },
      [],
    ],
  ])('%j', (given, expected, notes) => {
    const inputs = valid(given);
    expect(inputs).toMatchObject(expected);
    expect(compatibilityNotes(inputs)).toEqual(notes);
  });

  test.each(['0', '-1', '1.5', '32MB'])('upload-chunk-size may not be %s', (value) => {
    expect(parse({ path: 'out', 'upload-chunk-size': value }).problems).toMatchObject([
      { input: 'upload-chunk-size', value },
    ]);
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
