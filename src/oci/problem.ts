import { htmlText } from './html-text.ts';
import { plainText } from './plain-text.ts';
import { type Mask, hideAuthorizations } from './secrets.ts';

/**
 * One error out of a registry's body.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export interface RegistryProblem {
  /** Upper case, such as `NAME_UNKNOWN`; empty where the body has no codes. */
  readonly code: string;
  /** One line of visible text: see {@link plainText}. */
  readonly message: string;
}

const MAX_PROBLEMS = 5;

/**
 * Reads what a registry says about an error: the specification's JSON, a token server's `{details}`
 * or `{error, error_description}`, the XML of where its blobs lie, or whatever a proxy in between made
 * of it.
 *
 * @param mask takes out what must not be shown: it sees all words before they are cut
 */
export function parseProblems(
  text: string,
  mask: Mask = hideAuthorizations,
): readonly RegistryProblem[] {
  if (text.trim() === '') return [];
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [{ code: '', message: plainText(pageText(text, mask)) }];
  }
  const fields = asRecord(body);
  if (Array.isArray(fields['errors'])) {
    return fields['errors'].slice(0, MAX_PROBLEMS).map((item) => problemOf(item, mask));
  }
  const message =
    fields['error_description'] ?? fields['details'] ?? fields['message'] ?? fields['error'];
  return [{ code: '', message: plainText(mask(typeof message === 'string' ? message : text)) }];
}

/** Masked as it was written, of which a tag may be a part of a secret, and as it is read. */
function pageText(page: string, mask: Mask): string {
  const masked = mask(page);
  return mask(storageError(masked) ?? htmlText(masked));
}

function problemOf(item: unknown, mask: Mask): RegistryProblem {
  const { code, message, detail } = asRecord(item);
  // What went wrong, or which blob it is about, stands in the detail where the message only says the code
  // in other words.
  const { message: inner, digest } = asRecord(detail);
  const told = [message, typeof detail === 'string' ? detail : (inner ?? digest)]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(': ');
  return {
    code: typeof code === 'string' ? plainText(mask(code)).toUpperCase().slice(0, 40) : '',
    message: plainText(mask(told)),
  };
}

/** An error of S3, Google's or Azure's storage. All that it says besides repeats a signed request. */
function storageError(text: string): string | undefined {
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  if (code === undefined) return undefined;
  return `${code}: ${/<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? ''}`;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
