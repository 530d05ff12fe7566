/**
 * Calibration: can the probabilities be believed?
 *
 * @module
 */
export { brierScore } from "./brier.js";
export { debiasedCalibrationError, debiasedCalibrationErrorInterval } from "./debiased.js";
export { brierDecomposition, logLossDecomposition } from "./decomposition.js";
export { kernelCalibrationError } from "./kernel.js";
export { ksCalibrationError } from "./ks.js";
export { calibrationError, classwiseReliability, reliability } from "./reliability.js";
export { riskCoverage } from "./risk-coverage.js";
export { smoothCalibrationError } from "./smooth.js";
export { hosmerLemeshowTest, spiegelhalterTest } from "./tests.js";
