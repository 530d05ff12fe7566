/**
 * Points of curves. Which of them may be left out, and in what order they stand: scikit-learn, `roc_curve`,
 * `precision_recall_curve` and `det_curve`.
 *
 * @module
 */
import type { CountsAtThresholds, DetPoints, GainPoints, PrecisionRecallPoints, RocPoints } from "@assay/contract";
import { everyPoint, type Point, type SortedScores } from "./sorted-scores.js";

type Column = Float64Array<ArrayBuffer>;

function column<Item>(items: readonly Item[], value: (item: Item) => number): Column {
  return Float64Array.from(items, value);
}

function thresholdsOf(points: readonly Point[]): Column {
  return column(points, ({ threshold }) => threshold);
}

export function countsAt(points: readonly Point[]): CountsAtThresholds {
  return {
    thresholds: thresholdsOf(points),
    tp: column(points, ({ tp }) => tp),
    fp: column(points, ({ fp }) => fp),
    fn: column(points, ({ fn }) => fn),
    tn: column(points, ({ tn }) => tn),
  };
}

/** Of the steps those that do not lie in the middle of a straight line: their own rows are not those of the next one. */
export function corners({ steps }: SortedScores): readonly Point[] {
  return steps.filter((step, i) => {
    const next = steps[i + 1];
    return i === 0 || !next || step.positive !== next.positive || step.negative !== next.negative;
  });
}

/** Points whose true positives are not those of both neighbours, and both ends. */
export function turns(points: readonly Point[]): readonly Point[] {
  return points.filter(({ tp }, i) => points[i - 1]?.tp !== tp || points[i + 1]?.tp !== tp);
}

export function rocOf({ positives, negatives }: SortedScores, points: readonly Point[]): RocPoints {
  return {
    fpr: column(points, ({ fp }) => fp / negatives),
    tpr: column(points, ({ tp }) => tp / positives),
    thresholds: thresholdsOf(points),
  };
}

/** From points in descending order of thresholds. */
export function precisionRecallOf({ positives }: SortedScores, points: readonly Point[]): PrecisionRecallPoints {
  const ascending = points.toReversed();
  return {
    precision: Float64Array.of(...column(ascending, ({ tp, fp }) => tp / (tp + fp)), 1),
    recall: Float64Array.of(...column(ascending, ({ tp }) => (positives === 0 ? 1 : tp / positives)), 0),
    thresholds: thresholdsOf(ascending),
  };
}

/** From points in descending order of thresholds. */
export function detOf({ positives, negatives }: SortedScores, points: readonly Point[]): DetPoints {
  const ascending = points.toReversed();
  return {
    fpr: column(ascending, ({ fp }) => fp / negatives),
    fnr: column(ascending, ({ tp }) => (positives - tp) / positives),
    thresholds: thresholdsOf(ascending),
  };
}

/** From the last point without false positives to the first with all true ones: beyond these nothing is traded off. */
export function tradeoff({ positives }: SortedScores, points: readonly Point[]): readonly Point[] {
  const start = points.findLastIndex(({ fp }) => fp === 0);
  const end = points.findIndex(({ tp }) => tp === positives);
  return points.slice(Math.min(start, end), end + 1);
}

export function gainsOf(scores: SortedScores): GainPoints {
  const { positives, negatives } = scores;
  const points = everyPoint(scores);
  const fraction = column(points, ({ tp, fp }) => (tp + fp) / (positives + negatives));
  const gain = column(points, ({ tp }) => tp / positives);
  return { fraction, gain, lift: gain.map((share, i) => share / fraction[i]!), thresholds: thresholdsOf(points) };
}
