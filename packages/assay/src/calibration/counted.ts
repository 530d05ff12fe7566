/**
 * Bins whose edges do not depend on the rows: counted in constant memory, in streams and one by one.
 *
 * @module
 */
import { type Metric, type State, stateKind } from "../accumulator.js";
import type { Column } from "../arguments.js";
import { core } from "../core.js";
import { check } from "../faults.js";
import { fingerprint } from "../fingerprint.js";
import { numbersFrom } from "../results.js";
import { withRooms } from "../rooms.js";
import { stream } from "../stream.js";
import type { Bins } from "./bins.js";
import { type Comparison, codesOf, labelColumns, namesOf, takeComparison } from "./comparison.js";
import type { CountedBin } from "./table.js";

/** Numbers that a kernel writes for each place: count, hits, confidences. */
const PLACE_NUMBERS = 3;

/** The configuration of a kernel's state. */
export function configOf(comparison: Comparison, bins: Bins, weighted: boolean): readonly number[] {
  const [of = 0, ...columns] = codesOf(comparison);
  const { numBins, closed, edges, threshold } = bins;
  return [numBins, Number(closed === "left"), of, ...columns, threshold, Number(edges !== undefined), Number(weighted)];
}

/** Counts of bins, of one table or of one for each class, and what is made of them. */
export function countedMetric<Result>(
  name: string,
  comparison: Comparison,
  bins: Bins,
  weighted: boolean,
  result: (tables: readonly (readonly CountedBin[])[]) => Result,
): Metric<Result> {
  const tables = comparison.of === "eachClass" ? comparison.columns : 1;
  return {
    name,
    kind: stateKind.calibration,
    config: configOf(comparison, bins, weighted),
    tags: [bins.edges === undefined ? 0 : fingerprint(bins.edges)],
    weighted,
    take: (predictions, labels) => takeComparison(comparison, predictions, labels),
    feed(state: State, { predictions, targets, count }, weight: Column | undefined): void {
      const inputs = [
        { column: predictions, width: comparison.columns },
        { column: targets, width: labelColumns(comparison) },
        weight && { column: weight, width: 1 },
      ];
      const names = namesOf(comparison);
      const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
      withRooms("edges", (rooms) => {
        const [edges, edgeCount] = bins.edges ? [rooms.numbers(bins.edges), bins.edges.length] : [0, 0];
        stream(count, inputs, [], ([p = 0, t = 0, w = 0], some, first) => {
          const { address, room } = state;
          const given = [p, types[0], t, types[1], w, types[2]] as const;
          check(core().calibration_update(address, room, some, ...given, edges, edgeCount), first, names);
        });
      });
    },
    finish(state: State): Result {
      const { address, room } = state;
      const length = tables * bins.numBins * PLACE_NUMBERS;
      const totals = numbersFrom(length, (to) => core().calibration_finish(address, room, to, length));
      return result(Array.from({ length: tables }, (_, k) => tableOf(totals, k * bins.numBins, bins)));
    },
  };
}

function tableOf(totals: Float64Array, first: number, { numBins, edges }: Bins): readonly CountedBin[] {
  const edge = edges === undefined ? (k: number) => k / numBins : (k: number) => edges[k] as number;
  return Array.from({ length: numBins }, (_, k) => {
    const [count = 0, hits = 0, confidences = 0] = totals.subarray((first + k) * PLACE_NUMBERS);
    return { lower: edge(k), upper: edge(k + 1), count, hits, confidences };
  });
}
