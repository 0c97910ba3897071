// A job that is told to end in the middle of its post step. Arguments: the layout, the machine's folder,
// the signal, the call that it is sent at ("putBlob" or "putManifest"), which of these calls (from 1), and
// whether it comes before the call or after it.
import { Job, intercept } from './jobs.ts';

const [layout = '', machine = '', signal = '', name = '', which = '', when = ''] =
  process.argv.slice(2);

const job = new Job({ layout, machine, env: { GITHUB_SHA: 'b'.repeat(40) } });
job.add('packages/b', 'b');
await job.main();
job.build('packages/b', 'built b');

let calls = 0;
async function around<T>(call: string, work: () => Promise<T>): Promise<T> {
  const isMeant = call === name && (calls += 1) === Number(which);
  if (isMeant && when === 'before') await end();
  const result = await work();
  if (isMeant) await end();
  return result;
}

async function end(): Promise<never> {
  process.kill(process.pid, signal);
  // Nothing of the step goes on meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  throw new Error('The signal did not end the process.');
}

job.wrap = (remote) =>
  intercept(remote, {
    putBlob: (...args) => around('putBlob', () => remote.putBlob(...args)),
    putManifest: (...args) => around('putManifest', () => remote.putManifest(...args)),
  });
await job.post();
console.log('done');
