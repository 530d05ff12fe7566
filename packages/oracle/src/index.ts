/**
 * The functions of assay in plain TypeScript, float64, written straight from the definitions and meant to be read.
 *
 * @module
 */
export * from "@assay/contract";
export * from "./calibration/index.js";
export * from "./calibrators/index.js";
export * from "./class-thresholds.js";
export { confusionMatrix } from "./confusion/confusion-matrix.js";
export { multilabelConfusionMatrix } from "./confusion/multilabel-confusion-matrix.js";
export { topKAccuracy } from "./confusion/top-k.js";
export { auc } from "./curve/area.js";
export { classCurves, microCurve, pairCurves } from "./curve/class-curves.js";
export { binaryCurve } from "./curve/curve.js";
export { compareRocAuc, rocAucInterval } from "./curve/delong.js";
export { curveHistogram } from "./curve/histogram.js";
export * from "./label-ranking.js";
export * from "./label-thresholds.js";
export { labelEncoder } from "./labels.js";
export * from "./losses/binary-cross-entropy.js";
export * from "./losses/binary-cross-entropy-with-logits.js";
export * from "./losses/class-weights.js";
export * from "./losses/cross-entropy.js";
export * from "./losses/focal.js";
export * from "./losses/gaussian-nll.js";
export * from "./losses/hinge.js";
export * from "./losses/kl-div.js";
export * from "./losses/l1.js";
export * from "./losses/log-cosh.js";
export * from "./losses/log-loss.js";
export * from "./losses/mse.js";
export * from "./losses/multi-margin.js";
export * from "./losses/multiclass-dice.js";
export * from "./losses/nll.js";
export * from "./losses/overlap.js";
export * from "./losses/own.js";
export * from "./losses/pairs.js";
export { poissonNllLoss } from "./losses/poisson-nll.js";
export { quantileLoss } from "./losses/quantile.js";
export * from "./losses/sigmoid-focal.js";
export { softF1Loss } from "./losses/soft-f1.js";
export * from "./losses/soft-margin.js";
export { averagePrecision, rocAuc } from "./ranking.js";
export * from "./regression.js";
export * from "./skill.js";
export * from "./statistics/index.js";
