import { availableParallelism } from 'node:os';

/** When the post step saves. */
export type SaveMode = 'always' | 'on-success' | 'never';

/** The action's inputs, as a workflow gives them. */
export interface Inputs {
  readonly remote: string;
  readonly username: string;
  readonly password: string;
  readonly path: readonly string[];
  readonly key: string;
  readonly 'restore-keys': readonly string[];
  readonly subtrees: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly 'shared-inputs': readonly string[];
  readonly env: readonly string[];
  readonly salt: string;
  readonly platform: string;
  readonly 'lookup-only': boolean;
  readonly 'fail-on-cache-miss': boolean;
  readonly save: SaveMode;
  readonly force: boolean;
  readonly strict: boolean;
  readonly concurrency: number;
  readonly 'compression-level': number;
  readonly 'cache-dir': string;
  readonly 'upload-chunk-size': string;
  readonly 'save-always': boolean;
  readonly enableCrossOsArchive: boolean;
}

/** How one input is read. */
interface Field<T> {
  /** The text in `action.yml`; a test holds it against the three of them. */
  readonly default: string;
  /** @throws Expected where the text is not of the form that this input must have */
  parse(text: string): T;
}

/** What an input must be, as the end of a sentence. */
class Expected extends Error {}

const text: Field<string>['parse'] = (value) => value;

const lines: Field<readonly string[]>['parse'] = (value) =>
  value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const boolean: Field<boolean>['parse'] = (value) => {
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw new Expected('true or false');
};

function oneOf<const T extends string>(...allowed: T[]): Field<T>['parse'] {
  return (value) => {
    const found = allowed.find((candidate) => candidate === value.toLowerCase());
    if (found !== undefined) return found;
    throw new Expected(`one of ${allowed.join(', ')}`);
  };
}

function whole(min: number, max: number): Field<number>['parse'] {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    throw new Expected(`a whole number from ${String(min)} to ${String(max)}`);
  };
}

/** A key, or the beginning of one: what `actions/cache` takes, and nothing that would break a log's line. */
function assertKey(key: string): void {
  if (key.length > MAX_KEY) throw new Expected(`of ${String(MAX_KEY)} characters at most`);
  if (key.includes(',')) throw new Expected('without a comma');
  if (/\p{Cc}/u.test(key)) throw new Expected('one line of text without control characters');
}

/** Characters of a key, as in `actions/cache`. */
const MAX_KEY = 512;

/** Keys that are looked for, with the first one, as in `actions/cache`. */
const MAX_KEYS = 10;

const key: Field<string>['parse'] = (value) => {
  assertKey(value);
  return value;
};

const keys: Field<readonly string[]>['parse'] = (value) => {
  const found = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  found.forEach(assertKey);
  if (found.length < MAX_KEYS) return found;
  throw new Expected(`${String(MAX_KEYS - 1)} keys at most`);
};

const wholeOrNothing: Field<string>['parse'] = (value) => {
  if (/^\d*$/.test(value)) return value;
  throw new Expected('a number of bytes');
};

/** Characters: every tag ends in the platform's name, and the longest has 51 left for it. */
const MAX_PLATFORM = 40;

const platform: Field<string>['parse'] = (value) => {
  if (/^(auto|any|[a-z0-9]+-[a-z0-9]+)$/.test(value) && value.length <= MAX_PLATFORM) return value;
  throw new Expected('auto, any, or an OS and an architecture such as linux-x64');
};

/** Every input, its default and how it is read: the one place that knows. */
export const FIELDS: { readonly [Name in keyof Inputs]: Field<Inputs[Name]> } = {
  remote: { default: '', parse: text },
  username: { default: '', parse: text },
  password: { default: '', parse: text },
  path: { default: '', parse: lines },
  key: { default: '', parse: key },
  'restore-keys': { default: '', parse: keys },
  subtrees: { default: '', parse: lines },
  inputs: { default: '**', parse: lines },
  outputs: { default: '', parse: lines },
  'shared-inputs': { default: '', parse: lines },
  env: { default: '', parse: lines },
  salt: { default: '', parse: text },
  platform: { default: 'auto', parse: platform },
  'lookup-only': { default: 'false', parse: boolean },
  'fail-on-cache-miss': { default: 'false', parse: boolean },
  save: { default: 'on-success', parse: oneOf('always', 'on-success', 'never') },
  force: { default: 'false', parse: boolean },
  strict: { default: 'false', parse: boolean },
  concurrency: { default: '0', parse: whole(0, 64) },
  'compression-level': { default: '3', parse: whole(1, 19) },
  'cache-dir': { default: '', parse: text },
  'upload-chunk-size': { default: '', parse: wholeOrNothing },
  'save-always': { default: 'false', parse: boolean },
  enableCrossOsArchive: { default: 'false', parse: boolean },
};

