import { availableParallelism } from 'node:os';

// `npm run test:long`: with what takes too long for `npm test` in any size.
const isLong = process.env.CAFS_TEST_LONG === '1';

/** @type {import('jest').Config} */
export default {
  // More than cores: much of the time is spent waiting for registries and processes.
  maxWorkers: availableParallelism() + 1,
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/__tests__/**/*.test.ts',
    ...(isLong ? ['<rootDir>/__tests__/**/*.long-test.ts'] : []),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/__tests__/support/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/support/global-teardown.ts',
  testTimeout: 60_000,
  modulePathIgnorePatterns: ['<rootDir>/(dist|lib|\\.cache)/'],
  reporters: ['default', '<rootDir>/scripts/closing-line.mjs'],
};
