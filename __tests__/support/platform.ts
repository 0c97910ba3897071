import { describe, test } from '@jest/globals';

const isWindows = process.platform === 'win32';

/** `describe`, for what Windows has no counterpart of: modes, symlinks, names of any bytes. */
export const describeOnPosix = isWindows ? describe.skip : describe;

/** `test`, for the same. */
export const testOnPosix = isWindows ? test.skip : test;

const isLinux = process.platform === 'linux';

/**
 * `describe`, for what only Linux has: names of any bytes (macOS refuses all but UTF-8, Windows has
 * UTF-16), `/proc`, GNU's `find` and `diff`.
 */
export const describeOnLinux = isLinux ? describe : describe.skip;

/** `test`, for the same. */
export const testOnLinux = isLinux ? test : test.skip;
