// Whether other tools read, check and copy what is pushed: `npm run test:interop`. skopeo comes from the
// PATH, oras and crane are built by Go where it is at hand. What cannot run is said, and why.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Table from 'cli-table3';

import { startRegistry } from '../__tests__/support/registry/start.ts';
import { openRemote } from '../src/oci/open.ts';
import { Blobs } from '../src/store/blobs.ts';
import { AutoPull, open } from '../src/sync/open.ts';
import { prepare } from '../src/sync/publish.ts';
import { readIndex, readSnapshot } from '../src/sync/snapshot.ts';
import { CRANE, ORAS, goTool } from './go-tool.ts';

/** The two forms of a snapshot, by their tags. */
const FORMS = ['artifact', 'image'] as const;

interface Check {
  readonly what: string;
  /** Throws where something is wrong. */
  readonly attempt: (tool: string, tag: string) => Promise<void> | void;
}

const dir = mkdtempSync(join(tmpdir(), 'cafs-interop-'));
const table = new Table({
  head: ['tool', 'what', ...FORMS],
  colWidths: [8, 48, 40, 40],
  wordWrap: true,
  style: { head: [], border: [] },
});

try {
  await using server = await startRegistry();
  const repository = `${server.host}/interop/cache`;
  const { root, digests } = await pushSamples(repository);

  const copiesRightly = async (name: string): Promise<void> => {
    await using store = await open('copy', {
      cacheDir: mkdtempSync(join(dir, 'cache-')),
      remote: name,
      autoPull: AutoPull.Always,
    });
    if (store.root() !== root) throw new Error(`${name} holds ${store.root()}, not ${root}.`);
    for (const [key] of store.list('')) await store.get(key);
  };
  const registryCopy = (tool: string, tag: string): string =>
    `${server.host}/interop/by-${tool}:${tag}`;
  const layoutCopy = (tool: string): string => join(dir, `layout-${tool}`);

  await check('skopeo', onPath('skopeo'), [
    {
      what: 'inspect --raw',
      attempt: (tool, tag) => {
        run(tool, ['inspect', '--raw', '--tls-verify=false', `docker://${repository}:${tag}`]);
      },
    },
    {
      what: 'copy to a layout, and we read it',
      attempt: async (tool, tag) => {
        const target = `${layoutCopy('skopeo')}:${tag}`;
        run(tool, [
          'copy',
          '--src-tls-verify=false',
          `docker://${repository}:${tag}`,
          `oci:${target}`,
        ]);
        await copiesRightly(`oci:${target}`);
      },
    },
    {
      what: 'copy the layout to a registry, and we read it',
      attempt: async (tool, tag) => {
        const target = registryCopy('skopeo', tag);
        const source = `oci:${layoutCopy('skopeo')}:${tag}`;
        run(tool, ['copy', '--dest-tls-verify=false', source, `docker://${target}`]);
        await copiesRightly(target);
      },
    },
  ]);
  await check('oras', goTool(ORAS), [
    {
      what: 'manifest fetch',
      attempt: (tool, tag) => {
        const args = ['manifest', 'fetch', '--plain-http', '--descriptor', `${repository}:${tag}`];
        expectDigest(run(tool, args), digests.get(tag));
      },
    },
    {
      what: 'copy to a layout, and we read it',
      attempt: async (tool, tag) => {
        const target = `${layoutCopy('oras')}:${tag}`;
        run(tool, ['copy', '--from-plain-http', `${repository}:${tag}`, '--to-oci-layout', target]);
        await copiesRightly(`oci:${target}`);
      },
    },
  ]);
  await check('crane', goTool(CRANE), [
    {
      what: 'validate; of an image only --fast, without its layers: those are packs, and no gzip tars',
      attempt: (tool, tag) => {
        const fast = tag === 'image' ? ['--fast'] : [];
        run(tool, ['validate', '--insecure', ...fast, '--remote', `${repository}:${tag}`]);
      },
    },
    {
      what: 'digest',
      attempt: (tool, tag) => {
        expectDigest(run(tool, ['digest', '--insecure', `${repository}:${tag}`]), digests.get(tag));
      },
    },
    {
      what: 'copy to another repository, and we read it',
      attempt: async (tool, tag) => {
        const target = registryCopy('crane', tag);
        run(tool, ['copy', '--insecure', `${repository}:${tag}`, target]);
        await copiesRightly(target);
      },
    },
  ]);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(table.toString());

/** Pushes a store in both forms; gives its root, and the digests of the manifests. */
async function pushSamples(
  repository: string,
): Promise<{ readonly root: string; readonly digests: ReadonlyMap<string, string> }> {
  const cacheDir = join(dir, 'source');
  await using store = await open('sample:artifact', { cacheDir, remote: repository });
  await store.put('docs/read me.txt', 'some text');
  await store.put('empty', '');
  await store.put('large', Buffer.alloc(3_000_000, 'large '));
  await store.push();
  const remote = openRemote(repository, { cwd: dir });
  try {
    const blobs = Blobs.open(cacheDir);
    const snapshot = await readSnapshot(remote, 'artifact', { blobs });
    if (snapshot === undefined) throw new Error('What was pushed is not there.');
    const { entries } = await readIndex(remote, snapshot, { blobs });
    remote.traits.takesOnlyImages = true;
    const draft = { entries, subtrees: [], prefixes: [], annotations: {} };
    await (await prepare(remote, draft)).tag(['image']);
    const digests = new Map<string, string>();
    for (const tag of FORMS) digests.set(tag, (await remote.resolve(tag))?.digest ?? '');
    return { root: store.root(), digests };
  } finally {
    await remote.close();
  }
}

async function check(
  name: string,
  tool: { readonly path: string } | { readonly why: string },
  checks: readonly Check[],
): Promise<void> {
  for (const { what, attempt } of checks) {
    const results: string[] = [];
    for (const tag of FORMS) {
      if ('why' in tool) {
        results.push(`not run: ${tool.why}`);
        continue;
      }
      try {
        await attempt(tool.path, tag);
        results.push('ok');
      } catch (error) {
        results.push(`FAILED: ${String(error).slice(0, 300)}`);
        process.exitCode = 1;
      }
    }
    table.push([name, what, ...results]);
  }
}

function onPath(program: string): { readonly path: string } | { readonly why: string } {
  const { status } = spawnSync(program, ['--version']);
  return status === 0 ? { path: program } : { why: 'it is not installed' };
}

function run(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', cwd: dir });
  if (status === 0) return stdout;
  throw new Error(`${tool} ${args.join(' ')}: ${stderr.trim() || stdout.trim()}`);
}

function expectDigest(text: string, digest: string | undefined): void {
  if (digest === undefined || digest === '' || !text.includes(digest)) {
    throw new Error(`It says ${text.trim().slice(0, 200)}, not ${String(digest)}.`);
  }
}
