/** Losses, with gradients. */
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  hingeLoss,
  multilabelSoftMarginLoss,
  sigmoidFocalLoss,
  softMarginLoss,
} from "./binary.js";
export {
  crossEntropy,
  focalLoss,
  klDivLoss,
  multiclassHingeLoss,
  multiMarginLoss,
  nllLoss,
} from "./multiclass.js";
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
