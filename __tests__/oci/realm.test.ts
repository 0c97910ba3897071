import { expect, test } from '@jest/globals';

import { checkedRealm } from '../../src/oci/realm.ts';

/* What holds over TLS and on this machine is in auth.test.ts; this is plain http that a user wants. */
test.each([
  ['http://registry.example:5000', 'http://registry.example:5000/token', true],
  ['http://registry.example:5000', 'https://tokens.example/token', false],
  ['http://10.0.0.7:5000', 'http://10.0.0.7:5000/token', true],
  ['http://registry.example:5000', 'http://registry.example:5001/token', false],
  ['http://registry.example:5000', 'http://tokens.example/token', false],
  ['http://registry.example:5000', 'http://localhost:5000/token', false],
  ['http://registry.example:5000', 'https://10.0.0.8/token', false],
  ['http://10.0.0.7:5000', 'http://127.0.0.1:5000/token', false],
  ['https://registry.example:5000', 'http://registry.example:5000/token', false],
  ['https://registry.example', 'https://[64:ff9b::a00:8]/token', false],
  ['https://registry.example', 'https://[64:ff9b::808:808]/token', true],
  ['https://registry.example', 'https://[::a00:8]/token', false],
  ['https://registry.example', 'https://foo.localhost/token', false],
  ['https://[::a00:8]', 'https://[::a00:8]/token', true],
])('%s may name the token server %s: %s', (registry, realm, allowed) => {
  const challenge = { scheme: 'bearer', params: new Map([['realm', realm]]) };
  const check = (): URL => checkedRealm(challenge, new URL(registry));
  if (allowed) expect(check().href).toBe(realm);
  else expect(check).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
});
