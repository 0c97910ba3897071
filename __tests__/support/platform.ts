import { describe, test } from '@jest/globals';

const isWindows = process.platform === 'win32';

/** `describe`, for what Windows has no counterpart of: modes, symlinks, names of any bytes. */
export const describeOnPosix = isWindows ? describe.skip : describe;

/** `test`, for the same. */
export const testOnPosix = isWindows ? test.skip : test;
