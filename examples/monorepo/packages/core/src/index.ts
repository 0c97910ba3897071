export { assertNever } from './assert-never.js';
export { err, ok, type Result } from './result.js';
