import { readFile } from 'node:fs/promises';

import * as v from 'valibot';

import { type Digest, isDigest } from '../digest.ts';
import { CafsError, systemCode } from '../errors.ts';
import { writeDurably } from './durable-file.ts';
import { withLock } from './folder-lock.ts';
import type { LayoutFolder } from './layout-folder.ts';
import { type Descriptor, MEDIA_TYPE_INDEX } from './types.ts';

/** Where a descriptor says which tag it is. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** How often a writer starts over that was asleep for so long that others took its lock. */
const MAX_ATTEMPTS = 5;

const DESCRIPTOR = v.looseObject({
  mediaType: v.string(),
  digest: v.custom<Digest>(isDigest, 'no digest'),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  annotations: v.exactOptional(v.record(v.string(), v.string())),
});

/** Loose: what other tools have written stays as it is. */
const INDEX = v.looseObject({ schemaVersion: v.literal(2), manifests: v.array(DESCRIPTOR) });

type LayoutIndex = v.InferOutput<typeof INDEX>;

/** The tags and manifests of an image layout: its `index.json`. */
export class TagTable {
  readonly #index: LayoutIndex;

  private constructor(index: LayoutIndex) {
    this.#index = index;
  }

  /**
   * Reads a layout's table; an empty one where no manifest was ever stored.
   *
   * @throws CafsError `MALFORMED`
   */
  static async read(folder: LayoutFolder): Promise<TagTable> {
    const text = await readIfExists(folder.index);
    if (text === undefined) {
      return new TagTable({ schemaVersion: 2, mediaType: MEDIA_TYPE_INDEX, manifests: [] });
    }
    const parsed = v.safeParse(INDEX, parseJson(text));
    if (parsed.success) return new TagTable(parsed.output);
    throw new CafsError('MALFORMED', `${folder.index} is no image index.`);
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

  encode(): Buffer {
    return Buffer.from(JSON.stringify(this.#index));
  }
}

/**
 * Points tags at a manifest. Processes that do so at the same time go one after another.
 *
 * @param folder prepared for writing
 */
export async function pointTags(
  folder: LayoutFolder,
  descriptor: Descriptor,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const done = await withLock(
      folder.lock,
      async (lock) => {
        const table = (await TagTable.read(folder)).with(descriptor, tags);
        return writeDurably(folder.index, folder.tempDir, table.encode(), () => lock.isHeld());
      },
      { signal },
    );
    if (done) return;
  }
  throw new CafsError('TIMEOUT', `The lock of ${folder.path} was lost again and again.`, {
    hint: 'The disk may be too slow for several writers; let one write after another.',
  });
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
