import assert from 'node:assert/strict';

import fc from 'fast-check';

import { describeError } from '../../../src/errors.ts';
import { parseDockerConfig } from '../../../src/oci/docker-config.ts';
import { entryCredentials } from '../../../src/oci/docker-entry.ts';
import { valuesFor } from '../../../src/oci/docker-key.ts';
import {
  anyText,
  edited,
  editedJson,
  jsonText,
  megabyte,
  pieces,
  repetitions,
} from '../grammar.ts';
import { type Target, holds, unlessRefused } from '../target.ts';

const FILE = '/home/me/.docker/config.json';
const SECRET = 'hunter2';

const host = fc.constantFrom('ghcr.io', 'docker.io', 'localhost:5000', 'ghcr.io.evil.example');
const key = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'https://', 'http://', 'HTTPS://'),
      fc.oneof(host, fc.constantFrom('index.docker.io', 'GHCR.io', 'ghcr.io:443', 'ghcr')),
      fc.constantFrom('', '/', '/v1/', '/v2/', '/me', '/me/cache', '/me/', '/m'),
    )
    .map((parts) => parts.join('')),
  pieces('ghcr.io', '/', ':', '@', '.', 'https://', 'me'),
  fc.constant('__proto__'),
);

const entry = fc.oneof(
  fc.constant({}),
  fc.record({ auth: fc.constant(Buffer.from(`me:${SECRET}`).toString('base64')) }),
  fc.record({ username: fc.constant('me'), password: fc.constant(SECRET) }),
  fc.record({ identitytoken: fc.constant(SECRET) }),
  fc.record({ registrytoken: fc.constant(SECRET) }),
);

const config = fc.record(
  {
    auths: fc.dictionary(key, entry, { maxKeys: 4 }),
    credHelpers: fc.dictionary(key, fc.constantFrom('pass', 'ecr-login', ''), { maxKeys: 3 }),
    credsStore: fc.constantFrom('desktop', ''),
    HttpHeaders: fc.constant({ 'User-Agent': 'x' }),
  },
  { requiredKeys: [] },
);

const UNITS = ['{', '[', '"', '\\', ':', ',', '{"auths":', ' ', SECRET, '\uFEFF', '/', '@', '.'];

const text = fc.oneof(
  anyText,
  pieces(...UNITS),
  edited(
    config.map((value) => JSON.stringify(value, undefined, 2)),
    ...UNITS,
  ),
  editedJson(config).map(jsonText),
);

const wanted = fc.record({ host, repository: fc.constantFrom('me/cache', 'me', 'you/cache') });

/** Errors about credentials hold nothing of them, and no cause that does. */
function guarded<T>(work: () => T): T | undefined {
  return unlessRefused(['MALFORMED'], () => {
    try {
      return work();
    } catch (error) {
      const { stack, cause } = error as Error;
      assert.doesNotMatch(
        `${describeError(error)} ${stack ?? ''} ${String(cause)}`,
        /hunter2|aHVudGVy/,
      );
      throw error;
    }
  });
}

export const dockerConfigTarget: Target = {
  parser: 'docker config',
  properties: [
    holds(
      'any file gives credentials or an error that shows none',
      fc.tuple(text, wanted),
      ([whole, { host: registry, repository }]) => {
        const found = guarded(() => parseDockerConfig(whole, FILE));
        if (found === undefined) return;
        for (const helper of valuesFor(found.credHelpers, { host: registry, repository: '' })) {
          assert.equal(typeof helper, 'string');
        }
        for (const value of valuesFor(found.auths, { host: registry, repository })) {
          const credentials = guarded(() => entryCredentials(value, FILE, registry));
          for (const one of Object.values(credentials ?? {})) assert.equal(typeof one, 'string');
        }
      },
    ),
    holds(
      'no key means another host',
      fc.tuple(fc.uniqueArray(key, { maxLength: 6 }), wanted),
      ([keys, { host: registry, repository }]) => {
        const table = Object.fromEntries(keys.map((one) => [one, one]));
        for (const one of valuesFor(table, { host: registry, repository })) {
          const url = new URL(one.includes('://') ? one : `https://${one}`);
          const shown = url.host === 'index.docker.io' ? 'docker.io' : url.host;
          assert.equal(shown, registry);
          assert.equal(url.username, '');
          const path = url.pathname.replace(/\/+$/, '').replace(/^\/(?:v[12]$)?/, '');
          assert.ok(path === '' || `${repository}/`.startsWith(`${path}/`), one);
        }
      },
    ),
    holds(
      'a name and a password are read',
      fc.tuple(
        fc.string({ unit: 'grapheme' }).filter((name) => !name.includes(':')),
        fc.string({ unit: 'grapheme', minLength: 1 }),
      ),
      ([username, password]) => {
        const auth = Buffer.from(`${username}:${password}`).toString('base64');
        assert.deepEqual(entryCredentials({ auth }, FILE, 'ghcr.io'), { username, password });
      },
    ),
    holds(
      'a megabyte is soon read',
      repetitions(
        ['{"auths":{"', '{"auths":{"https://', '{"auths":', '{"credHelpers":{"a":"'],
        UNITS,
        ['":{}}}', '"}}', '}'],
      ),
      (repetition) => {
        const found = guarded(() => parseDockerConfig(megabyte(repetition), FILE));
        if (found !== undefined)
          valuesFor(found.auths, { host: 'ghcr.io', repository: 'me/cache' });
        guarded(() => entryCredentials({ auth: megabyte(repetition) }, FILE, 'ghcr.io'));
      },
    ),
  ],
};
