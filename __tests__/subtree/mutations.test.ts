import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { useTempDirs } from '../support/temp.ts';
import {
  commitAll,
  fingerprintsOf,
  git,
  NAMES,
  optionsFor,
  write,
  writeMonorepo,
} from './monorepo.ts';

const tempDir = useTempDirs();

const CORE = 'packages/core';
/** App depends on lib, lib on core. */
const CORE_AND_DEPENDENTS = ['packages/app', 'packages/core', 'packages/lib'];
const LIB_AND_DEPENDENTS = ['packages/app', 'packages/lib'];

/** What is done to the workspace, and the subtrees that it must change: those and no others. */
type Mutation = readonly [
  what: string,
  mutate: (root: string) => void,
  changed: readonly string[],
  where?: 'git',
];

function swap(a: string, b: string): void {
  const content = readFileSync(a);
  copyFileSync(b, a);
  writeFileSync(b, content);
}

const MUTATIONS: readonly Mutation[] = [
  [
    'change a byte',
    (root) => {
      write(root, `${CORE}/src/a.ts`, "export const a = 'cOre';\n");
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'change a byte, with size and mtime as before',
    (root) => {
      const file = join(root, CORE, 'src/a.ts');
      const { atime, mtime, size } = statSync(file);
      const content = readFileSync(file);
      content[3] = 0x58;
      writeFileSync(file, content);
      utimesSync(file, atime, mtime);
      expect(statSync(file)).toMatchObject({ size, mtimeMs: mtime.getTime() });
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'change a file in the middle of the chain',
    (root) => {
      appendFileSync(join(root, 'packages/lib/src/a.ts'), '//');
    },
    LIB_AND_DEPENDENTS,
  ],
  [
    'change a file of one that nobody depends on',
    (root) => {
      appendFileSync(join(root, 'packages/other/src/a.ts'), '//');
    },
    ['packages/other'],
  ],
  [
    'line endings',
    (root) => {
      const file = join(root, CORE, 'src/a.ts');
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'rename a file',
    (root) => {
      renameSync(join(root, CORE, 'src/a.ts'), join(root, CORE, 'src/z.ts'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'rename a file in case only',
    (root) => {
      renameSync(join(root, CORE, 'src/a.ts'), join(root, CORE, 'src/A.ts'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'swap the contents of two files',
    (root) => {
      swap(join(root, CORE, 'src/a.ts'), join(root, CORE, 'src/b.ts'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'move a file to another folder',
    (root) => {
      renameSync(join(root, CORE, 'lib/c.ts'), join(root, CORE, 'src/c.ts'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'move a file to another subtree',
    (root) => {
      renameSync(join(root, 'packages/other/lib/c.ts'), join(root, 'packages/lib/lib/d.ts'));
    },
    ['packages/app', 'packages/lib', 'packages/other'],
  ],
  [
    'move a boundary between two names',
    (root) => {
      renameSync(join(root, CORE, 'src/a.ts'), join(root, CORE, 'srca.ts'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'delete a file',
    (root) => {
      unlinkSync(join(root, CORE, 'src/a.ts'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'make a file executable',
    (root) => {
      chmodSync(join(root, CORE, 'run.sh'), 0o755);
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'put a symlink in the place of a file',
    (root) => {
      const file = join(root, CORE, 'src/a.ts');
      renameSync(file, join(root, 'moved'));
      symlinkSync('../../../moved', file);
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'put a file that holds the target in the place of a symlink',
    (root) => {
      unlinkSync(join(root, CORE, 'link'));
      write(root, `${CORE}/link`, 'src/a.ts');
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    "change a symlink's target to a file with the same content",
    (root) => {
      copyFileSync(join(root, CORE, 'src/a.ts'), join(root, CORE, 'dist/a.ts'));
      unlinkSync(join(root, CORE, 'link'));
      symlinkSync('dist/a.ts', join(root, CORE, 'link'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'put a symlink in the place of a folder',
    (root) => {
      renameSync(join(root, CORE, 'src'), join(root, 'moved'));
      symlinkSync('../../moved', join(root, CORE, 'src'));
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'add an empty file that is not tracked',
    (root) => {
      write(root, `${CORE}/src/new.ts`);
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'add a hidden file',
    (root) => {
      write(root, `${CORE}/.npmrc`, 'x');
    },
    CORE_AND_DEPENDENTS,
  ],
  [
    'edit a shared input',
    (root) => {
      appendFileSync(join(root, 'package-lock.json'), '\n');
    },
    NAMES,
  ],
  [
    'delete a shared input',
    (root) => {
      unlinkSync(join(root, 'package-lock.json'));
    },
    NAMES,
  ],
  [
    'make a shared input executable',
    (root) => {
      chmodSync(join(root, 'package-lock.json'), 0o755);
    },
    NAMES,
  ],
  [
    'depend on another package',
    (root) => {
      write(
        root,
        `${CORE}/package.json`,
        '{"name":"@acme/core","dependencies":{"@acme/other":"1"}}',
      );
    },
    CORE_AND_DEPENDENTS,
  ],

  ['nothing', () => undefined, []],
  [
    'touch files and folders',
    (root) => {
      for (const path of ['src/a.ts', 'src', '', 'run.sh']) {
        utimesSync(join(root, CORE, path), 1, 1);
      }
    },
    [],
  ],
  [
    'write a file anew with the same bytes',
    (root) => {
      const content = readFileSync(join(root, CORE, 'src/a.ts'));
      rmSync(join(root, CORE, 'src/a.ts'));
      write(root, `${CORE}/src/a.ts`, content);
    },
    [],
  ],
  [
    'change bits of the mode that do not matter',
    (root) => {
      chmodSync(join(root, CORE, 'src/a.ts'), 0o664);
      chmodSync(join(root, CORE, 'src/b.ts'), 0o655);
      chmodSync(join(root, CORE, 'src'), 0o700);
    },
    [],
  ],
  [
    'add and change outputs',
    (root) => {
      write(root, `${CORE}/dist/a.js`, 'built anew');
      write(root, `${CORE}/dist/deep/b.js`, 'built');
    },
    [],
  ],
  [
    'delete all outputs',
    (root) => {
      rmSync(join(root, CORE, 'dist'), { recursive: true });
    },
    [],
  ],
  [
    'edit a file outside of all subtrees',
    (root) => {
      appendFileSync(join(root, 'README.md'), 'more');
      write(root, 'packages/readme.md', 'new');
    },
    [],
  ],
  [
    'add an empty folder',
    (root) => {
      mkdirSync(join(root, CORE, 'empty/deep'), { recursive: true });
    },
    [],
  ],
  [
    'add an ignored file',
    (root) => {
      write(root, `${CORE}/other.log`, 'x');
      write(root, `${CORE}/node_modules/y/index.js`, 'x');
    },
    [],
    'git',
  ],
  [
    'edit and delete ignored files',
    (root) => {
      appendFileSync(join(root, CORE, 'debug.log'), 'x');
      rmSync(join(root, CORE, 'node_modules'), { recursive: true });
    },
    [],
    'git',
  ],
  [
    'stage, commit and pack what is there already',
    (root) => {
      git(root, 'commit', '-q', '--allow-empty', '-m', 'More');
      git(root, 'gc', '-q');
    },
    [],
    'git',
  ],
  [
    'take a file out of the index, but leave it',
    (root) => {
      git(root, 'rm', '-q', '--cached', `${CORE}/src/a.ts`);
    },
    [],
    'git',
  ],
];

describe.each(['git', 'plain'])('in a workspace (%s)', (mode) => {
  test.each(MUTATIONS.filter(([, , , where]) => where === undefined || where === mode))(
    '%s',
    async (_, mutate, expected) => {
      const root = tempDir();
      writeMonorepo(root);
      if (mode === 'git') commitAll(root);
      const before = await fingerprintsOf(optionsFor(root));
      expect(Object.keys(before)).toEqual(NAMES);
      expect(new Set(Object.values(before)).size).toBe(NAMES.length);
      mutate(root);
      const after = await fingerprintsOf(optionsFor(root));
      expect(NAMES.filter((name) => before[name] !== after[name])).toEqual(expected);
    },
  );
});

describe('what is asked beside the files', () => {
  const root = tempDir();
  writeMonorepo(root);
  commitAll(root);

  const variants: readonly (readonly [string, Parameters<typeof optionsFor>[1]])[] = [
    ['as ever', {}],
    ['a variable unset', { env: new Map([['NODE_ENV', undefined]]) }],
    ['a variable empty', { env: new Map([['NODE_ENV', '']]) }],
    ['a variable of another value', { env: new Map([['NODE_ENV', 'test']]) }],
    ['a variable of another name', { env: new Map([['NODE_EN', 'Vproduction']]) }],
    ['no variable', { env: new Map() }],
    [
      'two variables',
      {
        env: new Map([
          ['NODE_ENV', 'production'],
          ['X', ''],
        ]),
      },
    ],
    ['another platform', { platform: 'linux-arm64' }],
    ['any platform', { platform: 'any' }],
    ['a salt', { salt: 'x' }],
    ['another salt', { salt: 'linux-x64' }],
    ['other inputs, the same files', { inputs: ['**/*'] }],
    ['other inputs', { inputs: ['src'] }],
    ['other outputs', { outputs: ['dist/*'] }],
    ['inputs and outputs exchanged', { inputs: ['dist/**'], outputs: ['**'] }],
    ['other shared inputs, the same files', { sharedInputs: ['./package-lock.json'] }],
    ['other shared inputs', { sharedInputs: ['*.json'] }],
    ['no shared inputs', { sharedInputs: [] }],
  ];

  test('changes all fingerprints, each variant to its own', async () => {
    for (const name of NAMES) {
      const seen = new Map<string, string>();
      for (const [what, changes] of variants) {
        const fingerprint = (await fingerprintsOf(optionsFor(root, changes)))[name] ?? '';
        expect(`${what}: ${seen.get(fingerprint) ?? ''}`).toBe(`${what}: `);
        seen.set(fingerprint, what);
      }
    }
  });

  test('does not depend on the order of variables and subtrees', async () => {
    const env = [
      ['B', '2'],
      ['A', '1'],
    ] as const;
    const options = optionsFor(root, { env: new Map(env) });
    const turned = {
      ...options,
      env: new Map(env.toReversed()),
      subtrees: options.subtrees.toReversed(),
    };
    expect(await fingerprintsOf(turned)).toEqual(await fingerprintsOf(options));
  });

  test('covers the inputs alone', async () => {
    const before = await fingerprintsOf(optionsFor(root, { inputs: ['src', 'package.json'] }));
    write(root, 'packages/core/notes.md', 'no input');
    expect(await fingerprintsOf(optionsFor(root, { inputs: ['src', 'package.json'] }))).toEqual(
      before,
    );
    unlinkSync(join(root, 'packages/core/notes.md'));
  });
});
