import { setTimeout as delay } from 'node:timers/promises';

import * as v from 'valibot';

import { isDigest } from '../digest.ts';
import { CafsError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import { BrokenLayoutError } from './broken-layout.ts';
import { writeDurably } from './durable-file.ts';
import type { LayoutFolder } from './layout-folder.ts';
import { readSmallFile } from './regular-file.ts';
import type { TagOrDigest } from './remote.ts';
import { type Descriptor, MEDIA_TYPE_INDEX } from './types.ts';

/** Where a descriptor says which tag it is. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** The most that an `index.json` may have, in bytes: some 25,000 tags. */
const MAX_INDEX_BYTES = 8 * 1024 * 1024;

/**
 * The digest of any algorithm: that somebody has another one concerns only who asks for that manifest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
 */
const ANY_DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

const DESCRIPTOR = v.looseObject({
  mediaType: v.string(),
  digest: v.pipe(v.string(), v.regex(ANY_DIGEST)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  annotations: v.nullish(v.record(v.string(), v.string())),
});

/** Loose: what other tools have written stays as it is. Go writes `null` for what is empty. */
const INDEX = v.looseObject({
  schemaVersion: v.literal(2),
  manifests: v.nullable(v.array(DESCRIPTOR), []),
});

type LayoutIndex = v.InferOutput<typeof INDEX>;
type Entry = LayoutIndex['manifests'][number];

/** The tags and manifests of an image layout: its `index.json`. */
export class TagTable {
  readonly #index: LayoutIndex;

  private constructor(index: LayoutIndex) {
    this.#index = index;
  }

  /**
   * Reads a layout's table; an empty one where no manifest was ever stored.
   *
   * @throws CafsError `MALFORMED`, `DENIED`
   */
  static async read(folder: LayoutFolder): Promise<TagTable> {
    const json = await readWhole(folder);
    if (json === undefined) {
      return new TagTable({ schemaVersion: 2, mediaType: MEDIA_TYPE_INDEX, manifests: [] });
    }
    // Not a list of all that is wrong: there may be millions of it.
    const parsed = v.safeParse(INDEX, json, { abortEarly: true });
    if (parsed.success) return new TagTable(parsed.output);
    throw malformed(folder);
  }

  get tags(): readonly string[] {
    return this.#index.manifests.flatMap((entry) => tagOf(entry) ?? []);
  }

  /**
   * What a tag points to.
   *
   * @throws CafsError `UNSUPPORTED` where its digest is not of SHA-256
   */
  find(tag: string): Descriptor | undefined {
    // Where a tool has left two, the later one is the newer one.
    const found = this.#index.manifests.findLast((entry) => tagOf(entry) === tag);
    if (found === undefined) return undefined;
    const { mediaType, digest, size } = found;
    if (isDigest(digest)) return { mediaType, digest, size };
    throw new CafsError(
      'UNSUPPORTED',
      `The tag ${tag} points to ${quoted(digest)}: only whole digests of SHA-256 are read.`,
      { hint: 'Use another tag, or delete this one.' },
    );
  }

  /** Whether a tag, or a manifest by its digest, is listed. */
  has(reference: TagOrDigest): boolean {
    return this.#index.manifests.some((entry) => isMeant(entry, reference));
  }

  /** The same with tags pointing at a manifest; without tags, it is listed by itself. */
  with(descriptor: Descriptor, tags: readonly string[]): TagTable {
    const { mediaType, digest, size } = descriptor;
    const plain = { mediaType, digest, size };
    const moved = new Set<string | undefined>(tags);
    const kept = this.#index.manifests.filter((entry) => !moved.has(tagOf(entry)));
    const listed = moved.size > 0 || kept.some((other) => other.digest === digest);
    const added = listed
      ? [...new Set(tags)].map((tag) => ({ ...plain, annotations: { [REF_NAME]: tag } }))
      : [plain];
    return new TagTable({ ...this.#index, manifests: [...kept, ...added] });
  }

  /** The same without a tag, or without a manifest and all tags that point to it. */
  without(reference: TagOrDigest): TagTable {
    const kept = this.#index.manifests.filter((entry) => !isMeant(entry, reference));
    return new TagTable({ ...this.#index, manifests: kept });
  }

  /**
   * Writes the table in place of the one that is there, which nobody else may be doing.
   *
   * @throws CafsError `INVALID_INPUT` where it is larger than what is read
   */
  async write(folder: LayoutFolder): Promise<void> {
    const bytes = encode(this.#index, folder);
    if (bytes.byteLength > MAX_INDEX_BYTES) {
      throw new CafsError(
        'INVALID_INPUT',
        `${folder.index} would have ${String(bytes.byteLength)} bytes; not more than ${String(MAX_INDEX_BYTES)} are read.`,
        { hint: 'Delete tags that nobody needs any more, or name another folder.' },
      );
    }
    await writeDurably(folder.index, folder.tempDir, bytes);
  }
}

function tagOf({ annotations }: Entry): string | undefined {
  return annotations?.[REF_NAME];
}

function isMeant(entry: Entry, reference: TagOrDigest): boolean {
  return isDigest(reference) ? entry.digest === reference : tagOf(entry) === reference;
}

function encode(index: LayoutIndex, folder: LayoutFolder): Buffer {
  try {
    return Buffer.from(JSON.stringify(index));
  } catch (cause) {
    // What can be read may yet be nested too deeply to be written.
    throw malformed(folder, cause);
  }
}

function malformed(folder: LayoutFolder, cause?: unknown): CafsError {
  return new BrokenLayoutError(`${folder.index} is no image index.`, { hint: HINT, cause });
}

const HINT =
  'Another tool, or a broken disk, has left it so: mend it, or remove it and push again. All tags go with it; blobs that are there are used again.';

/** How often, and how far apart in milliseconds, a table is read that is no JSON. */
const READS = 10;
const READ_PAUSE_MS = 20;

/** Other tools (skopeo) write the table in its place: who reads it meanwhile sees a part of it. */
async function readWhole(folder: LayoutFolder): Promise<unknown> {
  for (let read = 1; ; read += 1) {
    const text = await readSmallFile(folder.index, MAX_INDEX_BYTES, HINT);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // No cause: what a parser says of a file in pieces helps nobody.
      if (read === READS) throw malformed(folder);
      await delay(READ_PAUSE_MS);
    }
  }
}
