// actionlint on our workflows, the example workflows and action.yml: `npm run lint:workflows`. It is built by
// Go where that is at hand; without it, this says so. `--help` says more.
import { spawnSync } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { root } from './bundles.ts';
import { ACTIONLINT, goTool } from './go-tool.ts';
import { scriptCommand } from './script-command.ts';

const WORKFLOWS = ['.github/workflows/*.yml', 'examples/workflows/*.yml'];
const ACTIONS = ['action.yml', '*/action.yml'];

/** What must be found, or the linter does not see what it should: each line with a part of its complaint. */
const WRONG: readonly (readonly [line: string, complaint: string])[] = [
  ['        with: { subtree: packages/* }', 'input "subtree" is not defined'],
  ['      - run: echo "${{ steps.cafs.outputs.chnaged }}"', 'property "chnaged" is not defined'],
  ['    needs: nobody', '"nobody" which does not exist'],
];

scriptCommand('lint:workflows', 'Holds workflows, examples and action.yml against actionlint.')
  .option('--require', 'fail where there is no actionlint and no Go to build it')
  .action(({ require = false }: { readonly require?: boolean }) => {
    const tool = goTool(ACTIONLINT);
    if ('path' in tool) process.exitCode = lint(tool.path) ? 0 : 1;
    else {
      console.log(`not run  actionlint: ${tool.why}`);
      process.exitCode = require ? 1 : 0;
    }
  })
  .parse();

function lint(actionlint: string): boolean {
  const project = mkdtempSync(join(tmpdir(), 'cafs-lint-'));
  try {
    const workflows = copyInto(project);
    const passed = run(actionlint, project, workflows, 'inherit').status === 0;
    return findsWhatIsWrong(actionlint, project) && passed;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/**
 * Makes a project in which the examples call this action by its path: then their inputs, and what they do with
 * its outputs, are held against action.yml, and action.yml against the files that it names.
 *
 * @returns the workflows' paths, as they are here
 */
function copyInto(project: string): string[] {
  const workflows = globSync(WORKFLOWS, { cwd: root });
  for (const path of [
    ...workflows,
    ...globSync(ACTIONS, { cwd: root, exclude: ['node_modules'] }),
  ]) {
    const text = readFileSync(join(root, path), 'utf8');
    write(project, path, text.replaceAll(/uses: org\/cafs-action(\/\w+)?@v1$/gm, 'uses: ./$1'));
  }
  // How actionlint knows where a project begins.
  mkdirSync(join(project, '.git'));
  symlinkSync(join(root, 'dist'), join(project, 'dist'), 'junction');
  return workflows;
}

function findsWhatIsWrong(actionlint: string, project: string): boolean {
  const workflow = '.github/workflows/wrong.yml';
  const [input, output, need] = WRONG.map(([line]) => line);
  const lines = ['on: push', 'jobs:', '  wrong:', '    runs-on: ubuntu-latest', need];
  lines.push('    steps:', '      - uses: ./', '        id: cafs', input, output, '');
  write(project, workflow, lines.join('\n'));
  const { stdout } = run(actionlint, project, [workflow], 'pipe');
  const missed = WRONG.filter(([, complaint]) => !stdout.includes(complaint));
  for (const [line] of missed) console.log(`actionlint does not mind: ${line.trim()}`);
  return missed.length === 0;
}

function run(
  actionlint: string,
  project: string,
  workflows: readonly string[],
  stdout: 'inherit' | 'pipe',
): { readonly status: number | null; readonly stdout: string } {
  // Without the linters that it uses where they are installed: the same on every machine.
  const args = ['-shellcheck=', '-pyflakes=', ...workflows];
  return spawnSync(actionlint, args, {
    cwd: project,
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
  });
}

function write(project: string, path: string, text: string): void {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
