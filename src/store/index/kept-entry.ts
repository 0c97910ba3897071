import { isDigest } from '../../digest.ts';
import { CafsError } from '../../errors.ts';
import type { Location } from '../../location.ts';
import type { Entry, Json } from '../entry.ts';
import { toMetaText } from '../json.ts';
import { whyNoLocation } from './check-location.ts';

/**
 * An entry as an index keeps it until it becomes a row: all of it checked, and out of reach of who
 * gave it and of who asks for it.
 */
export interface KeptEntry extends Omit<Entry, 'meta'> {
  /** As JSON text. */
  readonly meta: string | undefined;
}

/**
 * Checks an entry. What passes can be part of a segment.
 *
 * @throws CafsError `INVALID_INPUT`, naming the key
 */
export function keepEntry(key: string, { digest, size, meta, location }: Entry): KeptEntry {
  if (!isDigest(digest)) throw invalid(key, `${shown(digest)} is no digest`);
  if (!Number.isSafeInteger(size) || size < 0) throw invalid(key, `${shown(size)} is no size`);
  const text = meta === undefined ? undefined : toMetaText(meta, key);
  if (location === undefined) return { digest, size, meta: text };
  return { digest, size, meta: text, location: keepLocation(key, size, location) };
}

/**
 * Checks where the content of an entry lies, and freezes it.
 *
 * @throws CafsError `INVALID_INPUT`, naming the key
 */
function keepLocation(key: string, size: number, location: Location): Location {
  const why = whyNoLocation(location, size);
  if (why !== undefined) throw invalid(key, `${why}, so that it does not say where content lies`);
  return freeze(location);
}

/** The entry, as it would be read from a segment. */
export function toEntry({ digest, size, meta: text, location }: KeptEntry): Entry {
  const meta = text === undefined ? undefined : (JSON.parse(text) as Json);
  if (meta !== undefined && location !== undefined) return { digest, size, meta, location };
  if (meta !== undefined) return { digest, size, meta };
  return location === undefined ? { digest, size } : { digest, size, location };
}

/**
 * Checks and freezes locations as {@link keepLocation} does, and each frame only once, however many
 * locations are in it.
 */
export function locationKeeper(): (
  nameOf: () => string,
  size: number,
  location: Location,
) => Location {
  const sound = new Set<Location['frames'][number]>();
  return (nameOf, size, location) => {
    const [frame] = location.frames;
    // What was checked is frozen, so that it still is what it was.
    const isKnown = frame !== undefined && location.frames.length === 1 && sound.has(frame);
    const { offset } = location;
    if (isKnown && Number.isSafeInteger(offset) && offset >= 0 && offset + size <= frame.rawSize) {
      return location;
    }
    const kept = keepLocation(nameOf(), size, location);
    for (const one of kept.frames) sound.add(one);
    return kept;
  };
}

/** Many entries name the same frames: a copy for each would cost more than all else. */
function freeze(location: Location): Location {
  for (const frame of location.frames) {
    if (Object.isFrozen(frame)) continue;
    Object.freeze(frame.pack);
    Object.freeze(frame);
  }
  Object.freeze(location.frames);
  return Object.freeze(location);
}

function invalid(key: string, why: string): CafsError {
  return new CafsError('INVALID_INPUT', `The entry ${JSON.stringify(key)} is not valid: ${why}.`);
}

/** Types promise better than this, but what comes from JavaScript may be anything. */
function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value);
}
