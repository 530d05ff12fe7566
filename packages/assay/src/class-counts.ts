/**
 * How often each class occurs.
 *
 * @module
 */
import type { Labels, Reals } from "@assay/contract";
import { evaluate, type Metric, stateKind } from "./accumulator.js";
import { column, nothingLeft } from "./arguments.js";
import { core } from "./core.js";
import { check } from "./faults.js";
import { numbersFrom } from "./results.js";
import { stream } from "./stream.js";

/** Rows of each class, and of all together; or their summed weights. */
export interface ClassCounts {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly total: number;
}

/** Counts labels in 0..numClasses−1, of which those that are `ignoreIndex` are left out. */
export function classCountsMetric(
  name: string,
  numClasses: number,
  ignoreIndex: number | undefined,
  weighted: boolean,
): Metric<ClassCounts> {
  return {
    name,
    kind: stateKind.classCounts,
    config: [numClasses, Number(ignoreIndex !== undefined), ignoreIndex ?? 0, Number(weighted)],
    weighted,
    take(_, labels) {
      const targets = column(labels, "labels");
      return { predictions: targets, targets, count: targets.length };
    },
    feed({ address, room }, { targets, count }, weight) {
      const inputs = [{ column: targets, width: 1 }, weight && { column: weight, width: 1 }];
      const names = { predictions: "labels", targets: "labels", numClasses, widths: [1, 1, 1] };
      const types = [targets.type, weight?.type ?? 0] as const;
      stream(count, inputs, [], ([l = 0, w = 0], rows, first) => {
        check(core().class_counts_update(address, room, rows, l, types[0], w, types[1]), first, names);
      });
    },
    finish({ address, room }) {
      const totals = numbersFrom(numClasses + 1, (to) => core().class_counts_finish(address, room, to));
      return { counts: totals.slice(0, numClasses), total: totals[numClasses] as number };
    },
  };
}

/** The counts of rows, of which some are to be left. */
export function classCounts(
  labels: Labels,
  numClasses: number,
  { ignoreIndex, sampleWeight }: { ignoreIndex?: number | undefined; sampleWeight?: Reals | undefined },
): ClassCounts {
  const metric = classCountsMetric("classCounts", numClasses, ignoreIndex, sampleWeight !== undefined);
  const counts = evaluate(metric, labels, labels, sampleWeight);
  if (counts.total === 0) throw nothingLeft("labels");
  return counts;
}
