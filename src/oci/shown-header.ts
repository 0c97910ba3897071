import { type HttpResponse, headerValue } from './http.ts';
import { plainText } from './plain-text.ts';
import { maskOf } from './secrets.ts';

/** A header as an error quotes it: one line in quotes, without what was sent to say who asks. */
export function shownHeader(response: HttpResponse, name: string): string {
  return JSON.stringify(plainText(maskOf({}, response)(headerValue(response, name) ?? '')));
}
