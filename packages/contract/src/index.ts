/**
 * What assay and its oracle promise alike: argument and result types, option defaults, errors.
 *
 * @module
 */
export * from "./accumulator.js";
export * from "./arrays.js";
export * from "./calibration.js";
export * from "./confusion.js";
export * from "./curve.js";
export * from "./defaults.js";
export * from "./errors.js";
export * from "./losses.js";
