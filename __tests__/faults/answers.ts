/** An answer in place of a registry's, without the occasion: see `Fault`. */
export interface FalseAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a proxy with a login says, or a registry that thinks that it is asked by a browser. */
export const PAGE: FalseAnswer = {
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><title>Log in</title>',
};

/** An error as the specification wants it. */
export function refusal(status: number, code: string, message: string): FalseAnswer {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ errors: [{ code, message }] }),
  };
}
