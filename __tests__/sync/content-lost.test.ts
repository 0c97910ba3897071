import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { hasCode } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import type { Store } from '../../src/store/store.ts';
import { exportTree } from '../../src/sync/export-tree.ts';
import { startFaultProxy } from '../support/fault-proxy/proxy.ts';
import { freshRepository } from '../support/registry/repository.ts';
import { ALONE, useMachines } from './machines.ts';

const { tempDir, machine, lose } = useMachines();

let store: Store;
beforeEach(async () => {
  const owner = machine();
  await owner.put('a/lost', 'content');
  await owner.push(ALONE);
  store = machine();
  await store.pull();
  lose(store.stat('a/lost')!.location!.frames[0]!.pack.digest);
});

const LOST = {
  code: 'CONTENT_LOST',
  message: expect.stringMatching(/^The entry "a\/lost" is there, but its content cannot be had: /),
  hint: expect.stringMatching(/a push with `repair` .* put it again, or delete the entry/),
};

test.each<[string, (from: Store) => Promise<unknown>]>([
  ['get', (from) => from.get('a/lost')],
  ['getStream', (from) => from.getStream('a/lost')],
  ['pull of all contents', (from) => from.pull({ contents: true })],
  ['exportTree', (from) => exportTree(from, 'a', join(tempDir(), 'out'))],
])('%s tells an entry without its content from one that is not there', async (_, read) => {
  await expect(read(store)).rejects.toMatchObject(LOST);
});

test('what is not there at all is something else', async () => {
  const missing = await store.get('a/none').catch((error: unknown) => error);
  expect(hasCode(missing, 'NOT_FOUND')).toBe(true);
  await expect(exportTree(store, 'b', tempDir())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(machine({ tag: 'none' }).pull({ contents: true })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('what the hint says helps', async () => {
  await store.put('a/lost', 'content');
  await store.push({ repair: true, ...ALONE });
  const other = machine();
  await other.pull();
  expect((await other.get('a/lost')).toString()).toBe('content');
});

test('a registry that has lost a blob is no different', async () => {
  const repository = freshRepository();
  const [host = '', ...path] = repository.split('/');
  await using proxy = await startFaultProxy({ upstream: host });
  const at = openRemote([proxy.host, ...path].join('/'), { cwd: '/' });
  const owner = machine({ at });
  await owner.put('a/lost', 'content');
  await owner.push(ALONE);
  const reader = machine({ at });
  await reader.pull();
  proxy.faults.add({ phase: 'blob', kind: 'answer', status: 404, times: Infinity });
  await expect(reader.get('a/lost')).rejects.toMatchObject(LOST);
  await at.close();
});
