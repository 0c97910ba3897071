import type { Target } from './target.ts';
import { challengeTarget } from './targets/challenge.ts';
import { contentRangeTarget } from './targets/content-range.ts';
import { dockerConfigTarget } from './targets/docker-config.ts';
import { linkTarget } from './targets/link.ts';
import { manifestTarget } from './targets/manifest.ts';
import { problemTarget } from './targets/problem.ts';
import { referenceTarget } from './targets/reference.ts';
import { retryAfterTarget } from './targets/retry-after.ts';
import { segmentTarget } from './targets/segment.ts';
import { snapshotConfigTarget } from './targets/snapshot-config.ts';

/** Every parser of what comes from outside. */
export const TARGETS: readonly Target[] = [
  challengeTarget,
  linkTarget,
  contentRangeTarget,
  retryAfterTarget,
  referenceTarget,
  manifestTarget,
  problemTarget,
  dockerConfigTarget,
  snapshotConfigTarget,
  segmentTarget,
];
