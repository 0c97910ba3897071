import { problem } from '../fault-proxy/exchange.ts';
import { checkingManifests } from './layers.ts';
import type { Profile } from './profile.ts';

const KNOWN = /^application\/vnd\.(?:oci\.image|docker)\./;

/** GitLab's registry: manifests of images only, and tokens of a minute. */
export function gitlab(): Profile {
  return {
    name: 'GitLab',
    auth: 'token',
    lacks: { takesAnyType: false },
    layers: [
      checkingManifests((types) => {
        const unknown = types.find((type) => !KNOWN.test(type));
        if (unknown === undefined) return undefined;
        return problem(400, 'MANIFEST_INVALID', `unknown media type: ${unknown}`);
      }),
    ],
  };
}
