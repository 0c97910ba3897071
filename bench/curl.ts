import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../scripts/process.ts';
import type { BlobFile } from './blob-files.ts';

/** Sends by curl, with so many requests at the same time, what a registry client would send. */
export class Curl {
  readonly #dir: string;
  readonly #repository: string;
  readonly #concurrency: number;

  /**
   * @param dir for its lists of requests
   * @param repository `http://host/v2/name/`
   */
  constructor(dir: string, repository: string, concurrency: number) {
    this.#dir = dir;
    this.#repository = repository;
    this.#concurrency = concurrency;
  }

  /** Uploads blobs, each by POST and one PUT; gives the seconds. */
  async push(blobs: readonly BlobFile[]): Promise<number> {
    const started = performance.now();
    const sessions = await this.#send(
      'posts',
      blobs.flatMap(() => [`url = "${this.#repository}blobs/uploads/"`, 'output = "/dev/null"']),
      ['--request', 'POST', '--write-out', '%header{location}\\n'],
    );
    const locations = sessions.trim().split('\n');
    await this.#send(
      'puts',
      blobs.flatMap(({ path, digest }, at) => [
        `upload-file = "${path}"`,
        `url = "${locations[at] ?? ''}&digest=${digest}"`,
        'output = "/dev/null"',
      ]),
      ['--header', 'content-type: application/octet-stream', '--header', 'expect:'],
    );
    return (performance.now() - started) / 1000;
  }

  /** Downloads blobs to nowhere; gives the seconds. */
  async pull(blobs: readonly BlobFile[]): Promise<number> {
    const started = performance.now();
    await this.#send(
      'gets',
      blobs.flatMap(({ digest }) => [
        `url = "${this.#repository}blobs/${digest}"`,
        'output = "/dev/null"',
      ]),
      ['--location'],
    );
    return (performance.now() - started) / 1000;
  }

  async #send(name: string, requests: readonly string[], args: readonly string[]): Promise<string> {
    const config = join(this.#dir, name);
    writeFileSync(config, requests.join('\n'));
    const max = String(this.#concurrency);
    const { stdout } = await run(
      'curl',
      [
        '--silent',
        '--show-error',
        '--fail',
        '--parallel',
        '--parallel-max',
        max,
        '--config',
        config,
        ...args,
      ],
      { cwd: this.#dir },
    );
    return stdout;
  }
}
