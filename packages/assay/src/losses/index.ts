/** Losses, with gradients. */
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  hingeLoss,
  multilabelSoftMarginLoss,
  sigmoidFocalLoss,
  softMarginLoss,
} from "./binary.js";
export { checkGradient } from "./check.js";
export { balancedClassWeights } from "./class-weights.js";
export { combine } from "./combine.js";
export {
  crossEntropy,
  focalLoss,
  klDivLoss,
  multiclassHingeLoss,
  multiMarginLoss,
  nllLoss,
} from "./multiclass.js";
export { defineLoss } from "./own.js";
export {
  gaussianNllLoss,
  huberLoss,
  l1Loss,
  logCoshLoss,
  mseLoss,
  poissonNllLoss,
  quantileLoss,
  smoothL1Loss,
} from "./regression.js";
export { logLoss } from "./scores.js";
export {
  ceSoftF1Loss,
  diceBceLoss,
  diceLoss,
  focalTverskyLoss,
  jaccardLoss,
  multiclassDiceLoss,
  softF1Loss,
  tverskyLoss,
} from "./set-level.js";
