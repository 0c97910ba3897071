import { Command } from 'commander';

import { describeError } from '../errors.ts';
import { withAdvice } from './advice.ts';
import { addImportGo } from './import-go.ts';
import { inspect, list } from './inspect.ts';
import { Interrupted, stoppable } from './interrupt.ts';
import { assertOrder } from './order.ts';
import { pull } from './pull.ts';
import { type PushOptions, push } from './push.ts';
import { verify } from './verify.ts';
import { packageVersion } from './version.ts';

const program = new Command('cafs')
  .description('Keeps folders, content-addressed, in an OCI registry or an image layout.')
  .version(packageVersion(), '-V, --version', 'show the version of this program')
  .option('--plain-http', 'talk to the registry without TLS, though it is not this machine')
  .configureHelp({ showGlobalOptions: true })
  // As those do that are ours.
  .configureOutput({
    outputError: (text, write) => {
      write(text.replace(/^error: /, 'cafs: '));
    },
  })
  .addHelpText(
    'after',
    `
A snapshot is REMOTE:TAG, where REMOTE is host/name (ghcr.io/owner/name, localhost:5000/name) or
oci:DIR, an OCI image layout in a folder. Without :TAG, the tag is latest. Credentials for the
registry, where it wants some: CAFS_USERNAME and CAFS_PASSWORD, else what "docker login" or "podman
login" has left.

Keys of entries begin with where they belong: ws/ is the folder that was pushed, or a workflow's
workspace. Workflows also save home/ (below the home folder) and root/ (other absolute paths).
"pull" writes what is below ws/.

Exit codes: 0, done; 1, an error, which is on standard error: also where there is no such snapshot,
"ls" finds nothing at its prefix, or the command line is wrong; 130, Ctrl-C.

Examples:
  cafs push dist localhost:5000/demo:main
  cafs pull localhost:5000/demo:main dist
  cafs ls oci:./cache:main ws/assets/`,
  );

program
  .command('push')
  .description('save a folder as a snapshot; what its tag holds already is not uploaded again')
  .argument('<folder>')
  .argument('<snapshot>')
  .option('-l, --level <1-19>', 'zstd level', '3')
  .option(
    '--repair',
    'look for what the remote has lost, and replace a snapshot that cannot be read',
  )
  .option(
    '--from <tag>',
    'upload nothing that this tag of the same repository holds; may be given again',
    (tag: string, before: readonly string[] | undefined) => [...(before ?? []), tag],
  )
  .addHelpText(
    'after',
    `
The folder takes the place of what the tag held: nothing is merged. Modes, symlinks, empty folders and
times are saved with it. Left out, and named at the end, are .git in any folder (it often holds
credentials), named pipes, sockets and devices.

What the remote has lost of a tag's contents is uploaded again by a push that changes something, and
with --repair by any.

The first push to a new tag uploads everything, but for what the tags hold that --from names:
  cafs push dist ghcr.io/owner/name:feature --from main

Ctrl-C leaves the tag as it was, but for the last moment of a push, in which it is moved. The next push
goes on from what was uploaded.`,
  )
  .action(async (folder: string, snapshot: string, _, command: Command) => {
    assertOrder(snapshot, folder, `cafs push ${snapshot} ${folder}`);
    const message = 'Push again: what was uploaded by now is used then.';
    const options: PushOptions = command.optsWithGlobals();
    await stoppable(message, (stop) => withAdvice(snapshot, push(folder, snapshot, options, stop)));
  });

program
  .command('pull')
  .description('write what a snapshot holds into a folder; only what differs is written')
  .argument('<snapshot>')
  .argument('<folder>')
  .option('--delete', 'remove files that the snapshot does not hold')
  .addHelpText(
    'after',
    `
Files in the folder that differ from the snapshot are overwritten, without a question. Others stay, but
for --delete, which removes all that the snapshot does not hold. .git is never touched.

Where a pull fails, and after Ctrl-C, the folder is as it was before.`,
  )
  .action(async (snapshot: string, folder: string, _, command: Command) => {
    assertOrder(snapshot, folder, `cafs pull ${folder} ${snapshot}`);
    await stoppable('The folder is as it was before.', ({ signal }) =>
      withAdvice(snapshot, pull(snapshot, folder, command.optsWithGlobals(), signal)),
    );
  });

program
  .command('ls')
  .description('list the entries of a snapshot: digest, size and key of each, between tabs')
  .argument('<snapshot>')
  .argument('[prefix]', 'a key, or what lies below one: ws/assets', '')
  .action(async (snapshot: string, prefix: string, _, command: Command) => {
    await withAdvice(snapshot, list(snapshot, prefix, command.optsWithGlobals()));
  });

program
  .command('inspect')
  .description('show what a snapshot says of itself, as JSON')
  .argument('<snapshot>')
  .action(async (snapshot: string, _, command: Command) => {
    await withAdvice(snapshot, inspect(snapshot, command.optsWithGlobals()));
  });

program
  .command('verify')
  .description(
    'look whether the remote still has all of a snapshot; say what is missing or damaged',
  )
  .argument('<snapshot>')
  .option('--contents', 'download and hash all contents, too')
  .addHelpText(
    'after',
    `
Every blob is asked for, and the index is read; nothing is taken from this machine's own disk. The exit
code is 1 where something is missing or damaged, and the error says what brings it back.`,
  )
  .action(async (snapshot: string, _, command: Command) => {
    await stoppable('Nothing was changed.', ({ signal }) =>
      withAdvice(snapshot, verify(snapshot, command.optsWithGlobals(), signal)),
    );
  });

addImportGo(program);

program.showHelpAfterError('See: cafs --help');
for (const command of program.commands) {
  command.showHelpAfterError(`See: cafs ${command.name()} --help`);
}

// `cafs ls ... | head` is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`cafs: ${describeError(error)}\n`);
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
}
