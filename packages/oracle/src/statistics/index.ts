/**
 * How sure one can be of what counts say: intervals, and the comparison of two models on the same rows.
 *
 * @module
 */
export { bootstrap } from "./bootstrap.js";
export { confidenceInterval } from "./confidence-interval.js";
export { mcnemar } from "./mcnemar.js";
export { pairedBootstrap } from "./paired-bootstrap.js";
export { wilson } from "./wilson.js";
