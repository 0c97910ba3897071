import { Command } from 'commander';

import { describeError } from '../errors.ts';
import { inspect, list } from './inspect.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';

const program = new Command('cafs')
  .description('Keeps folders, content-addressed, in an OCI registry or an image layout.')
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
A snapshot is REMOTE:TAG, where REMOTE is host/name (ghcr.io/owner/name, localhost:5000/name) or
oci:DIR, an OCI image layout in a folder. Credentials for the registry, where it wants some:
CAFS_USERNAME and CAFS_PASSWORD, else what "docker login" or "podman login" has left.

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
  .action(push);

program
  .command('pull')
  .description('write what a snapshot holds into a folder; only what differs is written')
  .argument('<snapshot>')
  .argument('<folder>')
  .option('--delete', 'remove files that the snapshot does not hold')
  .action(pull);

program
  .command('ls')
  .description('list the entries of a snapshot')
  .argument('<snapshot>')
  .argument('[prefix]', 'only what lies below it', '')
  .action(list);

program
  .command('inspect')
  .description('show what a snapshot says of itself, as JSON')
  .argument('<snapshot>')
  .action(inspect);

for (const command of program.commands) {
  command.option('--plain-http', 'talk to the registry without TLS, though it is not this machine');
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
  process.exitCode = 1;
}
