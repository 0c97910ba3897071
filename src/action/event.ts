import * as v from 'valibot';

import type { Scope } from './tags.ts';

/** What a job knows of the event that started it. */
export interface WorkflowEvent {
  /** `push`, `pull_request`, ...; empty where no GitHub event started this. */
  readonly name: string;
  /** `refs/heads/main`, ... */
  readonly ref: string;
  /** 40 hexadecimal digits. */
  readonly sha: string;
  readonly actor: string;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string;
  /** The event's payload as it stands in the file that GitHub names. */
  readonly payload: unknown;
}

/** What a job may read and write. */
export interface Access {
  /** Scopes to look in, in this order. */
  readonly reads: readonly Scope[];
  /** The scope to write, or undefined where this job writes nothing. */
  readonly writes: Scope | undefined;
  /** The commit whose tag is written along. */
  readonly sha: string | undefined;
  readonly defaultBranch: string | undefined;
  /** Why nothing is written, as the end of a sentence. */
  readonly readOnlyBecause: string | undefined;
}

/** A part that is not as GitHub documents it is taken for missing: the others still count. */
const Payload = v.object({
  repository: part(v.object({ default_branch: v.optional(v.string()) })),
  pull_request: part(
    v.object({
      number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      head: v.object({ repo: v.nullish(v.object({ full_name: v.string() })) }),
      base: v.object({ ref: v.string() }),
      user: v.nullish(v.object({ login: v.string() })),
    }),
  ),
  merge_group: part(v.object({ base_ref: v.string() })),
});

function part<T extends v.GenericSchema>(schema: T) {
  return v.fallback(v.optional(schema), undefined);
}

const OWN_BRANCH_EVENTS = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  '',
]);

/**
 * Classifies an event. Whatever is not known to be safe reads the default branch and writes
 * nothing: a job that runs code of others must not write what trusted jobs read.
 */
export function classify(event: WorkflowEvent): Access {
  const parsed = v.safeParse(Payload, event.payload);
  const payload = parsed.success ? parsed.output : {};
  const defaultBranch = payload.repository?.default_branch ?? scheduledOn(event);
  const sha = /^[0-9a-f]{40}$/.test(event.sha) ? event.sha : undefined;
  const own = ownScope(event, payload);
  return {
    reads: distinct([own.writes, own.base, branch(defaultBranch)]),
    writes: own.writes,
    sha: own.writes?.kind === 'branch' ? sha : undefined,
    defaultBranch,
    readOnlyBecause: own.writes === undefined ? own.because : undefined,
  };
}

/** Schedules run on the default branch alone, and their payloads may not name it. */
function scheduledOn({ name, ref }: WorkflowEvent): string | undefined {
  const on = name === 'schedule' ? branchOfRef(ref) : undefined;
  return on?.kind === 'branch' ? on.name : undefined;
}

interface Own {
  readonly writes: Scope | undefined;
  readonly base?: Scope | undefined;
  readonly because?: string;
}

function ownScope(event: WorkflowEvent, payload: v.InferOutput<typeof Payload>): Own {
  const { pull_request: pull, merge_group: group } = payload;
  if (event.name === 'pull_request' && pull !== undefined) {
    const base = branch(pull.base.ref);
    if (isDependabot(event.actor) || isDependabot(pull.user?.login)) {
      return { writes: undefined, base, because: 'Dependabot opened this pull request' };
    }
    if (pull.head.repo?.full_name !== event.repository) {
      return { writes: undefined, base, because: 'the pull request comes from a fork' };
    }
    return { writes: { kind: 'pull-request', number: pull.number }, base };
  }
  if (event.name === 'merge_group') {
    const base = branchOfRef(group?.base_ref);
    return { writes: undefined, base, because: 'this is a merge queue run' };
  }
  if (OWN_BRANCH_EVENTS.has(event.name)) {
    const writes = branchOfRef(event.ref);
    if (writes === undefined) return { writes, because: `${event.ref || 'the ref'} is no branch` };
    if (isDependabot(event.actor))
      return { writes: undefined, because: 'Dependabot started this run' };
    return { writes };
  }
  return { writes: undefined, because: `the event ${event.name} may run code of others` };
}

function isDependabot(login: string | undefined): boolean {
  return login === 'dependabot[bot]';
}

function branch(name: string | undefined): Scope | undefined {
  return name === undefined || name === '' ? undefined : { kind: 'branch', name };
}

function branchOfRef(ref: string | undefined): Scope | undefined {
  const prefix = 'refs/heads/';
  return ref?.startsWith(prefix) === true ? branch(ref.slice(prefix.length)) : undefined;
}

function distinct(scopes: readonly (Scope | undefined)[]): Scope[] {
  const seen = new Map<string, Scope>();
  for (const scope of scopes) {
    if (scope !== undefined && !seen.has(JSON.stringify(scope)))
      seen.set(JSON.stringify(scope), scope);
  }
  return [...seen.values()];
}
