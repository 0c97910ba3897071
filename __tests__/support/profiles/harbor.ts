import { problem } from '../fault-proxy/exchange.ts';
import { checkingManifests } from './layers.ts';
import type { Profile } from './profile.ts';

/** What can be configured of a project. */
export interface HarborOptions {
  /** A tag that points to something stays there. */
  readonly immutableTags?: boolean;
}

/** Harbor behind its proxy cache, which gives whole blobs only. */
export function harbor({ immutableTags = false }: HarborOptions = {}): Profile {
  const tagged = new Set<string>();
  return {
    name: 'Harbor',
    auth: 'basic',
    lacks: { servesRanges: false },
    layers: [
      () => (next) => (exchange) => {
        const { range, ...headers } = exchange.headers;
        return next(range === undefined ? exchange : { ...exchange, headers });
      },
      checkingManifests((_, tag, repository) => {
        if (!immutableTags || tag.includes(':')) return undefined;
        const name = `${repository}:${tag}`;
        if (!tagged.has(name)) {
          tagged.add(name);
          return undefined;
        }
        return problem(
          412,
          'PRECONDITION',
          `Failed to process request due to '${name}' configured as immutable.`,
        );
      }),
    ],
  };
}
