/**
 * Calibrators: repair of probabilities.
 *
 * @module
 */
export { dirichletScaling, vectorScaling } from "./affine.js";
export { histogramBinning } from "./histogram.js";
export { isotonicRegression } from "./isotonic.js";
export { calibratorFromJSON } from "./json.js";
export { betaCalibration, plattScaling } from "./logistic.js";
export { oneVsRest } from "./one-vs-rest.js";
export { temperatureScaling } from "./temperature.js";
