import { ENTITY, entityText } from './entities.ts';

/** Characters of a page that are looked at. */
const MAX_READ = 64 * 1024;

/**
 * What a page of HTML or XML says, without its tags, scripts and styles. One pass from left to right:
 * what is no tag stays, and nothing here can be made to look for an end again and again.
 */
export function htmlText(page: string): string {
  let hidden = '';
  let text = '';
  for (const [piece] of page.slice(0, MAX_READ).matchAll(/<[^<>]*>|[^<]+|</g)) {
    const tag = /^<(\/?)([a-z][a-z0-9]*)/i.exec(piece);
    const name = tag?.[2]?.toLowerCase() ?? '';
    if (hidden !== '') {
      if (tag?.[1] === '/' && name === hidden) hidden = '';
    } else if (piece.endsWith('>') && piece.startsWith('<')) {
      text += ' ';
      if (tag?.[1] === '' && (name === 'script' || name === 'style')) hidden = name;
    } else {
      text += piece;
    }
  }
  return text.replaceAll(ENTITY, entityText);
}
