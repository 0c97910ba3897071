import { problem } from '../fault-proxy/exchange.ts';
import { answering, blobsElsewhere } from './layers.ts';
import type { Profile } from './profile.ts';

/** What an account may do. */
export interface DockerHubOptions {
  /** Manifests that may be pulled; HEAD is for nothing. */
  readonly pulls?: number;
}

/** Docker Hub, which counts whoever gets a manifest. */
export function dockerHub({ pulls = Infinity }: DockerHubOptions = {}): Profile {
  let left = pulls;
  return {
    name: 'Docker Hub',
    auth: 'token',
    lacks: {},
    layers: [
      answering('manifest', () => {
        left -= 1;
        if (left >= 0) return undefined;
        return problem(
          429,
          'TOOMANYREQUESTS',
          'You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
        );
      }),
      blobsElsewhere(307),
    ],
  };
}
