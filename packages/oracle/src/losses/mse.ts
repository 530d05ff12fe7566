import type { Loss, LossOptions } from "@assay/contract";
import { differenceLoss } from "./difference.js";

/**
 * Squared error (x − t)² of finite numbers (`torch.nn.functional.mse_loss`).
 *
 * Gradient: 2(x − t).
 */
export const mseLoss: Loss<LossOptions> = differenceLoss("mseLoss", [], () => ({
  config: {},
  of: (d) => ({ value: d * d, slope: 2 * d }),
}));
