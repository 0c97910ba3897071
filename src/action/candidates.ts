import type { Digest } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { Fingerprint } from '../subtree/fingerprint.ts';
import { explain } from '../subtree/reasons.ts';
import { fingerprintsOf, NO_INPUTS } from './fingerprints.ts';
import { keptRecord } from './kept-records.ts';
import { outputsState } from './outputs-state.ts';
import type { Session } from './session.ts';
import { type State, UNREADABLE } from './state.ts';
import type { Subtree } from './subtrees.ts';

/** A subtree whose outputs are to be read from disk and saved. */
export interface Candidate {
  readonly subtree: Subtree;
  /** Absent for a path, which has no inputs. */
  readonly print: Fingerprint | undefined;
}

/** A subtree that did not change: a snapshot holds its outputs already. */
export interface Served {
  readonly subtree: Subtree;
  /** Of its inputs when it was restored. */
  readonly fingerprint: Digest | null;
  readonly snapshot: Digest;
}

/** What is saved, and what is not. */
export interface Selected {
  readonly candidates: readonly Candidate[];
  readonly served: readonly Served[];
  /** By name: why a subtree is left out. */
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * Decides what may be saved. A subtree is saved under its fingerprint only where its outputs can
 * have come from just these inputs; in doubt it is left out, which costs a build and never a wrong
 * hit.
 */
export async function selectForSaving(
  session: Session,
  state: State | undefined,
): Promise<Selected> {
  const known = new Map(state?.subtrees.map((subtree) => [subtree.name, subtree]));
  const candidates: Candidate[] = [];
  const served: Served[] = [];
  const skipped = new Map<string, string>();
  const others: Subtree[] = [];
  for (const subtree of session.plan.subtrees) {
    const before = known.get(subtree.name);
    if (subtree.hasInputs && typeof before?.servedBy === 'string') {
      served.push({ subtree, fingerprint: before.fingerprint, snapshot: before.servedBy });
    } else {
      others.push(subtree);
    }
  }
  // Only of what changed: where nothing did, no input is read again.
  const prints = await fingerprintsOf(session, others);
  for (const subtree of others) {
    const before = known.get(subtree.name);
    const print = prints.get(subtree.name);
    const edited = print === undefined ? undefined : editedMeanwhile(session, print, before);
    if (edited !== undefined) {
      // Somebody has to mend the build: it writes to its own inputs.
      session.observer({ kind: 'warning', message: `${subtree.name} is not saved: ${edited}.` });
    }
    const reason =
      edited ??
      (print === undefined
        ? undefined
        : (withoutInputs(print) ?? notBuilt(session, subtree, before)));
    if (reason === undefined) candidates.push({ subtree, print });
    else skipped.set(subtree.name, reason);
  }
  return { candidates, served, skipped };
}

/** Whether, and how, a subtree's inputs are not those that the main step saw. */
function editedMeanwhile(
  session: Session,
  print: Fingerprint,
  before: State['subtrees'][number] | undefined,
): string | undefined {
  if (before === undefined || before.fingerprint === print.fingerprint) return undefined;
  return `its inputs changed during the job: ${whatChanged(session, print, before.fingerprint)}`;
}

/** A fingerprint that covers no file says nothing of what was built. */
function withoutInputs({ record }: Fingerprint): string | undefined {
  return record.files.length === 0 ? NO_INPUTS : undefined;
}

/** Why a subtree's outputs may not be what a build of its inputs gives; undefined: no doubt. */
function notBuilt(
  { inputs }: Session,
  subtree: Subtree,
  before: State['subtrees'][number] | undefined,
): string | undefined {
  if (subtree.outputs.length === 0) {
    return inputs.save === 'always'
      ? 'it has no outputs, and with "save: always" it cannot be seen whether the job succeeded'
      : undefined;
  }
  if (before?.outputsBefore === UNREADABLE) return 'its outputs could not be read before the build';
  let now: string | null;
  try {
    now = outputsState(subtree.area);
  } catch (error) {
    return `its outputs cannot be read: ${describeError(error).replace(/\.$/, '')}`;
  }
  if (now === null) return 'it was not built here: nothing lies in its outputs';
  if (now === before?.outputsBefore)
    return 'it was not built here: its outputs are as they were before';
  return undefined;
}

function whatChanged(session: Session, print: Fingerprint, before: Digest | null): string {
  const record = before === null ? undefined : keptRecord(session, before);
  const reasons = record === undefined ? [] : explain(print.record, record, { limit: 3 });
  return reasons.length === 0 ? 'they were not known before' : reasons.join(', ');
}
