import * as v from 'valibot';

import { type Digest, isDigest } from '../../digest.ts';
import type { CallOptions, Remote } from '../../oci/remote.ts';
import type { Manifest } from '../../oci/types.ts';
import { malformed } from './malformed.ts';

/** Bytes of an image config: the label of 256 prefixes has some 50,000. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** What the Go package writes is the first; a registry or a tool that converts images makes the second. */
const IMAGE_CONFIGS: readonly string[] = [
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
];

const LABEL_ROOT = 'dev.cafs.root';
const LABEL_PREFIXES = 'dev.cafs.prefixes';

const digest = v.custom<Digest>(isDigest, 'no digest');

const HasLabel = v.object({ config: v.object({ Labels: v.object({ [LABEL_ROOT]: v.string() }) }) });

const Config = v.object({
  config: v.object({ Labels: v.object({ [LABEL_ROOT]: digest, [LABEL_PREFIXES]: v.string() }) }),
  rootfs: v.object({ diff_ids: v.array(digest) }),
});

const Prefixes = v.record(
  v.pipe(v.string(), v.regex(/^[0-9a-f]{2}$/, 'no prefix')),
  v.object({ hash: digest, layer: digest }),
);

/** What the Go package says of the contents whose digests begin with the same two digits. */
export interface PrefixInfo {
  /** See `PrefixHashes`. */
  readonly hash: Digest;
  /** The layer that they are in; the manifest need not list it. */
  readonly layer: Digest;
}

/** What the image config of the Go package says. */
export interface GoLabels {
  /** The label `dev.cafs.root`: the digest of the index, and not what Go's `Root()` gives. */
  readonly root: Digest;
  /** The label `dev.cafs.prefixes`. */
  readonly prefixes: ReadonlyMap<string, PrefixInfo>;
  /** Digests of the layers, decompressed, in the order of the manifest. */
  readonly diffIds: readonly Digest[];
}

/**
 * The labels of an image that the Go package has pushed.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 * @returns undefined for an image that somebody else has pushed
 * @throws CafsError `MALFORMED`; the remote's own errors
 */
export async function fetchLabels(
  remote: Remote,
  { config }: Manifest,
  options: CallOptions,
): Promise<GoLabels | undefined> {
  if (!IMAGE_CONFIGS.includes(config.mediaType) || config.size > MAX_CONFIG_BYTES) return undefined;
  const json = parse(await remote.getBlob(config, options), 'the image config');
  if (!v.is(HasLabel, json)) return undefined;
  const { config: container, rootfs } = check(Config, json, 'the image config');
  const text = container.Labels[LABEL_PREFIXES];
  const prefixes = check(Prefixes, parse(Buffer.from(text), LABEL_PREFIXES), LABEL_PREFIXES);
  return {
    root: container.Labels[LABEL_ROOT],
    prefixes: new Map(Object.entries(prefixes)),
    diffIds: rootfs.diff_ids,
  };
}

function parse(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw malformed(`${what} is not JSON`, cause);
  }
}

function check<T>(schema: v.GenericSchema<unknown, T>, json: unknown, what: string): T {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw malformed(`${what}: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}
