import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes folders so deep, on Linux, that no system call takes the path of the deepest: nobody can
 * read them by their paths, root included. `rm -r` removes them.
 */
export function makeTooDeep(folder: string): void {
  const levels = Array.from({ length: 9 }, () => 'd'.repeat(250));
  const halves = ['one', 'other'].map((half) => join(folder, half));
  for (const half of halves) mkdirSync(join(half, ...levels), { recursive: true });
  renameSync(halves[1]!, join(halves[0]!, ...levels, 'other'));
}
