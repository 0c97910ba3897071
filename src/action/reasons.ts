import type { Digest } from '../digest.ts';
import type { Fingerprint } from '../subtree/fingerprint.ts';
import { parseRecord } from '../subtree/parse-record.ts';
import { explain } from '../subtree/reasons.ts';
import type { FingerprintRecord } from '../subtree/record.ts';
import { fetchContents } from '../sync/fetch-contents.ts';
import type { Tagged } from './lookup.ts';
import { recordKey } from './ownership.ts';
import { type Session, openIndex } from './session.ts';

/**
 * Why subtrees changed: what differs between their records now and those that the first snapshot
 * of the read chain that knows them keeps.
 *
 * @returns by name, a sentence's worth each; those that no snapshot keeps a record of are not in it
 */
export async function explainChanges(
  session: Session,
  chain: readonly Tagged[],
  changed: readonly string[],
  current: ReadonlyMap<string, Fingerprint>,
): Promise<Map<string, readonly string[]>> {
  const records = new Map([...current].map(([name, { record }]) => [name, record]));
  // A reason names the file inside of a dependency, too. What did not change needs no record.
  const wanted = changed.flatMap((name) => [
    name,
    ...(records.get(name)?.dependencies ?? []).map(([dependency]) => dependency),
  ]);
  const previous = await readRecords(session, chain, new Set(wanted));
  return new Map(
    changed.flatMap((name) => {
      const [record, before] = [records.get(name), previous.get(name)];
      if (record === undefined || before === undefined) return [];
      return [[name, explain(record, before, { current: records, previous })]];
    }),
  );
}

/** The records of subtrees, each from the first snapshot that has one. */
async function readRecords(
  session: Session,
  chain: readonly Tagged[],
  names: ReadonlySet<string>,
): Promise<Map<string, FingerprintRecord>> {
  const records = new Map<string, FingerprintRecord>();
  for (const { snapshot } of chain) {
    const wanted = snapshot.config.subtrees.flatMap(({ name, fingerprint }) =>
      fingerprint !== null && names.has(name) && !records.has(name) ? [{ name, fingerprint }] : [],
    );
    if (wanted.length === 0) continue;
    for (const [name, record] of await fetchRecords(session, snapshot, wanted))
      records.set(name, record);
  }
  return records;
}

async function fetchRecords(
  session: Session,
  snapshot: Tagged['snapshot'],
  wanted: readonly { readonly name: string; readonly fingerprint: Digest }[],
): Promise<[string, FingerprintRecord][]> {
  const store = await openIndex(session, snapshot);
  const found = wanted.flatMap(({ name, fingerprint }) => {
    const entry = store.stat(recordKey(fingerprint));
    return entry?.digest === fingerprint ? [{ name, entry }] : [];
  });
  const contents = await fetchContents(
    session.remote,
    found.map(({ entry }) => entry),
  );
  return found.flatMap(({ name }, i) => {
    const bytes = contents[i];
    return bytes === undefined ? [] : [[name, parseRecord(bytes)]];
  });
}
