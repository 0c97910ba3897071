import type { Phase } from './phase.ts';

/** What the proxy has seen of one request. */
export interface JournalEntry {
  /** From 1. */
  readonly index: number;
  readonly phase: Phase;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly host: 'registry' | 'storage';
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** When it came, in milliseconds since the proxy was started. */
  readonly at: number;
  /** 0 while there is no answer, and where there never was one. */
  status: number;
  /** Bytes of its body, so far. */
  requestBytes: number;
  /** Bytes of the answer's body, so far. */
  responseBytes: number;
}

/** All requests that came through a proxy, in their order. */
export class Journal {
  readonly entries: JournalEntry[] = [];

  /** How many requests there were, of one phase or of all. */
  count(phase?: Phase): number {
    return this.of(phase).length;
  }

  /** Bytes of request bodies, of one phase or of all. */
  sent(phase?: Phase): number {
    return this.of(phase).reduce((sum, { requestBytes }) => sum + requestBytes, 0);
  }

  /** Bytes of answers' bodies, of one phase or of all. */
  received(phase?: Phase): number {
    return this.of(phase).reduce((sum, { responseBytes }) => sum + responseBytes, 0);
  }

  /** The requests of one phase, or all. */
  of(phase?: Phase): readonly JournalEntry[] {
    return phase === undefined
      ? this.entries
      : this.entries.filter((entry) => entry.phase === phase);
  }
}
