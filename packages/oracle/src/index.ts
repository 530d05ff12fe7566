/**
 * The functions of assay in plain TypeScript, float64, written straight from the definitions and meant to be read.
 *
 * @module
 */
export * from "@assay/contract";
export * from "./calibration.js";
export * from "./confusion.js";
export * from "./curve.js";
export * from "./losses/binary-cross-entropy.js";
export { binaryCrossEntropyWithLogits } from "./losses/binary-cross-entropy-with-logits.js";
export * from "./losses/cross-entropy.js";
export * from "./losses/log-loss.js";
export * from "./losses/mse.js";
