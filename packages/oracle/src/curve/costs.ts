/**
 * C. Drummond and R. Holte, "Cost curves: an improved method for visualizing classifier performance" (2006).
 *
 * @module
 */
import type { CostPoints } from "@assay/contract";
import { Ratio } from "../ratio.js";
import { everyPoint, type SortedScores } from "./sorted-scores.js";

/** The line of a threshold: at probability cost 0 it costs its false positive rate, at 1 its false negative rate. */
interface Line {
  readonly threshold: number;
  readonly fpr: Ratio;
  readonly fnr: Ratio;
}

/** The lower envelope of all lines, from probability cost 0 to 1. Of one class alone there is none: NaN. */
export function costEnvelope(scores: SortedScores): CostPoints {
  const { positives, negatives } = scores;
  if (positives === 0 || negatives === 0) {
    const thresholds = Float64Array.of(NaN);
    return { probabilityCost: Float64Array.of(0, 1), expectedCost: Float64Array.of(NaN, NaN), thresholds };
  }
  const lines = everyPoint(scores).map(({ threshold, tp, fp }) => ({
    threshold,
    fpr: Ratio.from(fp).over(Ratio.from(negatives)),
    fnr: Ratio.from(positives).minus(Ratio.from(tp)).over(Ratio.from(positives)),
  }));
  const lowest: Line[] = [];
  for (const line of lines) {
    // From line to line fpr rises and fnr falls. The last of the lowest ones is none where the new one is nowhere above
    // it, or where the new one is below it before it goes below the one before.
    while (lowest.length > 0) {
      const last = lowest.at(-1)!;
      const before = lowest.at(-2);
      const isBelow = line.fpr.minus(last.fpr).sign() === 0;
      const isEarly = before !== undefined && crossing(last, line).minus(crossing(before, last)).sign() <= 0;
      if (!isBelow && !isEarly) break;
      lowest.pop();
    }
    const last = lowest.at(-1);
    if (last === undefined || last.fnr.minus(line.fnr).sign() > 0) lowest.push(line);
  }
  const inner = lowest.slice(1).map((line, i) => {
    const at = crossing(lowest[i]!, line);
    return { at, cost: line.fnr.times(at).plus(line.fpr.times(Ratio.of(1n).minus(at))) };
  });
  return {
    probabilityCost: Float64Array.of(0, ...inner.map(({ at }) => at.value()!), 1),
    expectedCost: Float64Array.of(0, ...inner.map(({ cost }) => cost.value()!), 0),
    thresholds: Float64Array.from(lowest, ({ threshold }) => threshold),
  };
}

/** The probability cost at which two lines cost the same; the second has the larger fpr. */
function crossing(a: Line, b: Line): Ratio {
  const [rise, fall] = [b.fpr.minus(a.fpr), a.fnr.minus(b.fnr)];
  return rise.over(rise.plus(fall));
}
