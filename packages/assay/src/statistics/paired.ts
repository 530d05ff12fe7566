/**
 * Two models on the same rows, counted: how often each pair of predictions meets each true class.
 *
 * @module
 */
import { type AnyLabels, AssayRangeError, type PairedOptions } from "@assay/contract";
import { type Column, expectLength, expectRows, nothingLeft } from "../arguments.js";
import { type Classes, classesOf, labelColumn } from "../classes.js";
import { buffer, core } from "../core.js";
import { check } from "../faults.js";
import { Region } from "../memory.js";
import { ENTRY_ROWS, SparseTable, sparseContent } from "../sparse.js";
import { stream } from "../stream.js";
import type { Table } from "./tables.js";

export const pairedOptions = ["numClasses", "classes", "positiveClass", "classNames", "ignoreIndex"] as const;

/** The cube of it is the number of cells, which are numbered below 2⁵³. */
const MOST_CLASSES = 200_000;

/** Counts of what two models say and what is true. */
export interface Pairs {
  readonly table: Table;
  readonly classes: Classes;
  /** What a cell's number stands for. */
  split(key: number): { readonly target: number; readonly first: number; readonly second: number };
}

/** Counts rows. */
export function countPairs(
  predictedA: AnyLabels,
  predictedB: AnyLabels,
  targets: AnyLabels,
  options: PairedOptions,
): Pairs {
  const given = [
    [targets, "targets"],
    [predictedA, "predictedA"],
    [predictedB, "predictedB"],
  ] as const;
  const classes = classesOf(options, given);
  const { numClasses: n } = classes;
  if (n > MOST_CLASSES) {
    const message = `numClasses = ${n}, but two models are compared on at most ${MOST_CLASSES} classes`;
    throw new AssayRangeError(message, { code: "option", argument: "numClasses", value: n });
  }
  const [t, a, b] = given.map(([labels, name]) => labelColumn(classes, labels, name)) as [Column, Column, Column];
  expectLength(a, t.length, "targets has");
  expectLength(b, t.length, "targets has");
  expectRows(t);
  const { keys, values: counts } = count(a, b, t, classes);
  if (keys.length === 0) throw nothingLeft("targets");
  const split = (key: number) => {
    const [pair, target] = [Math.floor(key / n), Math.floor(key / n / n)];
    return { target, first: pair - target * n, second: key - pair * n };
  };
  return { table: { keys, counts, total: counts.reduce((sum, x) => sum + x, 0) }, classes, split };
}

function count(a: Column, b: Column, t: Column, { numClasses, ignoreIndex }: Classes) {
  const names = {
    predictions: "predictedA",
    third: "predictedB",
    targets: "targets",
    numClasses,
    widths: [1, 1, 1, 1, 1],
  };
  const table = new SparseTable(sparseContent.counts);
  const entryBytes = Math.min(t.length, ENTRY_ROWS) * core().sparse_entry_bytes();
  const room = new Region(2 * entryBytes + 4, "a sparse table's entries");
  const [entries, spare, written] = [0, 1, 2].map((part) => room.address + part * entryBytes) as [
    number,
    number,
    number,
  ];
  try {
    const inputs = [a, b, t].map((column) => ({ column, width: 1 }));
    const update = ([ofA = 0, ofB = 0, ofT = 0]: readonly number[], rows: number, first: number) => {
      const columns = [ofA, a.type, ofB, b.type, ofT, t.type] as const;
      const ignored = ignoreIndex ?? Number.NaN;
      check(core().paired_entries(rows, ...columns, numClasses, ignored, entries, written), first, names);
      table.add(entries, spare, new Uint32Array(buffer(), written, 1)[0] as number);
    };
    stream(t.length, inputs, [], update, ENTRY_ROWS);
    return table.read();
  } finally {
    table.clear();
    room.free();
  }
}
