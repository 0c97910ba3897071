import { WHERE_PROXIES_ARE_NAMED } from './connection-error.ts';
import type { CredentialsUse } from './http.ts';
import type { RegistryProblem } from './problem.ts';

/** An answer that is an error, as far as advice depends on it. */
export interface Refusal {
  readonly status: number;
  /** Who answered. */
  readonly host: string;
  /** Who was asked, where it was another: registries send readers elsewhere for their blobs. */
  readonly sentBy?: string | undefined;
  /** Absent: unknown. */
  readonly method?: string | undefined;
  readonly problems: readonly RegistryProblem[];
  /** Absent: unknown. */
  readonly credentials?: CredentialsUse | undefined;
  /** Of a 404 that is not a registry's: its media type, as it is shown. */
  readonly foreignType?: string | undefined;
  /** Whether a manifest was asked for by its digest. */
  readonly isManifestDigest?: boolean;
  /** Who passed on an answer that has no registry's code, and may have written it. */
  readonly proxy?: string | undefined;
}

/** What a user can do about an error that a host answered. */
export function hintFor(refusal: Refusal): string | undefined {
  const { status, host, sentBy, problems, foreignType, proxy } = refusal;
  if (proxy !== undefined && status !== 401) {
    return `The proxy ${proxy} may have answered, and not ${host}. ${WHERE_PROXIES_ARE_NAMED}`;
  }
  if (foreignType !== undefined) {
    return `${host} does not look like a registry (404 with ${foreignType}, without a registry's code): check the reference.`;
  }
  if (isRateLimit(status, problems)) return `${host} limits how often it may be asked; try later.`;
  if (isOutOfSpace(status, problems)) {
    return `The storage that ${host} grants is used up: delete what is no longer needed there, or ask for more.`;
  }
  if (isImmutable(status, problems)) {
    return `${host} does not let this tag be moved: take the rule about immutable tags off this repository, or use another one.`;
  }
  if ((status === 401 || status === 403) && sentBy !== undefined) {
    return `${sentBy} keeps this at ${host}, which does not give it: the address may have run out, or a proxy may be in between; try later.`;
  }
  if (status === 401) return `${host} ${wish(refusal)} ${whereCredentialsGo(host)}`;
  if (status === 403) return refusalHint(refusal);
  if (isRefusedKind(status, problems)) return kindHint(refusal);
  if (problems.some(({ code }) => code === 'NAME_UNKNOWN')) return repositoryHint(host);
  if (isPartRefusal(refusal)) {
    return `${host} does not find what the manifest names: store that first, in this repository; if it has just been stored, try again.`;
  }
  if (status === 413) return 'The registry, or a proxy before it, limits the size of uploads.';
  if (status >= 500) return faultHint(refusal);
  return undefined;
}

/** All the ways to give credentials. */
export function whereCredentialsGo(host: string): string {
  return `Run "docker login ${host}", or give them by hand. Action: the inputs username and password. Command line: CAFS_USERNAME and CAFS_PASSWORD. Library: () => ({ username, password }), as auth of open or credentials of openRemote.`;
}

/** Whether a registry wants to be asked less often. GitHub answers 403, not 429, to bursts. */
export function isRateLimit(status: number, problems: readonly RegistryProblem[]): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return problems.some(
    ({ code, message }) =>
      code === 'TOOMANYREQUESTS' || /secondary rate limit|rate limit exceeded/i.test(message),
  );
}

/** Whether a rule forbids to move a tag: Harbor says so with 412, others with 400. */
export function isImmutable(status: number, problems: readonly RegistryProblem[]): boolean {
  if (status === 412) return true;
  return isClientError(status) && problems.some(({ message }) => /\bimmutab/i.test(message));
}

/** Whether a registry does not take something of this kind; Quay and GitLab call that invalid. */
export function isRefusedKind(status: number, problems: readonly RegistryProblem[]): boolean {
  if (status === 405 || status === 415) return true;
  return (
    isClientError(status) &&
    problems.some(({ code }) => code === 'MANIFEST_INVALID' || code === 'UNSUPPORTED')
  );
}

function isPartRefusal({ method, problems }: Refusal): boolean {
  const codes = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'];
  return method === 'PUT' && problems.some(({ code }) => codes.includes(code));
}

function isClientError(status: number): boolean {
  return status >= 400 && status < 500;
}

function isOutOfSpace(status: number, problems: readonly RegistryProblem[]): boolean {
  if (status === 507) return true;
  return (
    isClientError(status) &&
    problems.some(({ message }) =>
      /\bquota\b|storage limit|exceed the configured upper limit/i.test(message),
    )
  );
}

function faultHint({ status, host, isManifestDigest }: Refusal): string {
  const fault = `he fault lies with ${host}, or with a proxy before it; try later.`;
  return status === 500 && isManifestDigest === true
    ? `Check that the digest is a manifest's: where it is a blob's, distribution 2 answers 500 each time, and getBlob gets it. Else t${fault}`
    : `T${fault}`;
}

function refusalHint({ host, credentials }: Refusal): string {
  if (credentials === 'none') {
    return `No credentials for ${host} were given, nor found where "docker login", "podman login" and credential helpers leave them. ${whereCredentialsGo(host)}`;
  }
  if (credentials === 'unasked') {
    return `No credentials were sent: ${host} did not ask for any, as a registry does that wants some (401), but refused at once. Check the name of the repository, and whether ${host} lets this machine in.`;
  }
  return permissionHint(host);
}

function permissionHint(host: string): string {
  if (host === 'ghcr.io') {
    return 'In a workflow, the job needs "permissions: packages: write", and the package must give this repository write access (Package settings, Manage Actions access).';
  }
  if (isEcr(host)) {
    return `The IAM identity needs ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability to read; to write, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage as well.`;
  }
  return `The credentials for ${host} do not allow this; ask for the right to pull from and push to this repository.`;
}

function repositoryHint(host: string): string {
  return isEcr(host)
    ? 'At ECR the repository must exist before anything is pushed to it: run "aws ecr create-repository --repository-name NAME".'
    : `Check the name. Some registries do not make a repository, or the project that it is in, on the first push: create it at ${host}.`;
}

function kindHint({ host, method }: Refusal): string {
  if (method !== 'DELETE') {
    return `${host} does not take this kind of manifest; allow its media types there, or use another registry.`;
  }
  return host === 'ghcr.io'
    ? 'GHCR deletes by its own API only: use the page of the package, or "gh api --method DELETE".'
    : `Deletion is not switched on at ${host}; distribution has REGISTRY_STORAGE_DELETE_ENABLED=true for it.`;
}

function isEcr(host: string): boolean {
  return /\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/.test(host);
}

function wish({ credentials }: Refusal): string {
  if (credentials === undefined) {
    return 'wants credentials, or refuses those that it was given.';
  }
  return credentials === 'given'
    ? 'refuses the credentials that it was given.'
    : 'wants credentials, and was given none.';
}
