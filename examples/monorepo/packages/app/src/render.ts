import { parseTemplate } from '@example/strings';

/** Fills a template's names in; a name without a value stays as it is. */
export function render(template: string, values: Readonly<Record<string, string>>): string {
  const parsed = parseTemplate(template);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value
    .map((part) => (part.kind === 'text' ? part.text : (values[part.name] ?? `{${part.name}}`)))
    .join('');
}
