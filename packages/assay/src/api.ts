/** Everything that every entry offers. */

export * from "@assay/contract";
export * from "./calibration/index.js";
export * from "./calibrators/index.js";
export * from "./class-thresholds.js";
export * from "./confusion.js";
export {
  auc,
  binaryCurve,
  classCurves,
  compareRocAuc,
  curveHistogram,
  microCurve,
  pairCurves,
  rocAucInterval,
} from "./curve/index.js";
export * from "./label-ranking.js";
export * from "./label-thresholds.js";
export { labelEncoder } from "./labels.js";
export * from "./losses/index.js";
export { float32, float64, int32, uint8 } from "./memory.js";
export * from "./multilabel.js";
export * from "./ranking.js";
export * from "./regression.js";
export * from "./skill.js";
export * from "./statistics/index.js";
export { topKAccuracy } from "./top-k.js";
