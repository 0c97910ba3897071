import {
  type Answer,
  type Exchange,
  type Layer,
  answerOf,
  bodyOf,
  collect,
  headerOf,
  repositoryOf,
} from '../fault-proxy/exchange.ts';
import type { Phase } from '../fault-proxy/phase.ts';
import type { Storage } from '../fault-proxy/storage.ts';

/** Answers some requests by itself. @param answer undefined: the registry answers */
export function answering(
  phase: Phase | readonly Phase[],
  answer: (exchange: Exchange) => Answer | undefined,
): () => Layer {
  return () => (next) => async (exchange) => {
    if (![phase].flat().includes(exchange.phase)) return next(exchange);
    const instead = answer(exchange);
    if (instead === undefined) return next(exchange);
    await collect(exchange.body);
    return instead;
  };
}

/** Answers the first request of a phase in each repository by itself. */
export function answeringFirst(phase: Phase, answer: () => Answer): () => Layer {
  const seen = new Set<string>();
  return answering(phase, ({ path }) => {
    const repository = repositoryOf(path);
    if (seen.has(repository)) return undefined;
    seen.add(repository);
    return answer();
  });
}

/** Sends everyone who wants a blob that is there to another host. */
export function blobsElsewhere(status: 302 | 307): (storage: Storage) => Layer {
  return (storage) => (next) => async (exchange) => {
    const wanted = exchange.phase === 'blob' || exchange.phase === 'blob-range';
    if (!wanted || exchange.host === 'storage') return next(exchange);
    const found = await next({ ...exchange, method: 'HEAD' });
    if (found.status !== 200 && found.status !== 206) return next(exchange);
    await collect(found.body);
    return answerOf(status, { location: storage.addressFor(exchange) });
  };
}

/** Gives tags in the order in which they were made, a page at a time. */
export function pagedTags(pageSize: number): () => Layer {
  const orders = new Map<string, string[]>();
  return () => (next) => async (exchange) => {
    const repository = repositoryOf(exchange.path);
    const url = new URL(exchange.path, 'http://any');
    if (exchange.phase === 'manifest-put') {
      const tag = /\/manifests\/([^/:]+)$/.exec(url.pathname)?.[1];
      const order = orders.get(repository) ?? [];
      orders.set(repository, order);
      if (tag !== undefined && !order.includes(tag)) order.push(tag);
    }
    const answer = await next(exchange);
    if (exchange.phase !== 'tags' || answer.status !== 200) return answer;
    const body = await collect(answer.body);
    const { name, tags } = JSON.parse(body.toString()) as { name: string; tags: string[] | null };
    const all = (orders.get(repository) ?? []).filter((tag) => tags?.includes(tag));
    const start = all.indexOf(url.searchParams.get('last') ?? '') + 1;
    const page = all.slice(start, start + pageSize);
    const more = start + page.length < all.length;
    const next_ = `${url.pathname}?last=${page.at(-1) ?? ''}&n=${pageSize}`;
    return answerOf(
      200,
      {
        'content-type': 'application/json',
        ...(more ? { link: `<${next_}>; rel="next"` } : {}),
      },
      JSON.stringify({ name, tags: page }),
    );
  };
}

interface Described {
  readonly mediaType?: string;
}

/** Refuses manifests by what they name. @param refuse undefined: the manifest may pass */
export function checkingManifests(
  refuse: (types: readonly string[], tag: string, repository: string) => Answer | undefined,
): () => Layer {
  return () => (next) => async (exchange) => {
    if (exchange.phase !== 'manifest-put') return next(exchange);
    const bytes = await collect(exchange.body);
    const answer = refuse(
      typesIn(bytes),
      exchange.path.split('/').at(-1) ?? '',
      repositoryOf(exchange.path),
    );
    return answer ?? next({ ...exchange, body: bodyOf(bytes) });
  };
}

function typesIn(bytes: Buffer): readonly string[] {
  try {
    const { config, layers } = JSON.parse(bytes.toString()) as {
      config?: Described;
      layers?: readonly Described[];
    };
    return [config?.mediaType ?? '', ...(layers ?? []).map(({ mediaType }) => mediaType ?? '')];
  } catch {
    return [];
  }
}

/** Uploads go on at another path, with a state in the query that must come back as it was. */
export function uploadsElsewhere(prefix: string, state: string): () => Layer {
  return () => (next) => async (exchange) => {
    const there = exchange.path.startsWith(prefix);
    const path = there ? exchange.path.slice(prefix.length) : exchange.path;
    if (there && !path.includes(state)) {
      await collect(exchange.body);
      return answerOf(404, {}, 'The state of the upload is not what it was.');
    }
    const answer = await next({ ...exchange, path });
    const location = headerOf(answer, 'location');
    if (exchange.phase !== 'upload-start' || answer.status !== 202 || location === undefined) {
      return answer;
    }
    const url = new URL(location, 'http://any');
    const moved = `${prefix}${url.pathname}${url.search === '' ? '?' : `${url.search}&`}${state}`;
    return { ...answer, headers: { ...answer.headers, location: moved } };
  };
}
