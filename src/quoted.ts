/**
 * Text as an error quotes it: one line, on which everything can be seen. JSON alone leaves control
 * characters from U+007F on as they are, some of which terminals obey, and what turns the direction of
 * writing around.
 *
 * @example
 * quoted('a\n\u202Eb') // '"a\\n\\u{202e}b"'
 */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
