/**
 * Rates where something else is demanded.
 *
 * @module
 */
import type { OperatingPoint } from "@assay/contract";
import { Ratio } from "../ratio.js";
import { everyPoint, type SortedScores } from "./sorted-scores.js";

/**
 * Down from the largest threshold fpr rises from 0 to 1 and fnr falls from 1 to 0. Where they are equal at a point, that is
 * it; otherwise they meet between two points, on straight lines.
 */
export function equalErrorRate(scores: SortedScores): OperatingPoint {
  const { positives, negatives } = scores;
  if (positives === 0 || negatives === 0) return { value: NaN, threshold: NaN };
  const rates = everyPoint(scores).map(({ threshold, tp, fp }) => {
    const fpr = Ratio.from(fp).over(Ratio.from(negatives));
    const fnr = Ratio.from(positives).minus(Ratio.from(tp)).over(Ratio.from(positives));
    return { threshold, fpr, lead: fnr.minus(fpr) };
  });
  const place = rates.findIndex(({ lead }) => lead.sign() <= 0);
  const [before, after] = [rates[place - 1]!, rates[place]!];
  if (after.lead.sign() === 0) return { value: after.fpr.value()!, threshold: after.threshold };
  const share = before.lead.over(before.lead.minus(after.lead));
  const value = before.fpr.plus(after.fpr.minus(before.fpr).times(share));
  return { value: value.value()!, threshold: before.threshold };
}
