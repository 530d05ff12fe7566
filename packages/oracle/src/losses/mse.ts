import type { Loss, LossOptions } from "@assay/contract";
import { checkFinite, reals, realTargets } from "../input.js";
import { loss } from "./loss.js";

/**
 * Squared error (x − t)² of finite numbers.
 *
 * Gradient: 2(x − t).
 */
export const mseLoss: Loss<LossOptions> = loss({
  name: "mseLoss",
  options: [],
  settle: () => ({
    config: {},
    columns: 1,
    columnsOption: "",
    targetColumns: 1,
    valuesPerRow: 1,
    predictions: (given) => checkFinite("predictions", reals("predictions", given)),
    targets: (given) => checkFinite("targets", realTargets("targets", given)),
    row: ([x = 0], [t = 0], values, gradient) => {
      values[0] = (x - t) ** 2;
      gradient[0] = 2 * (x - t);
      return 1;
    },
  }),
});
