/**
 * The functions of assay in plain TypeScript, float64, written straight from the definitions and meant to be read.
 *
 * @module
 */
export * from "@assay/contract";
export * from "./calibration.js";
