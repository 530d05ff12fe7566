import type { Accumulator, Streamed } from "../accumulator.js";
import type { Labels, Reals } from "../arrays.js";
import type { Binning, ComparisonOptions } from "./reliability.js";

export interface SpiegelhalterOptions extends Omit<ComparisonOptions, "numLabels"> {
  /** Default: `"positive"` for binary, `"topLabel"` with `numClasses`. */
  of?: "positive" | "topLabel";
}

/** Spiegelhalter's test. */
export interface SpiegelhalterTest {
  /** z: about normal where the probabilities are right; positive where they are too sure of themselves. */
  readonly statistic: number;
  /** Two-sided. */
  readonly pValue: number;
}

export interface HosmerLemeshowOptions extends SpiegelhalterOptions {
  /** Number of groups. Default 10. */
  numBins?: number;
  /** How rows are grouped. Default `"quantile"`. */
  binning?: Binning;
  /** The model was fitted on these rows, which costs two degrees of freedom. Default true. */
  fitted?: boolean;
}

/** The test of Hosmer and Lemeshow. */
export interface HosmerLemeshowTest {
  /** χ². */
  readonly statistic: number;
  /** At least 0. */
  readonly degreesOfFreedom: number;
  /** NaN without any degree of freedom. */
  readonly pValue: number;
  /** Whether every score had to be kept for it: with any `binning` but `"width"`. */
  readonly keepsScores: boolean;
}

/** Tests of calibration; assay and the oracle implement them alike. */
export interface CalibrationTests {
  /** Is the Brier score what right probabilities would have? */
  spiegelhalterTest: {
    (predictions: Reals, labels: Labels, options?: SpiegelhalterOptions): SpiegelhalterTest;
    accumulator(options?: Streamed<SpiegelhalterOptions>): Accumulator<SpiegelhalterTest>;
  };
  /** Do groups of rows have the rates that are predicted for them? */
  hosmerLemeshowTest: {
    (predictions: Reals, labels: Labels, options?: HosmerLemeshowOptions): HosmerLemeshowTest;
    accumulator(options?: Streamed<HosmerLemeshowOptions>): Accumulator<HosmerLemeshowTest>;
  };
}