/** Something about the inputs that has to be mended before anything can be done. */
export interface Problem {
  readonly input: string;
  readonly value: string;
  /** What was expected, as the end of a sentence. */
  readonly expected: string;
}

/**
 * Reads all inputs and reports all problems at once.
 *
 * @param read gives an input's text, trimmed; empty where it was not given
 */
export function parseInputs(read: (name: string) => string): {
  inputs: Inputs;
  problems: Problem[];
} {
  const problems: Problem[] = [];
  const parsed = Object.entries(FIELDS).map(([input, field]) => {
    const value = read(input) || field.default;
    try {
      return [input, field.parse(value)];
    } catch (error) {
      if (!(error instanceof Expected)) throw error;
      problems.push({ input, value, expected: error.message });
      return [input, field.parse(field.default)];
    }
  });
  const inputs = Object.fromEntries(parsed) as Inputs;
  if (inputs.path.length === 0 && inputs.subtrees.length === 0) {
    problems.push({
      input: 'path',
      value: '',
      expected: 'set (or "subtrees"): there is nothing to cache',
    });
  }
  if (inputs.subtrees.length === 0 && inputs.outputs.length > 0) {
    problems.push({
      input: 'outputs',
      value: inputs.outputs.join(', '),
      expected: 'used together with "subtrees"; for plain files and folders use "path"',
    });
  }
  if (inputs.key === '' && inputs['restore-keys'].length > 0) {
    problems.push({
      input: 'restore-keys',
      value: inputs['restore-keys'].join(', '),
      expected: 'used together with "key"; without a key, the newest snapshot of the branch serves',
    });
  }
  if (inputs.username !== '' && inputs.password === '') {
    problems.push({
      input: 'username',
      value: inputs.username,
      expected: 'given together with "password"',
    });
  }
  for (const name of inputs.env) {
    if (!/^[^=\s\0]+$/.test(name))
      problems.push({ input: 'env', value: name, expected: 'a name of a variable' });
  }
  return { inputs: translated(inputs), problems };
}

/** What inputs of `actions/cache` come to that have another name here. */
function translated(inputs: Inputs): Inputs {
  const saves = inputs['save-always'] && inputs.save === 'on-success';
  const crosses = inputs.enableCrossOsArchive && inputs.platform === 'auto';
  return {
    ...inputs,
    ...(saves ? { save: 'always' } : {}),
    ...(crosses ? { platform: 'any' } : {}),
  };
}

/** What became of the inputs of `actions/cache` that have another name here: lines for the log. */
export function describeTranslated(inputs: Inputs): string[] {
  return [
    ...(inputs['save-always'] ? [`"save-always" is read as "save: ${inputs.save}".`] : []),
    ...(inputs.enableCrossOsArchive
      ? [`"enableCrossOsArchive" is read as "platform: ${inputs.platform}".`]
      : []),
    ...(inputs['upload-chunk-size'] === ''
      ? []
      : ['"upload-chunk-size" has no effect: content goes in packs of 32 MiB, several at a time.']),
  ];
}

/** One problem as a sentence for the log. */
export function describeProblem({ input, value, expected }: Problem): string {
  const sentence = `Input "${input}" is ${JSON.stringify(value)}; it must be ${expected.replace(/\.$/, '')}.`;
  // Somebody may have put a password into an address.
  return sentence.replace(/\/\/[^/@\s"]*@/g, '//***@');
}

/** Requests at the same time: as asked for, or what two cores and a home connection bear. */
export function concurrencyOf(inputs: Inputs): number {
  return inputs.concurrency > 0 ? inputs.concurrency : Math.min(8, 2 + availableParallelism());
}

/** `linux-x64`, or `any`: as asked for, or what this runner is. */
export function platformOf(inputs: Inputs, os: string, arch: string): string {
  return inputs.platform === 'auto' ? `${os}-${arch}`.toLowerCase() : inputs.platform;
}
