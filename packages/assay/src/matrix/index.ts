/**
 * Confusion matrices and what follows from counts.
 *
 * @module
 */
export * from "./cells.js";
export { fromCounts, namesOf } from "./from-counts.js";
export * from "./from-json.js";
export * from "./matrix.js";
export * from "./measures.js";
export * from "./multilabel-matrix.js";
export { type Form, f1, type RateName, type Ratio, rates, total } from "./rates.js";
