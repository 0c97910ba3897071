import { err, ok, type Result } from '@example/core';

export type Part = { kind: 'text'; text: string } | { kind: 'name'; name: string };

/** Splits `Hello {name}` into text and names. */
export function parseTemplate(template: string): Result<Part[]> {
  const parts: Part[] = [];
  let rest = template;
  while (rest !== '') {
    const open = rest.indexOf('{');
    if (open === -1) return ok([...parts, { kind: 'text', text: rest }]);
    const close = rest.indexOf('}', open);
    if (close === -1) return err(`"{" without "}" in "${template}"`);
    if (open > 0) parts.push({ kind: 'text', text: rest.slice(0, open) });
    parts.push({ kind: 'name', name: rest.slice(open + 1, close) });
    rest = rest.slice(close + 1);
  }
  return ok(parts);
}
