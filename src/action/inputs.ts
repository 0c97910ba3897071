import { availableParallelism } from 'node:os';

/** When the post step saves. */
export type SaveMode = 'always' | 'on-success' | 'never';

/** The action's inputs, as a workflow gives them. */
export interface Inputs {
  readonly remote: string;
  readonly username: string;
  readonly password: string;
  readonly path: readonly string[];
  /** Empty: tags come from branch and commit. */
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
  readonly 'upload-chunk-size': number | undefined;
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

/** What `actions/cache` takes of a key, in UTF-16 code units, and of keys that are looked for, the first included. */
const MAX_KEY = 512;
const MAX_KEYS = 10;

const key: Field<string>['parse'] = (value) => {
  if (isKey(value)) return value;
  throw new Expected(`a text of at most ${String(MAX_KEY)} characters without commas`);
};

const restoreKeys: Field<readonly string[]>['parse'] = (value) => {
  // A key may begin with "#": these lines have no comments.
  const keys = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (keys.length < MAX_KEYS && keys.every(isKey)) return keys;
  throw new Expected(
    `at most ${String(MAX_KEYS - 1)} lines, each of at most ${String(MAX_KEY)} characters without commas`,
  );
};

function isKey(text: string): boolean {
  return text.length <= MAX_KEY && !text.includes(',');
}

const chunkSize: Field<number | undefined>['parse'] = (value) =>
  value === '' ? undefined : whole(1, Number.MAX_SAFE_INTEGER)(value);

/** Characters: every tag ends in the platform's name, and the longest has 51 left for it. */
const MAX_PLATFORM = 40;

const platform: Field<string>['parse'] = (value) => {
  if (/^(auto|any|[a-z0-9]+-[a-z0-9]+)$/.test(value) && value.length <= MAX_PLATFORM) return value;
  throw new Expected('auto, any, or an OS and an architecture such as linux-x64');
};

const SAVE_MODES = oneOf('always', 'on-success', 'never');

/** Every input, its default and how it is read: the one place that knows. */
export const FIELDS: { readonly [Name in keyof Inputs]: Field<Inputs[Name]> } = {
  remote: { default: '', parse: text },
  username: { default: '', parse: text },
  password: { default: '', parse: text },
  path: { default: '', parse: lines },
  key: { default: '', parse: key },
  'restore-keys': { default: '', parse: restoreKeys },
  subtrees: { default: '', parse: lines },
  inputs: { default: '**', parse: lines },
  outputs: { default: '', parse: lines },
  'shared-inputs': { default: '', parse: lines },
  env: { default: '', parse: lines },
  salt: { default: '', parse: text },
  platform: { default: 'auto', parse: platform },
  'lookup-only': { default: 'false', parse: boolean },
  'fail-on-cache-miss': { default: 'false', parse: boolean },
  // Empty in action.yml, so that it can be seen whether it was given: "save-always" depends on it.
  save: { default: '', parse: (value) => (value === '' ? 'on-success' : SAVE_MODES(value)) },
  force: { default: 'false', parse: boolean },
  strict: { default: 'false', parse: boolean },
  concurrency: { default: '0', parse: whole(0, 64) },
  'compression-level': { default: '3', parse: whole(1, 19) },
  'cache-dir': { default: '', parse: text },
  'upload-chunk-size': { default: '', parse: chunkSize },
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
  const inputs = withCompatibility(Object.fromEntries(parsed) as Inputs, read('save') !== '');
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
  if (inputs['restore-keys'].length > 0 && inputs.key === '' && read('key') === '') {
    problems.push({
      input: 'restore-keys',
      value: inputs['restore-keys'].join(', '),
      expected: 'given together with "key"',
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
  return { inputs, problems };
}

/** What inputs of `actions/cache` that have another name here come to. */
function withCompatibility(inputs: Inputs, isSaveGiven: boolean): Inputs {
  return {
    ...inputs,
    save: inputs['save-always'] && !isSaveGiven ? 'always' : inputs.save,
    platform: inputs.enableCrossOsArchive && inputs.platform === 'auto' ? 'any' : inputs.platform,
  };
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
