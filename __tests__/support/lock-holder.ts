import { once } from 'node:events';

import { holdFileLock } from '../../src/lock.ts';

// Holds a lock until it is told anything: `node lock-holder.ts FILE`.
const lock = await holdFileLock(process.argv[2]!);
console.log('held');
await once(process.stdin, 'data');
lock.release();
console.log('released');
process.stdin.unref();
