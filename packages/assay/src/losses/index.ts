/** Losses, with gradients. */
export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from "./binary.js";
export { crossEntropy } from "./multiclass.js";
export { mseLoss } from "./regression.js";
export { logLoss } from "./scores.js";
