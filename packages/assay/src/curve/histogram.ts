/**
 * Scores in buckets: what the areas are surely between, in constant memory.
 *
 * @module
 */
import {
  type Accumulator,
  type AccumulatorOptions,
  AssayRangeError,
  type Bounds,
  type CurveHistogram,
  type CurveHistogramOptions,
  type Curves,
  defaults,
  type Labels,
  type Reals,
  type RocPoints,
} from "@assay/contract";
import { accumulate, evaluate, type Metric, type Rows, type State, stateKind } from "../accumulator.js";
import { type Column, column, expectLength, nothingLeft, reals } from "../arguments.js";
import { core } from "../core.js";
import { check } from "../faults.js";
import { flag, optionsOf, whole } from "../options.js";
import { numbersFrom } from "../results.js";
import { stream } from "../stream.js";
import { expectTotal } from "./totals.js";

const own = ["numBuckets", "range"] as const;

class Histogram implements CurveHistogram {
  readonly numBuckets: number;
  readonly positives: number;
  readonly negatives: number;
  readonly #area: Bounds;
  readonly #precision: Bounds;
  readonly #roc: RocPoints;

  constructor(numBuckets: number, numbers: readonly number[], roc: RocPoints) {
    const [positives, negatives, ...bounds] = numbers as [number, number, number, number, number, number];
    this.numBuckets = numBuckets;
    this.positives = positives;
    this.negatives = negatives;
    this.#area = { lower: bounds[0], upper: bounds[1] };
    this.#precision = { lower: bounds[2], upper: bounds[3] };
    this.#roc = roc;
  }

  rocAuc(): Bounds {
    return this.#area;
  }

  averagePrecision(): Bounds {
    return this.#precision;
  }

  roc(): RocPoints {
    return this.#roc;
  }
}

function rangeOf(range: CurveHistogramOptions["range"]): readonly [number, number] | undefined {
  if (range === undefined) return undefined;
  const [lowest, highest] = Array.isArray(range) ? (range as readonly [number, number]) : [Number.NaN, Number.NaN];
  if (Number.isFinite(lowest) && Number.isFinite(highest) && lowest < highest && Number.isFinite(highest - lowest)) {
    return [lowest, highest];
  }
  const message = `range is ${range}, but must be two finite numbers, the lower first, whose difference is finite`;
  throw new AssayRangeError(message, { code: "option", argument: "range", value: range });
}

function bucketsOf(given: number | undefined, weighted: boolean): number {
  const numBuckets = given ?? (weighted ? defaults.numWeightedBuckets : defaults.numBuckets);
  whole(numBuckets, 2, "numBuckets", 2 ** 20);
  if ((numBuckets & (numBuckets - 1)) === 0) return numBuckets;
  const message = `numBuckets = ${numBuckets}, but must be a power of 2`;
  throw new AssayRangeError(message, { code: "option", argument: "numBuckets", value: numBuckets });
}

function histogramMetric(options: CurveHistogramOptions, weighted: boolean): Metric<CurveHistogram> {
  const range = rangeOf(options.range);
  const numBuckets = bucketsOf(options.numBuckets, weighted);
  const names = { predictions: "scores", targets: "labels", numClasses: 2, widths: [1, 1] };
  return {
    name: "curveHistogram",
    kind: stateKind.curveHistogram,
    config: [numBuckets, Number(range !== undefined), ...(range ?? [0, 0]), Number(weighted)],
    weighted,
    take(scores: unknown, labels: unknown): Rows {
      const [predictions, targets] = [reals(scores, "scores"), column(labels, "labels")];
      expectLength(predictions, targets.length, "labels has");
      return { predictions, targets, count: targets.length };
    },
    feed({ address, room }: State, { predictions, targets, count }: Rows, weight: Column | undefined): void {
      const inputs = [
        { column: predictions, width: 1 },
        { column: targets, width: 1 },
        weight && { column: weight, width: 1 },
      ];
      const types = [predictions.type, targets.type, weight?.type ?? 0] as const;
      stream(count, inputs, [], ([x = 0, y = 0, w = 0], rows, first) => {
        const status = core().curve_histogram_update(address, room, rows, x, types[0], y, types[1], w, types[2]);
        check(status, first, names);
      });
    },
    finish({ address, room }: State): CurveHistogram {
      const numbers = [...numbersFrom(7, (to) => core().curve_histogram_finish(address, room, to))];
      const points = (numbers[6] as number) + 1;
      const columns = numbersFrom(3 * points, (to) => core().curve_histogram_roc(address, room, to, points));
      const [thresholds, tpr, fpr] = [0, 1, 2].map((i) => columns.slice(i * points, (i + 1) * points)) as [
        Float64Array<ArrayBuffer>,
        Float64Array<ArrayBuffer>,
        Float64Array<ArrayBuffer>,
      ];
      const histogram = new Histogram(numBuckets, numbers, { fpr, tpr, thresholds });
      expectTotal("sampleWeight", [histogram.positives, histogram.negatives]);
      return histogram;
    },
  };
}

/**
 * Counts scores in buckets that keep their order, in constant memory (1 MiB by default, whatever the number of rows), and
 * gives certified bounds: the exact area under the ROC curve and the exact average precision lie between them.
 *
 * A score's bucket is the leading bits of its float32 number, so buckets are narrow near 0 and wide far from it; with
 * `range` they have equal width. Where a bucket holds one class alone nothing is lost. As an accumulator it merges to
 * the same bits in any order.
 *
 * @param scores N scores, logits or probabilities: only their order matters
 * @param labels N labels, 0 or 1
 * @throws AssayRangeError for a NaN, a label that is not 0 or 1, a negative weight, lengths that do not fit, no rows
 * @example
 * const { lower, upper } = curveHistogram(scores, labels).rocAuc();
 */
export const curveHistogram: Curves["curveHistogram"] = /*#__PURE__*/ Object.assign(
  (scores: Reals, labels: Labels, options?: CurveHistogramOptions): CurveHistogram => {
    const given = optionsOf(options, [...own, "sampleWeight"], "curveHistogram");
    const { sampleWeight } = given;
    const histogram = evaluate(histogramMetric(given, sampleWeight !== undefined), scores, labels, sampleWeight);
    if (histogram.positives + histogram.negatives > 0) return histogram;
    throw nothingLeft("labels");
  },
  {
    accumulator(
      options?: Omit<CurveHistogramOptions, "sampleWeight"> & AccumulatorOptions,
    ): Accumulator<CurveHistogram> {
      const given = optionsOf(options, [...own, "weighted"], "curveHistogram.accumulator");
      return accumulate(histogramMetric(given, flag(given.weighted ?? false, "weighted")));
    },
  },
);
