import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { root } from '../bundles.ts';
import { run } from '../process.ts';

/** One version of a package. */
interface Version {
  readonly name: string;
  readonly version: string;
  readonly tarball: Buffer;
}

/** A registry of npm packages, with some of those that are installed here: npm works as ever, without a network. */
export class NpmRegistry {
  /** The packages whose contents were asked for, each time. */
  readonly downloads: string[] = [];
  readonly #versions: ReadonlyMap<string, Version>;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response);
  }).listen(0, '127.0.0.1');

  private constructor(versions: readonly Version[]) {
    this.#versions = new Map(versions.map((version) => [version.name, version]));
  }

  /** @param temp a folder for files that nobody needs afterwards */
  static async start(names: readonly string[], temp: string): Promise<NpmRegistry> {
    const versions: Version[] = [];
    for (const name of names) versions.push(await pack(name, temp));
    const registry = new NpmRegistry(versions);
    await once(registry.#server, 'listening');
    return registry;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const [, name = '', rest] = url.split('/');
    const found = this.#versions.get(name);
    if (found === undefined) response.writeHead(404).end('{}');
    else if (rest === undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(this.#describe(found)));
    } else {
      this.downloads.push(name);
      response.end(found.tarball);
    }
  }

  #describe({ name, version, tarball }: Version): object {
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const manifest = JSON.parse(readFileSync(manifestOf(name), 'utf8')) as object;
    const dist = { tarball: `${this.url}/${name}/${name}-${version}.tgz`, integrity };
    return {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist } },
    };
  }
}

function manifestOf(name: string): string {
  return join(root, 'node_modules', name, 'package.json');
}

async function pack(name: string, temp: string): Promise<Version> {
  const folder = join(root, 'node_modules', name);
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', temp, folder];
  const { stdout } = await run('npm', args, { cwd: temp });
  const { version } = JSON.parse(readFileSync(manifestOf(name), 'utf8')) as { version: string };
  return { name, version, tarball: readFileSync(join(temp, stdout.trim())) };
}
