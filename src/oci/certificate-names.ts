/** Names of a certificate that are shown. */
const MAX_NAMES = 5;

/** Characters of a certificate's names that are looked at: it may be anybody's. */
const MAX_READ = 4096;

/**
 * The hosts that a certificate is for, as Node gives it with an error: `registry.example`,
 * `*.example`, `192.0.2.1`. Where there are no alternative names, its common name.
 *
 * @param certificate of any form: what is not there, or is of another kind, is passed over
 * @see https://nodejs.org/api/tls.html#certificate-object
 */
export function certificateNames(certificate: unknown): readonly string[] {
  const { subjectaltname, subject } = asRecord(certificate);
  const alternative = typeof subjectaltname === 'string' ? subjectaltname.slice(0, MAX_READ) : '';
  const names = alternative
    .split(', ')
    .map((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1])
    .filter((name) => name !== undefined);
  if (names.length > MAX_NAMES) {
    const more = names.length - MAX_NAMES;
    return [...names.slice(0, MAX_NAMES), `and ${String(more)} more`];
  }
  const { CN: common } = asRecord(subject);
  return names.length === 0 && typeof common === 'string' ? [common.slice(0, MAX_READ)] : names;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
