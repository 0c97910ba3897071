import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { writeDurably } from './durable-file.ts';
import type { LayoutFolder } from './layout-folder.ts';
import { isDeep } from './nesting.ts';
import { readSmallFile } from './regular-file.ts';
import type { TagOrDigest } from './remote.ts';
import { type Descriptor, MEDIA_TYPE_INDEX } from './types.ts';

/** Where a descriptor says which tag it is. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** The most that a table may have, in bytes: about 100,000 tags. */
const MAX_TABLE = 32 * 1024 * 1024;

/** More levels than any tool writes, and few enough for what goes through a table level by level. */
const MAX_LEVELS = 100;

const DESCRIPTOR = v.looseObject({
  mediaType: v.string(),
  digest: v.custom<Digest>(isDigest, 'no digest'),
  size: v.pipe(v.number(), v.safeInteger('no size'), v.minValue(0, 'no size')),
  annotations: v.exactOptional(v.record(v.string(), v.string())),
});

/** Loose: what other tools have written stays as it is. */
const INDEX = v.looseObject({ schemaVersion: v.literal(2), manifests: v.array(DESCRIPTOR) });

type LayoutIndex = v.InferOutput<typeof INDEX>;

/**
 * The tags and manifests of an image layout: its `index.json`.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md#indexjson-file
 */
export class TagTable {
  readonly #index: LayoutIndex;

  private constructor(index: LayoutIndex) {
    this.#index = index;
  }

  /**
   * Reads a layout's table; an empty one where no manifest was ever stored.
   *
   * @throws CafsError `MALFORMED`, also where it is larger than is read; `DENIED`
   */
  static async read({ index: path }: LayoutFolder): Promise<TagTable> {
    const text = await readSmallFile(path, MAX_TABLE);
    if (text === undefined) {
      return new TagTable({ schemaVersion: 2, mediaType: MEDIA_TYPE_INDEX, manifests: [] });
    }
    const parsed = v.safeParse(INDEX, parseJson(text, path), { abortEarly: true });
    if (parsed.success) return new TagTable(parsed.output);
    const [issue] = parsed.issues;
    throw malformed(path, `${v.getDotPath(issue) ?? 'it'}: ${issue.message.slice(0, 200)}`);
  }

  get tags(): readonly string[] {
    return this.#index.manifests.flatMap(({ annotations }) => annotations?.[REF_NAME] ?? []);
  }

  find(tag: string): Descriptor | undefined {
    // Where a tool has left two, the later one is the newer one.
    return this.#index.manifests.findLast(({ annotations }) => annotations?.[REF_NAME] === tag);
  }

  /** The same with tags pointing at a manifest; without tags, it is listed by itself. */
  with(descriptor: Descriptor, tags: readonly string[]): TagTable {
    const { mediaType, digest, size } = descriptor;
    const plain = { mediaType, digest, size };
    const kept = this.#index.manifests.filter(({ annotations }) => {
      const tag = annotations?.[REF_NAME];
      return tag === undefined || !tags.includes(tag);
    });
    const listed = tags.length > 0 || kept.some((other) => other.digest === digest);
    const added = listed
      ? tags.map((tag) => ({ ...plain, annotations: { [REF_NAME]: tag } }))
      : [plain];
    return new TagTable({ ...this.#index, manifests: [...kept, ...added] });
  }

  /** The same without a tag, or without a manifest and all its tags; undefined where there is none. */
  without(reference: TagOrDigest): TagTable | undefined {
    const { manifests } = this.#index;
    const kept = manifests.filter(
      ({ digest, annotations }) =>
        digest !== reference && annotations?.[REF_NAME] !== reference,
    );
    if (kept.length === manifests.length) return undefined;
    return new TagTable({ ...this.#index, manifests: kept });
  }

  /**
   * Puts it in place of the one that is there, which is read no more.
   *
   * @param folder prepared for writing, and locked
   * @throws CafsError `UNSUPPORTED` where it is larger than is read
   */
  async write({ index: path, tempDir }: LayoutFolder): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(this.#index));
    if (bytes.byteLength > MAX_TABLE) {
      throw new CafsError(
        'UNSUPPORTED',
        `The file ${path} would have ${String(bytes.byteLength)} bytes; not more than ${String(MAX_TABLE)} are read.`,
        { hint: 'Delete tags that are no longer needed.' },
      );
    }
    await writeDurably(path, tempDir, bytes);
  }
}

function parseJson(text: string, path: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw malformed(path, 'it is no JSON');
  }
  if (isDeep(text, MAX_LEVELS)) throw malformed(path, 'it is nested too deeply');
  return body;
}

function malformed(path: string, why: string): CafsError {
  return new CafsError('MALFORMED', `${path} is no image index: ${why}.`);
}
