import type { Accumulator, Streamed } from "../accumulator.js";
import type { Labels, Reals } from "../arrays.js";
import type { ComparisonOptions } from "./reliability.js";

export interface RiskCoverageOptions extends Omit<ComparisonOptions, "numLabels"> {}

/** What abstaining gains: the error rate among the rows whose confidence is at least a threshold. */
export interface RiskCoverage {
  /** Each distinct confidence, descending. */
  readonly thresholds: Float64Array<ArrayBuffer>;
  /** Share of rows that are answered at each threshold, ascending to 1. */
  readonly coverage: Float64Array<ArrayBuffer>;
  /** Error rate among them. */
  readonly risk: Float64Array<ArrayBuffer>;
  /** Rows, or their summed weight. */
  readonly count: number;
  /** Every confidence had to be kept for it. */
  readonly keepsScores: true;
  /** Area under the curve: the mean over rows of the risk at their own confidence, equal ones together. */
  aurc(): number;
  /** `aurc()` above r + (1 − r)·ln(1 − r), about that of confidences which put every error last, r being the error rate. */
  excessAurc(): number;
  /** The risk where at least this share of rows is answered, and no more than needed. */
  riskAt(coverage: number): number;
  /** The largest coverage at which the risk is at most this; 0 where there is none. */
  coverageAt(risk: number): number;
}

/** Selective prediction; assay and the oracle implement it alike. */
export interface SelectivePrediction {
  /** Risk and coverage of abstaining where the largest probability is small. */
  riskCoverage: {
    (predictions: Reals, labels: Labels, options?: RiskCoverageOptions): RiskCoverage;
    accumulator(options?: Streamed<RiskCoverageOptions>): Accumulator<RiskCoverage>;
  };
}
