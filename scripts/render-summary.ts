// A picture of the job summary: `npm run summary:picture`. `--help` says more.
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import { startRegistry } from '../__tests__/support/registry/start.ts';
import { root } from './bundles.ts';
import { type CiRun, playRun } from './demo/ci-run.ts';
import { createSample } from './demo/sample.ts';
import { findBrowser, picture } from './picture.ts';
import { scriptCommand } from './script-command.ts';

interface Options {
  readonly browser?: string;
  readonly out: string;
}

const command = scriptCommand(
  'summary:picture',
  'Plays two CI runs of examples/monorepo with the bundled action and a real registry, the second one\n' +
    'with a change, and makes a picture of what that writes into the job summary.',
)
  .argument('[FILES...]', 'Markdown to make a picture of instead')
  .option('--browser <path>', 'Chromium, or one of its kind; by default one that is on the PATH')
  .option('--out <png>', 'where the picture goes', join(root, 'docs', 'summary.png'))
  .action(render);
await command.parseAsync();

async function render(files: readonly string[], options: Options): Promise<void> {
  const { browser = findBrowser() } = options;
  if (browser === undefined) {
    return command.error(
      'There is no browser: install Chromium (Debian: apt-get install chromium), or name one with --browser.',
    );
  }
  const here = process.env['INIT_CWD'] ?? process.cwd();
  const out = resolve(here, options.out);
  const markdown =
    files.length === 0
      ? await summaryOfChange()
      : files.map((file) => readFileSync(resolve(here, file), 'utf8')).join('');
  await picture(markdown, browser, out);
  console.log(`${relative(here, out)}: ${statSync(out).size.toLocaleString('en')} bytes`);
}

/** What main and post step write when a source has changed since the run before. */
async function summaryOfChange(): Promise<string> {
  // The real path: on macOS the temporary folder is behind a symlink.
  const temp = realpathSync(mkdtempSync(join(tmpdir(), 'cafs-summary-')));
  try {
    await using registry = await startRegistry();
    const subject = await createSample(temp);
    const play = (name: string): Promise<CiRun> =>
      playRun(subject, `${registry.host}/monorepo`, join(temp, name));
    const { built } = await play('first');
    await subject.change(built);
    const { main, post } = await play('second');
    return main.summary + post.summary;
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}
