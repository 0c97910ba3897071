/** Every character of ASCII that is no letter or digit and has a name, and the blank that does not break. */
const NAMES: Readonly<Record<string, string>> = {
  tab: '\t',
  newline: '\n',
  nbsp: ' ',
  excl: '!',
  quot: '"',
  num: '#',
  dollar: '$',
  percnt: '%',
  amp: '&',
  apos: "'",
  lpar: '(',
  rpar: ')',
  ast: '*',
  midast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  lt: '<',
  equals: '=',
  gt: '>',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  hat: '^',
  lowbar: '_',
  underbar: '_',
  grave: '`',
  diacriticalgrave: '`',
  lcub: '{',
  lbrace: '{',
  verbar: '|',
  vert: '|',
  verticalline: '|',
  rcub: '}',
  rbrace: '}',
};

/** How HTML writes a character: by its number, whose `;` some leave out, or by its name. */
export const ENTITY = /&(?:#x0*[\da-f]{1,6};?|#0*\d{1,7};?|[a-z]{2,16};)/gi;

/**
 * The character that an {@link ENTITY} means. One without a meaning, or with a name that is not known here,
 * stays as it is.
 *
 * @see https://html.spec.whatwg.org/multipage/named-characters.html
 */
export function entityText(entity: string): string {
  const name = entity.slice(1).replace(/;$/, '').toLowerCase();
  if (!name.startsWith('#')) return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? entity) : entity;
  const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= MAX_CODE_POINT ? String.fromCodePoint(code) : entity;
}

const MAX_CODE_POINT = 0x10_ff_ff;
