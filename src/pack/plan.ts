import type { FrameRef, PackRef } from '../location.ts';

/** One request for bytes of a pack. */
export interface Fetch {
  readonly pack: PackRef;
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** The wanted frames that lie in these bytes, by offset. */
  readonly frames: readonly FrameRef[];
}

/** When ranges are joined. */
export interface PlanOptions {
  /** Unwanted bytes between two frames that cost less than another request. Default 512 KiB. */
  readonly gap?: number;
  /** With more than this share of a pack wanted, all of it is fetched. Default 0.5. */
  readonly wholeShare?: number;
  /**
   * No request is for more bytes, but for a single frame that is larger. Default 64 MiB, which
   * bounds memory whatever size a snapshot claims for a pack.
   */
  readonly maxLength?: number;
  /** Frames that other requests get: a pack is not fetched whole with many bytes of them. */
  readonly elsewhere?: Iterable<FrameRef>;
}

type Limits = Required<Omit<PlanOptions, 'elsewhere'>>;

const DEFAULTS: Limits = { gap: 512 * 1024, wholeShare: 0.5, maxLength: 64 * 1024 * 1024 };

/** The requests that get these frames, each frame once, in the order of packs and offsets. */
export function planFetches(frames: Iterable<FrameRef>, options: PlanOptions = {}): Fetch[] {
  const { elsewhere = [], ...given } = options;
  const limits = { ...DEFAULTS, ...given };
  const others = new Map(byPack(elsewhere).map((those) => [those[0]?.pack.digest, sizeOf(those)]));
  return byPack(frames).flatMap((wanted) =>
    planPack(wanted, others.get(wanted[0]?.pack.digest) ?? 0, limits),
  );
}

/** The frames of each pack, sorted by offset, each once. */
function byPack(frames: Iterable<FrameRef>): FrameRef[][] {
  const packs = new Map<string, Map<number, FrameRef>>();
  for (const frame of frames) {
    const known = packs.get(frame.pack.digest) ?? new Map<number, FrameRef>();
    packs.set(frame.pack.digest, known.set(frame.offset, frame));
  }
  return [...packs.values()].map((known) =>
    [...known.values()].sort((a, b) => a.offset - b.offset),
  );
}

function sizeOf(frames: readonly FrameRef[]): number {
  return frames.reduce((sum, { storedSize }) => sum + storedSize, 0);
}

/** @param elsewhere bytes of the pack that other requests get */
function planPack(frames: readonly FrameRef[], elsewhere: number, limits: Limits): Fetch[] {
  const pack = frames[0]?.pack;
  if (pack === undefined) return [];
  const isMostOfIt = sizeOf(frames) > pack.size * limits.wholeShare && elsewhere <= limits.gap;
  if (isMostOfIt && pack.size <= limits.maxLength) {
    return [{ pack, offset: 0, length: pack.size, frames }];
  }
  const runs: Run[] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (run?.takes(frame, limits) === true) run.add(frame);
    else runs.push(new Run(frame));
  }
  return runs.map((run) => ({
    pack,
    offset: run.start,
    length: run.end - run.start,
    frames: run.frames,
  }));
}

/** Frames that one request gets. */
class Run {
  readonly frames: FrameRef[];
  readonly start: number;
  end: number;

  constructor(frame: FrameRef) {
    this.frames = [frame];
    this.start = frame.offset;
    this.end = frame.offset + frame.storedSize;
  }

  takes(frame: FrameRef, limits: Limits): boolean {
    const end = frame.offset + frame.storedSize;
    return frame.offset - this.end <= limits.gap && end - this.start <= limits.maxLength;
  }

  add(frame: FrameRef): void {
    this.frames.push(frame);
    this.end = Math.max(this.end, frame.offset + frame.storedSize);
  }
}
