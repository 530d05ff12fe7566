/**
 * What assay and its oracle promise alike: argument and result types, option defaults, errors.
 *
 * @module
 */
import type { Calibration } from "./calibration/index.js";
import type { Calibrators } from "./calibrators.js";
import type { ClassThresholding } from "./class-thresholds.js";
import type { Confusion } from "./confusion.js";
import type { Curves } from "./curve.js";
import type { LabelRanking } from "./label-ranking.js";
import type { LabelThresholding } from "./label-thresholds.js";
import type { LabelEncoding } from "./labels.js";
import type { Losses, LossFamily } from "./losses/index.js";
import type { Regression } from "./regression.js";
import type { Skill } from "./skill.js";
import type { Statistics } from "./statistics.js";

export * from "./accumulator.js";
export * from "./arrays.js";
export * from "./calibration/index.js";
export * from "./calibrators.js";
export * from "./class-thresholds.js";
export * from "./confusion.js";
export * from "./curve.js";
export * from "./defaults.js";
export * from "./errors.js";
export * from "./label-ranking.js";
export * from "./label-thresholds.js";
export * from "./labels.js";
export * from "./losses/index.js";
export * from "./regression.js";
export * from "./skill.js";
export * from "./statistics.js";
export * from "./validation.js";

/** Every function that a backend has: what runs against one of them runs against each. */
export interface Backend
  extends ClassThresholding,
    LabelThresholding,
    Losses,
    LossFamily,
    Regression,
    Confusion,
    LabelEncoding,
    LabelRanking,
    Curves,
    Calibration,
    Calibrators,
    Skill,
    Statistics {}
