import { type KeyObject, sign } from 'node:crypto';

const OID_ECDSA_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const OID_COMMON_NAME = Buffer.from('550403', 'hex');
const DAY_MS = 86_400_000;

/** A self-signed certificate. */
export interface Certificate {
  readonly der: Buffer;
  readonly pem: string;
}

/**
 * Makes a certificate that vouches for its own key: what a registry is given to know a token server
 * by. Written out here, since Node makes keys but no certificates, and not every machine has openssl.
 *
 * @param keys an EC pair on P-256
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSigned(
  name: string,
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Certificate {
  const algorithm = sequence(element(0x06, OID_ECDSA_SHA256));
  const subject = sequence(
    element(0x31, sequence(element(0x06, OID_COMMON_NAME), element(0x0c, Buffer.from(name)))),
  );
  const content = sequence(
    element(0x02, Buffer.from([1])),
    algorithm,
    subject,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', content, keys.privateKey);
  const der = sequence(content, algorithm, element(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  return { der, pem };
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, ...parts);
}

/** One element of DER: its tag, its length, its content. */
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.byteLength), content]);
}

function lengthOf(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return element(0x17, Buffer.from(digits.slice(2)));
}
