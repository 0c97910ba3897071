/**
 * One error out of a registry's body.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export interface RegistryProblem {
  /** Upper case, such as `NAME_UNKNOWN`; empty where the body has no codes. */
  readonly code: string;
  readonly message: string;
}

const MAX_PROBLEMS = 5;
const MAX_MESSAGE = 300;

/**
 * Reads what a registry says about an error: the spec's JSON, a token server's `{details}` or
 * `{error, error_description}`, or whatever a proxy in between made of it.
 */
export function parseProblems(text: string): readonly RegistryProblem[] {
  if (text.trim() === '') return [];
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [{ code: '', message: plain(text.replaceAll(/<[^>]*>/g, ' ')) }];
  }
  const fields = asRecord(body);
  if (Array.isArray(fields['errors'])) {
    return fields['errors'].slice(0, MAX_PROBLEMS).map((item: unknown) => {
      const { code, message, detail } = asRecord(item);
      const told = typeof message === 'string' && message !== '' ? message : detail;
      return { code: asCode(code), message: typeof told === 'string' ? plain(told) : '' };
    });
  }
  const message =
    fields['error_description'] ?? fields['details'] ?? fields['message'] ?? fields['error'];
  return [{ code: '', message: plain(typeof message === 'string' ? message : text) }];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asCode(value: unknown): string {
  return typeof value === 'string' ? plain(value).toUpperCase().slice(0, 40) : '';
}

/** One line of visible text: it ends in logs, where a line can be a command. */
function plain(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}...` : line;
}
