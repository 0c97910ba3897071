/*
 * Stores a blob in a repository, gets it back as a stream, and prints how that went, as JSON. A
 * process of its own, since Node reads NODE_EXTRA_CA_CERTS and the proxies' variables once.
 *
 * Usage: node put-and-get.ts REPOSITORY
 */
import { digestOf } from '../../src/digest.ts';
import { describeError, systemCode } from '../../src/errors.ts';
import { openRemote } from '../../src/oci/open.ts';
import { DEFAULT_POLICY } from '../../src/oci/retry.ts';

/** What it prints. */
export interface Report {
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly message: string;
}

async function putAndGet(repository: string): Promise<Report> {
  const bytes = Buffer.from('bytes by way of TLS');
  const blob = { digest: digestOf(bytes), size: bytes.byteLength };
  const remote = openRemote(repository, {
    cwd: '/',
    credentials: () => undefined,
    retry: { ...DEFAULT_POLICY, attempts: 2, baseMs: 1 },
  });
  try {
    await remote.putBlob(blob.digest, bytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of remote.getBlobStream(blob)) chunks.push(chunk);
    return { outcome: bytes.equals(Buffer.concat(chunks)) ? 'ok' : 'other bytes', message: '' };
  } catch (error) {
    return { outcome: systemCode(error) ?? 'no code', message: describeError(error) };
  } finally {
    await remote.close();
  }
}

console.log(JSON.stringify(await putAndGet(process.argv[2] ?? '')));
