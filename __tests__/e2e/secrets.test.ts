import { once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { useTempDirs } from '../support/temp.ts';
import type { EntryResult } from '../support/action-runner.ts';
import { runMain, runPost, subtreeInputs } from './job.ts';
import { type Checkout, Project, build } from './project.ts';

const tempDir = useTempDirs();

const PASSWORD = 'correct-horse-battery-staple';
const TOKEN = 'ghs_0123456789abcdef';
const SECRETS = [PASSWORD, TOKEN, Buffer.from(`octocat:${PASSWORD}`).toString('base64')];

/** All that a step said, but for the commands that tell the runner what to mask. */
function saidBy(step: EntryResult): string {
  const lines = step.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return JSON.stringify({ ...step, stdout: lines });
}

function expectSilence(...texts: readonly string[]): void {
  for (const text of texts) {
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
}

describe('secrets', () => {
  let project: Project;
  let checkout: Checkout;
  beforeEach(() => {
    project = new Project(tempDir);
    checkout = project.checkOut();
  });

  const withSecrets = (remote: string): Record<string, string> => ({
    ...subtreeInputs(remote),
    password: PASSWORD,
    'github-token': TOKEN,
  });

  test('are masked, and nowhere in logs, outputs, state, summary or the remote', async () => {
    const layout = join(tempDir(), 'remote');
    const machine = tempDir();
    const job = { checkout, machine, inputs: withSecrets(`oci:${layout}`) };
    const main = await runMain(job);
    build(checkout, 'packages/a');
    const post = await runPost(job, main);
    expect(post.outputs['saved']).toBe('true');
    for (const step of [main, post]) {
      expect(step.stdout).toContain(`::add-mask::${PASSWORD}\n`);
      expect(step.stdout).toContain(`::add-mask::${TOKEN}\n`);
    }
    expectSilence(saidBy(main), saidBy(post), ...filesBelow(layout), ...filesBelow(machine));
  });

  test('values of variables enter fingerprints hashed', async () => {
    const layout = join(tempDir(), 'remote');
    const inputs = { ...subtreeInputs(`oci:${layout}`), env: 'TOKEN' };
    const job = { checkout, machine: tempDir(), inputs, env: { TOKEN } };
    const main = await runMain(job);
    build(checkout, 'packages/a');
    const post = await runPost(job, main);
    expectSilence(saidBy(main), saidBy(post), ...filesBelow(layout), ...filesBelow(job.machine));
  });

  describe('and a registry', () => {
    const seen: IncomingMessage[] = [];
    let challenge: string;
    const server = createServer((request, response) => {
      seen.push(request);
      response.writeHead(401, { 'www-authenticate': challenge });
      response.end('{"errors":[{"code":"UNAUTHORIZED","message":"who are you?"}]}');
    });
    beforeAll(async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    beforeEach(() => {
      seen.length = 0;
    });
    afterAll(() => {
      server.close();
    });

    const host = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

    test('the password goes to its registry, the workflow’s token nowhere', async () => {
      challenge = 'Basic realm="here"';
      const inputs = withSecrets(`${host()}/demo`);
      const main = await runMain({ checkout, machine: tempDir(), inputs });
      expect(main.exitCode).toBe(0);
      expect(main.stdout).toContain('::warning::');
      const given = seen.flatMap(({ headers }) => headers.authorization ?? []);
      expect(given).not.toEqual([]);
      expect(new Set(given)).toEqual(new Set([`Basic ${SECRETS[2]!}`]));
      expectSilence(saidBy(main));
    });

    test('without a password nothing is sent', async () => {
      challenge = 'Basic realm="here"';
      const inputs = { ...withSecrets(`${host()}/demo`), password: '' };
      const main = await runMain({ checkout, machine: tempDir(), inputs });
      expect(main.exitCode).toBe(0);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
      expectSilence(saidBy(main));
    });

    test('the password does not go to a realm that is another host in the clear', async () => {
      challenge = 'Bearer realm="http://10.0.0.1/token",service="x"';
      const inputs = withSecrets(`${host()}/demo`);
      const main = await runMain({ checkout, machine: tempDir(), inputs });
      expect(main.exitCode).toBe(0);
      expect(main.stdout).toContain('::warning::');
      expect(seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
      expectSilence(saidBy(main));
    });
  });
});
