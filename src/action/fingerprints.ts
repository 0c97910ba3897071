import type { Digest } from '../digest.ts';
import { type Fingerprint, fingerprintSubtrees } from '../subtree/fingerprint.ts';
import type { Session } from './session.ts';

/** Fingerprints of all subtrees that have inputs, by name. */
export async function fingerprintsOf(session: Session): Promise<ReadonlyMap<string, Fingerprint>> {
  const { inputs, plan, environment, platform, observer } = session;
  const subtrees = plan.subtrees.filter(({ hasInputs }) => hasInputs);
  if (subtrees.length === 0) return new Map();
  return fingerprintSubtrees({
    workspace: environment.roots.ws,
    subtrees: subtrees.map(({ name, outputs }) => ({ name, outputs, inputs: inputs.inputs })),
    sharedInputs: inputs['shared-inputs'],
    env: new Map(inputs.env.map((name) => [name, environment.variable(name)])),
    salt: inputs.salt,
    platform,
    observer,
  });
}

/** The fingerprints alone. */
export function digestsOf(prints: ReadonlyMap<string, Fingerprint>): Map<string, Digest> {
  return new Map([...prints].map(([name, { fingerprint }]) => [name, fingerprint]));
}
