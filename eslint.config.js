import { builtinModules } from 'node:module';

import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Which folders of src a folder may import, besides itself and the files of src itself. */
const MAY_IMPORT = {
  pack: [],
  store: [],
  oci: [],
  worker: ['pack', 'store', 'tree'],
  tree: ['store'],
  subtree: ['store'],
  sync: ['pack', 'store', 'oci', 'tree', 'subtree', 'worker'],
  action: ['pack', 'store', 'oci', 'tree', 'subtree', 'worker', 'sync'],
  cli: ['pack', 'store', 'oci', 'tree', 'subtree', 'worker', 'sync'],
};
const FOLDERS = Object.keys(MAY_IMPORT);

const zones = [
  // The root files, but for the public index, stand at the bottom.
  {
    target: './src/!(index).ts',
    from: FOLDERS.map((folder) => `./src/${folder}`),
    message: 'Root files of src import nothing but each other.',
  },
  {
    target: './src/index.ts',
    from: ['./src/action', './src/cli'],
    message: 'The library does not hold its edges.',
  },
  ...FOLDERS.map((folder) => ({
    target: `./src/${folder}/**/*`,
    from: [
      './src/index.ts',
      ...FOLDERS.filter((other) => other !== folder && !MAY_IMPORT[folder].includes(other)).map(
        (other) => `./src/${other}`,
      ),
    ],
    message: `src/${folder} may import: ${[...MAY_IMPORT[folder], 'root files but index.ts'].join(', ')}.`,
  })),
  {
    target: './src/**/*',
    from: ['./__tests__', './scripts', './bench'],
    message: 'What ships does not import what does not.',
  },
];

/** Bare names of Node's own modules: every import says `node:`. */
const bareBuiltins = builtinModules
  .filter((name) => !name.startsWith('_') && !name.startsWith('node:'))
  .map((name) => ({ name, message: `Write node:${name}.` }));

const processModules = ['node:process', 'node:console'].map((name) => ({
  name,
  message: 'Only edges have to do with the process.',
}));

const actionsPackages = { group: ['@actions/*'], message: 'Only src/action imports @actions/*.' };

/** `process.NAME` that only the edges may use. */
const processProperties = [
  { property: 'env', message: 'Only edges read the environment.' },
  { property: 'argv', message: 'Only edges read the command line.' },
  { property: 'exit', message: 'Throw: only edges end the process.' },
  { property: 'exitCode', message: 'Throw: only edges end the process.' },
  { property: 'stdout', message: 'Only edges print.' },
  { property: 'stderr', message: 'Only edges print.' },
].map((rule) => ({ object: 'process', ...rule }));

export default defineConfig(
  { ignores: ['dist/', 'lib/', 'coverage/', '.cache/', 'examples/monorepo/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      importX.flatConfigs.typescript,
    ],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.mjs'] })],
    },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // An index signature names its keys.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/prefer-readonly': 'error',
      'no-restricted-imports': ['error', { paths: bareBuiltins }],
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-mutable-exports': 'error',
      'import-x/no-duplicates': 'error',
      'import-x/no-relative-packages': 'error',
      'import-x/order': [
        'error',
        {
          groups: ['builtin', 'external', ['parent', 'sibling', 'index']],
          'newlines-between': 'always',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
          message: 'No module-level mutable state: pass it in, or keep it in an object.',
        },
        {
          selector:
            'NewExpression[callee.name="CafsError"] > Literal:first-child[value=/^(NOT_FOUND|NO_REMOTE|RESERVED_KEY|INVALID_KEY|INTEGRITY)$/]',
          message: 'Errors with this code have a class of their own.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/action/**', 'src/cli/**', 'src/environment.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', ...processProperties],
      'no-restricted-imports': [
        'error',
        { paths: [...bareBuiltins, ...processModules], patterns: [actionsPackages] },
      ],
    },
  },
  {
    files: ['src/cli/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: bareBuiltins, patterns: [actionsPackages] }],
    },
  },
  {
    files: ['__tests__/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: {
      // Tests hand over what is wrong on purpose, and stubs need neither bodies nor awaits.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // Jest wants a default export from its global set-up, and tools want one from their settings.
    files: ['__tests__/support/global-*.ts', '*.config.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
);
