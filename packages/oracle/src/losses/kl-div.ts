import { defaults, type KlDivLossOptions, type Loss } from "@assay/contract";
import { count, oneOf, probabilities, softTargets } from "../input.js";
import { logProbabilities } from "./log-probabilities.js";
import { loss } from "./loss.js";

/** ln(t/p), without losing digits where the two are near. */
function logRatio(t: number, p: number): number {
  return Math.abs(t - p) <= p / 2 ? Math.log1p((t - p) / p) : Math.log(t) - Math.log(p);
}

/**
 * Kullback-Leibler divergence, element by element t·(ln t − ln p), 0 where the target t is 0 and ∞ where only p is.
 * `from: "logProbabilities"` takes ln p instead, as `torch.nn.functional.kl_div` does. Rows are used as they are, so
 * elements and, where rows do not sum to 1, sums may be negative. `"mean"` divides by the elements, `"batchmean"` by
 * the rows.
 *
 * Gradient: −t/p, 0 where t is 0; for log-probabilities −t.
 */
export const klDivLoss: Loss<KlDivLossOptions, "mean" | "sum" | "batchmean"> = loss({
  name: "klDivLoss",
  options: ["numClasses", "from"],
  reductions: ["batchmean"],
  settle: (options) => {
    const numClasses = count("numClasses", options.numClasses, 1);
    const from = oneOf("from", options.from, ["probabilities", "logProbabilities"], defaults.from);
    const logs = from === "logProbabilities";
    return {
      config: { numClasses, from },
      columns: numClasses,
      columnsOption: "numClasses",
      targetColumns: numClasses,
      valuesPerRow: numClasses,
      predictions: (given) => (logs ? logProbabilities : probabilities)("predictions", given),
      targets: (given) => softTargets("targets", given),
      row: (x, targets, values, gradient) => {
        targets.forEach((t, c) => {
          if (t === 0) return;
          values[c] = t * (logs ? Math.log(t) - x[c]! : logRatio(t, x[c]!));
          gradient[c] = logs ? -t : -t / x[c]!;
        });
        return options.reduction === "batchmean" ? 1 : numClasses;
      },
    };
  },
});
