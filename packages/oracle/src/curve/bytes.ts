/**
 * Curves as bytes: a text that says what they are, then rows in sorted order, so that equal rows have equal bytes.
 *
 * @module
 */
import { rangeError } from "../input.js";
import type { CurveRows } from "./sorted-scores.js";

const kinds = ["float32", "float64", "weighted"] as const;

/** What a curve was made of: without weights, scores in float32 or float64. Curves of one kind can be merged. */
export type Kind = (typeof kinds)[number];

/** Score, label and weight in float64. */
const ROW_BYTES = 24;

function headerOf(kind: Kind): Uint8Array {
  return Uint8Array.from(`assay oracle curve 1 ${kind}\0`, (character) => character.charCodeAt(0));
}

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
  const header = headerOf(kind);
  const bytes = new Uint8Array(header.length + rows.length * ROW_BYTES);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  rows.flat().forEach((value, i) => {
    view.setFloat64(i * 8, value, true);
  });
  return bytes;
}

/** −1, 0 or 1; a difference of infinities is none of these. */
function compare(a: number, b: number): number {
  return Number(a > b) - Number(a < b);
}

export function fromBytes(bytes: unknown): { kind: Kind; rows: CurveRows } {
  const wrong = rangeError("state", "bytes", "these bytes are not a saved curve");
  if (!(bytes instanceof Uint8Array)) throw wrong;
  const kind = kinds.find((candidate) => headerOf(candidate).every((byte, i) => byte === bytes[i]));
  if (kind === undefined) throw wrong;
  const body = bytes.slice(headerOf(kind).length);
  if (body.length % ROW_BYTES !== 0) throw wrong;
  const view = new DataView(body.buffer);
  const column = (place: number): Float64Array =>
    Float64Array.from({ length: body.length / ROW_BYTES }, (_, i) => view.getFloat64(i * ROW_BYTES + place * 8, true));
  const rows = { scores: column(0), labels: column(1), weights: column(2) };
  const isValid =
    rows.scores.every((score) => !Number.isNaN(score)) &&
    rows.labels.every((label) => label === 0 || label === 1) &&
    rows.weights.every((weight) => weight > 0 && weight < Infinity);
  if (!isValid) throw wrong;
  return { kind, rows };
}
