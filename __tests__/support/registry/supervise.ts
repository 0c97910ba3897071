/*
 * Runs a program for as long as somebody holds the other end of standard input, and then removes
 * its folder.
 *
 * A registry that tests have started must not outlive them. Handlers in the test process cannot
 * see to that: it may be killed. The end of a pipe is noticed however it comes about.
 *
 * Usage: node supervise.ts FOLDER PROGRAM [ARGUMENT...]
 */
import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const KILL_MS = 10_000;

const [folder = '', program = '', ...args] = process.argv.slice(2);
const log = openSync(join(folder, 'log'), 'a');
const child = spawn(program, args, { stdio: ['ignore', log, log] });

function end(): void {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), KILL_MS).unref();
}

function finish(code: number): void {
  // Kept where the program failed by itself: its log says why, and the starter removes it.
  if (process.stdin.readableEnded || process.stdin.destroyed) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  process.exit(code);
}

child.on('exit', (code) => {
  finish(code ?? 1);
});
child.on('error', () => {
  finish(127);
});
process.stdin.on('end', end).on('error', end).resume();
process.on('SIGTERM', end);
