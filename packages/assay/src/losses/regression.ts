/**
 * Losses of real numbers.
 *
 * @module
 */
import type { Loss, LossOptions } from "@assay/contract";
import { kernelLoss, lossCode } from "./kernel.js";

/**
 * Squared error: (x − y)². Gradient: 2(x − y). Every element is computed in float64.
 *
 * @param predictions finite numbers
 * @param targets finite numbers, as many
 * @throws AssayRangeError for a value that is NaN or infinite, a negative weight, lengths that do not fit, no rows
 * @see PyTorch, `torch.nn.functional.mse_loss`
 */
export const mseLoss: Loss<LossOptions> = /*#__PURE__*/ kernelLoss<LossOptions>({
  name: "mseLoss",
  options: [],
  shape: () => ({
    code: lossCode.squaredError,
    columns: 1,
    targetColumns: 1,
    valueColumns: 1,
    predictions: "predictions",
    targets: "targets",
    numClasses: 2,
  }),
});
