import { isUtf8 } from 'node:buffer';

import { MAX_META_BYTES, MAX_META_DEPTH, MAX_META_TOTAL } from '../index/limits.ts';
import { MAX_THOUSANDTHS, MetaTable, putTogether } from '../index/meta-table.ts';
import { isTooDeep } from '../json.ts';
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './format.ts';

/** Numbers that make JSON of a template where, and only where, every number does. */
const PROBES = [0, 1500];

export function readMetaTable(reader: ByteReader, count: number): MetaTable {
  const ends = new Uint32Array(2 * count);
  const gaps = new Uint8Array(count);
  const heads = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) heads[i] = assertLength(reader.varint());
  let end = 0;
  for (let i = 0; i < count; i += 1) {
    const head = heads[i] ?? 0;
    const tail = reader.varint();
    gaps[i] = tail === 0 ? 0 : 1;
    ends[2 * i] = end + head;
    end += assertLength(head + Math.max(tail - 1, 0));
    if (end > reader.remaining) throw malformed('it ends too early');
    ends[2 * i + 1] = end;
  }
  const table = new MetaTable(Buffer.copyBytesFrom(reader.take(end)), ends, gaps);
  for (let i = 0; i < count; i += 1) assertJson(table, i);
  return table;
}

/** For each entry its template, and what stands in the gap. */
export function readMetas(
  reader: ByteReader,
  size: number,
  table: MetaTable,
): { readonly metas: Uint32Array; readonly thousandths: Float64Array } {
  const metas = new Uint32Array(size);
  let bytes = 0;
  for (let row = 0; row < size; row += 1) {
    const meta = reader.varint();
    if (meta > table.size) throw malformed('an entry names metadata that is not there');
    metas[row] = meta;
    if (meta > 0) bytes += table.bytesOf(meta - 1);
  }
  if (bytes > MAX_META_TOTAL) throw malformed('it has too much metadata');
  const thousandths = new Float64Array(size);
  let value = 0;
  for (let row = 0; row < size; row += 1) {
    const meta = metas[row] ?? 0;
    if (meta === 0 || table.gaps[meta - 1] === 0) continue;
    value += reader.signed();
    if (value < 0 || value >= MAX_THOUSANDTHS) throw malformed('a time is out of range');
    thousandths[row] = value;
  }
  return { metas, thousandths };
}

function assertLength(length: number): number {
  if (length <= MAX_META_BYTES) return length;
  throw malformed(`metadata has at most ${String(MAX_META_BYTES)} bytes`);
}

function assertJson(table: MetaTable, number: number): void {
  const start = number === 0 ? 0 : (table.ends[2 * number - 1] ?? 0);
  const middle = table.ends[2 * number] ?? 0;
  const end = table.ends[2 * number + 1] ?? 0;
  const isText =
    isUtf8(table.text.subarray(start, middle)) && isUtf8(table.text.subarray(middle, end));
  if (!isText) throw malformed('metadata is no valid UTF-8');
  const template = table.template(number);
  const texts = (template.tail === undefined ? [0] : PROBES).map((probe) =>
    putTogether(template, probe),
  );
  try {
    for (const text of texts) JSON.parse(text);
  } catch (cause) {
    throw malformed('metadata is no JSON', cause);
  }
  // A number in the gap of what is JSON with every number opens and closes nothing.
  if (texts[0] !== undefined && isTooDeep(texts[0])) {
    throw malformed(
      `metadata has more than ${String(MAX_META_DEPTH)} lists and objects one in another`,
    );
  }
}
