/**
 * Isotonic regression.
 *
 * @module
 */
import type { CalibrationMethod, CalibratorOptions } from "@assay/contract";
import { nothingLeft } from "../arguments.js";
import { core } from "../core.js";
import { plain } from "../curve/columns.js";
import { SortedScores, takeRows } from "../curve/sorted-scores.js";
import { numbersFrom } from "../results.js";
import { each, finite, noCalibrator, probability } from "./check.js";
import { type Definition, method } from "./method.js";
import { expectFinite } from "./rows.js";

/** Numbers of a pool: its smallest score and its largest, the weight of class 1, the weight of all. */
const POOL_NUMBERS = 4;

/** So many pools are more than a million unweighted rows can leave. */
const USUAL_POOLS = 2 ** 14;

/** Pools from the largest scores down. */
function poolsOf(curve: SortedScores): Float64Array<ArrayBuffer> {
  const most = Math.min(curve.length, USUAL_POOLS);
  const room = { pools: most, found: 0 };
  const fill = (): Float64Array<ArrayBuffer> =>
    numbersFrom(room.pools * POOL_NUMBERS, (to) => {
      room.found = core().curve_isotonic(curve.address, to, room.pools);
    });
  let numbers = fill();
  if (room.found > room.pools) {
    room.pools = room.found;
    numbers = fill();
  }
  return numbers.subarray(0, room.found * POOL_NUMBERS) as Float64Array<ArrayBuffer>;
}

export const isotonicDefinition: Definition<"isotonic", CalibratorOptions> = {
  kind: "isotonic",
  name: "isotonicRegression",
  input: "scores",
  options: [],
  fit(scores, labels, { sampleWeight }) {
    const rows = takeRows(scores, labels, sampleWeight, 1, 1);
    expectFinite(rows.scores);
    const curve = SortedScores.of(rows, [plain]);
    try {
      if (curve.length === 0) throw nothingLeft("labels");
      const pools = poolsOf(curve);
      const knots: [score: number, value: number][] = [];
      for (let i = pools.length - POOL_NUMBERS; i >= 0; i -= POOL_NUMBERS) {
        const [low, high, positives, total] = pools.subarray(i) as unknown as [number, number, number, number];
        knots.push([low, positives / total]);
        if (high > low) knots.push([high, positives / total]);
      }
      return { parameters: { scores: knots.map(([score]) => score), values: knots.map(([, value]) => value) } };
    } finally {
      curve.free();
    }
  },
  parameters: ["scores", "values"],
  map: ({ scores, values }) => ({ code: "interpolated", numbers: [...scores, ...values] }),
  check({ scores, values }) {
    each(scores, "scores", finite);
    each(values, "values", probability, scores.length);
    const rise = (list: readonly number[], from: number, at: number): boolean =>
      list.every((x, i) => i === 0 || x - (list[i - 1] as number) > from || x - (list[i - 1] as number) === at);
    if (!rise(scores, 0, Number.NaN)) throw noCalibrator("scores do not ascend", scores);
    if (!rise(values, 0, 0)) throw noCalibrator("values fall", values);
  },
};

/**
 * Isotonic regression: the non-decreasing function of the score with the least (weighted) Σ (value − label)², by pooling
 * adjacent violators; equal scores are pooled first. `apply` gives the fitted value at each fitted score, the straight
 * line between neighbours, and the values of the ends beyond them: scikit-learn's `IsotonicRegression` with y_min 0,
 * y_max 1 and out_of_bounds "clip".
 *
 * Of unweighted rows sums are whole numbers, so order cannot matter. The calibrator keeps two numbers a step.
 *
 * `fit(scores, labels, options)`: N finite scores of any range; N labels 0 or 1. The report has `before` where all scores
 * are in [0, 1].
 *
 * @see Ayer et al. (1955); Zadrozny and Elkan (2002), Transforming classifier scores into accurate multiclass
 *   probability estimates
 */
export const isotonicRegression: CalibrationMethod<"isotonic", CalibratorOptions> =
  /*#__PURE__*/ method(isotonicDefinition);
