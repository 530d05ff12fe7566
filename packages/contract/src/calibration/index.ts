import type { ReliabilityTables } from "./reliability.js";
import type { SelectivePrediction } from "./risk-coverage.js";
import type { CalibrationScores } from "./scores.js";
import type { CalibrationTests } from "./tests.js";

export * from "./reliability.js";
export * from "./risk-coverage.js";
export * from "./scores.js";
export * from "./tests.js";

/** Calibration of this library; assay and the oracle implement it alike. */
export interface Calibration extends ReliabilityTables, CalibrationScores, CalibrationTests, SelectivePrediction {}
