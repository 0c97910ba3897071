import * as v from 'valibot';

import { CafsError } from '../errors.ts';
import { readLimited } from './body.ts';
import type { Endpoint } from './endpoint.ts';
import { assertAbsent, responseError } from './errors.ts';
import type { HttpRequest } from './http.ts';
import { headerValues } from './http.ts';
import { parseNextLink } from './link.ts';
import { isTag } from './reference.ts';
import { retrying } from './retry.ts';

/** Tags asked for at once: more is an error at ECR. GHCR gives 100 whatever is asked. */
const PAGE = 1000;
const MAX_PAGES = 1000;
const MAX_TAGS = 200_000;
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** Distribution says `null` where there are none. */
const ANSWER = v.object({ tags: v.nullish(v.array(v.pipe(v.string(), v.check(isTag))), []) });

interface Page {
  readonly tags: readonly string[];
  readonly next: URL | undefined;
}

/**
 * All tags of a repository, page by page; none where the repository does not exist. A list that is cut
 * short is an error, and not taken for the whole.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
export async function fetchTags(endpoint: Endpoint, signal?: AbortSignal): Promise<string[]> {
  const tags = new Set<string>();
  const pages = new Set<string>();
  let given = 0;
  let url: URL | undefined = new URL(`tags/list?n=${String(PAGE)}`, endpoint.base);
  while (url !== undefined) {
    if (pages.size === MAX_PAGES || given > MAX_TAGS || pages.has(url.href)) {
      throw new CafsError('REMOTE', `The list of tags of ${endpoint.name} does not end.`, {
        hint: 'Delete tags that are no longer needed.',
      });
    }
    const page: Page = await fetchPage(endpoint, url, pages.size === 0, signal);
    pages.add(url.href);
    given += page.tags.length;
    for (const tag of page.tags) tags.add(tag);
    url = page.next;
  }
  return [...tags];
}

async function fetchPage(
  endpoint: Endpoint,
  url: URL,
  isFirst: boolean,
  signal?: AbortSignal,
): Promise<Page> {
  const request: HttpRequest = {
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    signal,
    replay: false,
  };
  return retrying(endpoint.policy, signal, async () => {
    const response = await endpoint.transport(request);
    if (response.status === 404 && isFirst) {
      await assertAbsent(request, response);
      return { tags: [], next: undefined };
    }
    if (response.status !== 200) throw await responseError(request, response);
    const what = `list of tags of ${endpoint.name}`;
    const tags = parseTags(await readLimited(response, what, MAX_PAGE_BYTES), what);
    return { tags, next: parseNextLink(headerValues(response, 'link'), response.url) };
  });
}

function parseTags(bytes: Uint8Array, what: string): readonly string[] {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    // No cause: the message of a SyntaxError quotes the text.
    throw new CafsError('MALFORMED', `The ${what} is no JSON.`);
  }
  const answer = v.safeParse(ANSWER, body);
  if (answer.success) return answer.output.tags;
  throw new CafsError('MALFORMED', `The ${what} is not what the specification says.`);
}
