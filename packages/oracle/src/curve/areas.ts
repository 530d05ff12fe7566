/**
 * Areas under curves.
 *
 * AUROC as the U statistic: H. Mann and D. Whitney (1947); D. Bamber, "The area above the ordinal dominance graph and
 * the area below the receiver operating characteristic graph" (1975). Partial area: D. McClish, "Analyzing a portion of
 * the ROC curve" (1989). Area over the logarithm of the false positive rate: R. Clark and D. Webster-Clark, "Managing
 * bias in ROC curves" (2008). Average precision and trapezoids: scikit-learn, `sklearn.metrics`.
 *
 * @module
 */
import { Ratio } from "../ratio.js";
import { exactSum } from "../sum.js";
import type { SortedScores, Step } from "./sorted-scores.js";

/** What rounding leaves of an area beyond 1. */
function atMost1(area: number): number {
  return Math.min(area, 1);
}

/** A power of two, near 1/total if that is one: shares of a total that is tiny keep their digits. */
function unitOf(total: number): number {
  return 2 ** Math.min(1023, -Math.floor(Math.log2(total)));
}

/** Area under the ROC curve: a negative loses to the positives of the steps above and ties with those of its own. */
export function rocArea({ steps, positives, negatives }: SortedScores): number {
  if (positives === 0 || negatives === 0) return NaN;
  const isWhole = steps.every(({ positive, negative }) => Number.isInteger(positive) && Number.isInteger(negative));
  if (isWhole) {
    let twice = 0n;
    for (const { tp, positive, negative } of steps) twice += BigInt(negative) * (2n * BigInt(tp) - BigInt(positive));
    return Ratio.of(twice, 2n * BigInt(positives) * BigInt(negatives)).value()!;
  }
  const share = ({ tp, positive, negative }: Step): number =>
    (negative / negatives) * (tp / positives - positive / positives / 2);
  return atMost1(exactSum(steps.map(share)));
}

/**
 * The area under the ROC curve up to a false positive rate, by trapezoids with the last one cut, scaled so that chance
 * is ½ and perfection 1.
 */
export function partialRocArea({ steps, positives, negatives }: SortedScores, maxFpr: number): number {
  const limit = maxFpr * negatives;
  const areas = steps.map(({ tp, fp, positive, negative }, i) => {
    const [left, low] = [steps[i - 1]?.fp ?? 0, steps[i - 1]?.tp ?? 0];
    // A step without negatives is a vertical line, which has no area.
    if (negative === 0 || left >= limit) return 0;
    if (fp <= limit) return (negative / negatives) * ((low / 2 + tp / 2) / positives);
    const width = limit - left;
    return (width / negatives) * ((low + (positive / 2) * (width / negative)) / positives);
  });
  const area = Math.min(exactSum(areas), maxFpr);
  const chance = maxFpr ** 2 / 2;
  return (1 + (area - chance) / (maxFpr - chance)) / 2;
}

/** Σ (Rₙ − Rₙ₋₁) Pₙ over descending thresholds. 0 without positives. */
export function stepPrecision({ steps, positives }: SortedScores): number {
  if (positives === 0) return 0;
  const unit = unitOf(positives);
  const terms = steps.map(({ positive, tp, fp }) => positive * unit * (tp / (tp + fp)));
  return atMost1(exactSum(terms) / (positives * unit));
}

/** Trapezoids under precision over recall, from precision 1 at recall 0 on. NaN without positives. */
export function precisionRecallTrapezoids({ steps, positives }: SortedScores): number {
  if (positives === 0) return NaN;
  const precisions = steps.map(({ tp, fp }) => tp / (tp + fp));
  const middle = (i: number): number => ((precisions[i - 1] ?? 1) + precisions[i]!) / 2;
  const unit = unitOf(positives);
  return atMost1(exactSum(steps.map(({ positive }, i) => positive * unit * middle(i))) / (positives * unit));
}

/**
 * ∫ tpr d(log fpr) from a false positive rate to 1, over its width −log(from); the base cancels. Between two points tpr is
 * a line, height + slope · fpr, whose integral over d(log fpr) = d(fpr) / fpr is height · log fpr + slope · fpr.
 */
export function logRocArea({ steps, positives, negatives }: SortedScores, from: number): number {
  if (positives === 0 || negatives === 0) return NaN;
  const areas = steps.flatMap(({ tp, fp, positive, negative }, i) => {
    const end = fp / negatives;
    const start = Math.max((steps[i - 1]?.fp ?? 0) / negatives, from);
    // A vertical line has no area, and what lies before `from` does not count.
    if (negative === 0 || end <= start) return [];
    const slope = positive / positives / (negative / negatives);
    const height = tp / positives - slope * end;
    return [height * Math.log1p((end - start) / start), slope * (end - start)];
  });
  return Math.max(0, atMost1(exactSum(areas) / -Math.log(from)));
}
