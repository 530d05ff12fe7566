/**
 * Curves as bytes, in the format that all of assay reads and writes; little-endian, so sorted that equal rows have equal
 * bytes. A header of four float64: what these bytes are, the place in `kinds`, and how many scores are below zero and how
 * many are not. Then an entry a row, those below zero first, each in order of score, label and weight: a key, with weights
 * followed by the weight in float64. The key is a whole number of as many bits as the score, in which the score's bits are
 * moved up by one, which pushes its sign out, and the label takes the lowest. Below zero all bits but the label's are
 * inverted: larger scores then have larger keys.
 *
 * @module
 */
import { rangeError } from "../input.js";
import type { CurveRows } from "./sorted-scores.js";

const kinds = ["float32", "float64", "weighted"] as const;

/** What a curve was made of: without weights, scores in float32 or float64. Curves of one kind can be merged. */
export type Kind = (typeof kinds)[number];

/** The first number of a header. */
const MAGIC = 0x0001_0079_6373;

const HEADER_BYTES = 32;

/** Score, label and weight. */
export type Row = readonly [number, number, number];

/** Rows by score, of equal ones by label, then by weight. */
export function inOrder({ scores, labels, weights }: CurveRows): Row[] {
  const rows = [...scores].map((score, i): Row => [score, labels[i]!, weights[i]!]);
  return rows.sort((a, b) => compare(a[0], b[0]) || a[1] - b[1] || a[2] - b[2]);
}

export function rowsFrom(rows: readonly Row[]): CurveRows {
  const column = (place: 0 | 1 | 2): Float64Array => Float64Array.from(rows, (row) => row[place]);
  return { scores: column(0), labels: column(1), weights: column(2) };
}

export function toBytes(kind: Kind, curveRows: CurveRows): Uint8Array<ArrayBuffer> {
  const rows = inOrder(curveRows);
  const below = rows.filter(([score]) => score < 0).length;
  const bytes = new Uint8Array(HEADER_BYTES + rows.length * entryBytes(kind));
  const view = new DataView(bytes.buffer);
  [MAGIC, kinds.indexOf(kind), below, rows.length - below].forEach((word, i) => {
    view.setFloat64(8 * i, word, true);
  });
  rows.forEach(([score, label, weight], i) => {
    const entry = new DataView(bytes.buffer, HEADER_BYTES + i * entryBytes(kind));
    const bits = kind === "float32" ? 32 : 64;
    if (bits === 32) entry.setFloat32(0, Math.abs(score), true);
    else entry.setFloat64(0, Math.abs(score), true);
    const twice = 2n * readKey(entry, bits);
    writeKey(entry, bits, (score < 0 ? 2n ** BigInt(bits) - 2n - twice : twice) + BigInt(label));
    if (kind === "weighted") entry.setFloat64(8, weight, true);
  });
  return bytes;
}

function entryBytes(kind: Kind): number {
  return { float32: 4, float64: 8, weighted: 16 }[kind];
}

function readKey(entry: DataView, bits: 32 | 64): bigint {
  return bits === 32 ? BigInt(entry.getUint32(0, true)) : entry.getBigUint64(0, true);
}

function writeKey(entry: DataView, bits: 32 | 64, key: bigint): void {
  if (bits === 32) entry.setUint32(0, Number(key), true);
  else entry.setBigUint64(0, key, true);
}

/** −1, 0 or 1; a difference of infinities is none of these. */
function compare(a: number, b: number): number {
  return Number(a > b) - Number(a < b);
}

function rowOf(kind: Kind, bytes: Uint8Array, isBelow: boolean): Row {
  const entry = new DataView(bytes.slice().buffer);
  const bits = kind === "float32" ? 32 : 64;
  const key = readKey(entry, bits);
  const label = key % 2n;
  const twice = isBelow ? 2n ** BigInt(bits) - 2n - (key - label) : key - label;
  const weight = kind === "weighted" ? entry.getFloat64(8, true) : 1;
  writeKey(entry, bits, twice / 2n);
  const size = bits === 32 ? entry.getFloat32(0, true) : entry.getFloat64(0, true);
  return [isBelow ? -size : size, Number(label), weight];
}

export function fromBytes(given: unknown): { kind: Kind; rows: CurveRows } {
  const wrong = rangeError("state", "bytes", "these bytes are not a saved curve");
  if (!(given instanceof Uint8Array) || given.length < HEADER_BYTES) throw wrong;
  const bytes = given.slice();
  const header = [0, 1, 2, 3].map((i) => new DataView(bytes.buffer).getFloat64(8 * i, true));
  const [magic, place, below, others] = header as [number, number, number, number];
  const kind = kinds[place];
  if (magic !== MAGIC || kind === undefined) throw wrong;
  const size = entryBytes(kind);
  if (bytes.length !== HEADER_BYTES + (below + others) * size) throw wrong;
  const rows = Array.from({ length: below + others }, (_, i) =>
    rowOf(kind, bytes.subarray(HEADER_BYTES + i * size, HEADER_BYTES + (i + 1) * size), i < below),
  );
  const isValid = rows.every(([score, , weight]) => !Number.isNaN(score) && weight > 0 && weight < Infinity);
  if (!isValid) throw wrong;
  // Neither another order nor another sign is one of a saved curve.
  if (toBytes(kind, rowsFrom(rows)).some((byte, i) => byte !== bytes[i])) throw wrong;
  return { kind, rows: rowsFrom(rows) };
}
