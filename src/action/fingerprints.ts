import type { Digest } from '../digest.ts';
import { type Fingerprint, fingerprintSubtrees } from '../subtree/fingerprint.ts';
import { dependenciesOutside } from '../subtree/workspace-packages.ts';
import type { Session } from './session.ts';
import type { Subtree } from './subtrees.ts';

/**
 * Fingerprints of subtrees, by name; paths have none. Those of some are the same as those of all
 * would be: what they depend on is read along.
 */
export async function fingerprintsOf(
  session: Session,
  subtrees: readonly Subtree[],
): Promise<ReadonlyMap<string, Fingerprint>> {
  const { inputs, environment, platform, observer } = session;
  const names = subtrees.filter(({ hasInputs }) => hasInputs).map(({ name }) => name);
  if (names.length === 0) return new Map();
  const workspace = environment.roots.ws;
  const outside = await dependenciesOutside(workspace, names, { observer });
  const prints = await fingerprintSubtrees({
    workspace,
    // All are read with the same globs, so that a job which names fewer comes to the same result.
    subtrees: [...names, ...outside].map((name) => ({
      name,
      inputs: inputs.inputs,
      outputs: inputs.outputs,
    })),
    sharedInputs: inputs['shared-inputs'],
    env: new Map(inputs.env.map((name) => [name, environment.variable(name)])),
    salt: inputs.salt,
    platform,
    observer,
  });
  return new Map([...prints].filter(([name]) => names.includes(name)));
}

/** Why a subtree is always changed, and never saved. */
export const NO_INPUTS = 'none of its files is an input';

/** The fingerprints by which snapshots are looked for; not those that cover no file. */
export function digestsOf(prints: ReadonlyMap<string, Fingerprint>): Map<string, Digest> {
  return new Map(
    [...prints].flatMap(([name, { fingerprint, record }]) =>
      record.files.length === 0 ? [] : [[name, fingerprint] as const],
    ),
  );
}
