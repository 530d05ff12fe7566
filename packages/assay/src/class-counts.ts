/**
 * How often each class occurs.
 *
 * @module
 */
import type { Labels, Reals } from "@assay/contract";
import { stateKind, withState } from "./accumulator.js";
import { column, expectLength, expectRows, nothingLeft, optionalReals } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { numbersFrom } from "./results.js";
import { stream } from "./stream.js";

/** Rows of each class, and of all together; or their summed weights. */
export interface ClassCounts {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly total: number;
}

/** Counts `labels` in 0..numClasses−1, of which those that are `ignoreIndex` are left out. */
export function classCounts(
  labels: Labels,
  numClasses: number,
  { ignoreIndex, sampleWeight }: { ignoreIndex?: number | undefined; sampleWeight?: Reals | undefined },
): ClassCounts {
  const y = column(labels, "labels");
  const weight = optionalReals(sampleWeight, "sampleWeight");
  if (weight !== undefined) expectLength(weight, y.length, "the number of rows is");
  expectRows(y);

  const config = [numClasses, Number(ignoreIndex !== undefined), ignoreIndex ?? 0, Number(weight !== undefined)];
  const totals = withState({ kind: stateKind.classCounts, config }, ({ address, room }) => {
    const inputs = [{ column: y, width: 1 }, weight && { column: weight, width: 1 }];
    const names = { predictions: "labels", targets: "labels", numClasses, widths: [1, 1, 1] };
    stream(y.length, inputs, [], ([l = 0, w = 0], rows, first) => {
      check(core().class_counts_update(address, room, rows, l, y.type, w, weight?.type ?? 0), first, names);
    });
    return numbersFrom(numClasses + 1, (to) => core().class_counts_finish(address, room, to));
  });
  const total = totals[numClasses] as number;
  if (total === 0) throw nothingLeft("labels");
  return { counts: totals.slice(0, numClasses), total };
}
