import type { Phase } from './phase.ts';

/** What requests of a phase are about. */
const THINGS: Readonly<Record<Phase, string>> = {
  ping: 'ping',
  token: 'token',
  'blob-head': 'blob',
  blob: 'blob',
  'blob-range': 'blob',
  'upload-start': 'blob',
  mount: 'blob',
  'upload-chunk': 'blob',
  'upload-finish': 'blob',
  'upload-cancel': 'blob',
  'manifest-head': 'manifest',
  manifest: 'manifest',
  'manifest-put': 'manifest',
  'manifest-delete': 'manifest',
  tags: 'tags',
  referrers: 'referrers',
  storage: 'storage',
  other: 'other',
};

const NOTHING = { requests: 0, sent: 0, received: 0 };

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

/** How much was asked and answered. */
export interface Total {
  readonly requests: number;
  /** Bytes of request bodies. */
  readonly sent: number;
  /** Bytes of answers' bodies. */
  readonly received: number;
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

  /**
   * How much there was of each kind, which is a thing and a method: `blob HEAD`, `blob POST` (mounts
   * included), `blob PUT`, `blob GET` (ranges included), `manifest PUT`, `tags GET`, `token GET`, and
   * `storage GET` for blobs at the other host.
   */
  totals(): ReadonlyMap<string, Total> {
    const totals = new Map<string, Total>();
    for (const { phase, method, requestBytes, responseBytes } of this.entries) {
      const kind = `${THINGS[phase]} ${method}`;
      const { requests, sent, received } = totals.get(kind) ?? NOTHING;
      totals.set(kind, {
        requests: requests + 1,
        sent: sent + requestBytes,
        received: received + responseBytes,
      });
    }
    return totals;
  }

  /** Every request in a line, in the order in which they came: `GET /v2/demo/blobs/sha256:... 200`. */
  lines(): readonly string[] {
    return this.entries.map(
      ({ method, path, status }) => `${method} ${path} ${status === 0 ? '-' : String(status)}`,
    );
  }

  /** The requests of one phase, or all. */
  of(phase?: Phase): readonly JournalEntry[] {
    return phase === undefined
      ? this.entries
      : this.entries.filter((entry) => entry.phase === phase);
  }
}
