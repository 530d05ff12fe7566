/**
 * How sure one can be of what counts say.
 *
 * @module
 */
export { bootstrap } from "./bootstrap.js";
export { confidenceInterval } from "./confidence-interval.js";
export { mcnemar } from "./mcnemar.js";
export { pairedBootstrap } from "./paired-bootstrap.js";
export { wilson } from "./wilson.js";
