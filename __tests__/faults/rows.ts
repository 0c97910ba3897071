import { BODY_ROWS } from './body-rows.ts';
import { CONNECTION_ROWS } from './connection-rows.ts';
import { PULL_ROWS } from './pull-rows.ts';
import { PUSH_ROWS } from './push-rows.ts';
import { RANGE_ROWS } from './range-rows.ts';
import { DEADLINE_ROWS } from './deadline-rows.ts';
import type { Row } from './row.ts';
import { TOKEN_ROWS } from './token-rows.ts';

/** The whole matrix: every fault in every phase of push and pull. */
export const ROWS: readonly Row[] = [
  ...CONNECTION_ROWS,
  ...BODY_ROWS,
  ...RANGE_ROWS,
  ...PUSH_ROWS,
  ...PULL_ROWS,
  ...TOKEN_ROWS,
  ...DEADLINE_ROWS,
];
