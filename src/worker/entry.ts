import { type Task, readBlobs, storeFiles } from './tasks.ts';

/** What the pool calls in a thread. */
export function run(task: Task): unknown {
  return task.kind === 'store'
    ? storeFiles(task.cacheDir, task.files)
    : readBlobs(task.cacheDir, task.digests);
}
