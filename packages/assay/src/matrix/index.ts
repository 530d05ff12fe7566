/**
 * Confusion matrices and what follows from counts.
 *
 * @module
 */
export * from "./cells.js";
export * from "./from-counts.js";
export * from "./matrix.js";
export * from "./measures.js";
export * from "./multilabel-matrix.js";
