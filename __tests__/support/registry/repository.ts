import { randomUUID } from 'node:crypto';

/** The registry that all tests share, `host:port`: global-setup has seen to it. */
function testRegistry(): string {
  const host = process.env['CAFS_TEST_REGISTRY'] ?? '';
  if (host === '') throw new Error('CAFS_TEST_REGISTRY is not set: is global-setup.ts configured?');
  return host;
}

/** A repository in that registry that nobody else uses. */
export function freshRepository(host = testRegistry()): string {
  return `${host}/cafs-test/${randomUUID()}`;
}
