import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { useTempDirs } from '../support/temp.ts';

const tempDir = useTempDirs();
const root = join(import.meta.dirname, '../..');

/** A project that depends on the package as npm would publish it. */
function projectWithPackage(): string {
  const project = tempDir();
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { filename } = /"filename": "(?<filename>[^"]+)"/.exec(packed)!.groups as {
    filename: string;
  };
  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  execFileSync('tar', ['-xzf', join(project, filename), '-C', modules]);
  cpSync(join(modules, 'package'), join(modules, 'cafs-action'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === 'cafs-action') continue;
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  cpSync(join(root, 'examples/library'), join(project, 'examples'), { recursive: true });
  return project;
}

test('the package that npm would publish has types, and runs', () => {
  const project = projectWithPackage();
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2024',
        module: 'nodenext',
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        types: ['node'],
        noEmit: true,
      },
      include: ['examples'],
    }),
  );
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: ['ignore', 'pipe', 'pipe'] });
  const shipped = join(project, 'node_modules/cafs-action');
  for (const name of ['lib/action', 'lib/cli', 'src']) {
    expect(existsSync(join(shipped, name))).toBe(false);
  }
  // "source" is a condition that tools of whoever installs it set; src is not there.
  const check = `import 'cafs-action'; import p from 'cafs-action/package.json' with { type: 'json' }; console.log(p.name);`;
  const args = ['--conditions=source', '--input-type=module', '--eval', check];
  expect(execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' })).toBe(
    'cafs-action\n',
  );
  const stdout = execFileSync(process.execPath, [join(project, 'examples/quickstart.ts')], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(stdout).toContain('Content: Hello, cafs!');
}, 120_000);
