/**
 * Y. Geifman, G. Uziel and R. El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers" (2019).
 *
 * @module
 */
import type {
  Accumulator,
  Labels,
  Reals,
  RiskCoverage,
  RiskCoverageOptions,
  SelectivePrediction,
  Streamed,
} from "@assay/contract";
import type { Rows } from "../accumulator.js";
import { checkOptions, number } from "../input.js";
import { exactSum } from "../sum.js";
import {
  type Compared,
  type Comparison,
  checkRows,
  checkSome,
  compared,
  comparisonOf,
  keepCompared,
} from "./comparison.js";

class RiskCoverageCurve implements RiskCoverage {
  readonly thresholds: Float64Array<ArrayBuffer>;
  readonly coverage: Float64Array<ArrayBuffer>;
  readonly risk: Float64Array<ArrayBuffer>;
  readonly count: number;
  readonly keepsScores = true;

  constructor(private readonly rows: readonly Compared[]) {
    const weigh = (some: readonly Compared[]): number => exactSum(some.map(({ weight }) => weight));
    this.count = weigh(rows);
    const distinct = [...new Set(rows.map(({ confidence }) => confidence + 0))].sort((a, b) => b - a);
    this.thresholds = Float64Array.from(distinct);
    const answered = distinct.map((threshold) => rows.filter(({ confidence }) => confidence >= threshold));
    this.coverage = Float64Array.from(answered, (some) => weigh(some) / this.count);
    this.risk = Float64Array.from(answered, (some) => weigh(some.filter(({ right }) => !right)) / weigh(some));
  }

  aurc(): number {
    const riskAt = new Map(Array.from(this.thresholds, (threshold, i) => [threshold, this.risk[i]!]));
    return exactSum(this.rows.map(({ confidence, weight }) => weight * riskAt.get(confidence)!)) / this.count;
  }

  excessAurc(): number {
    const rate = this.risk.at(-1) ?? NaN;
    return this.aurc() - (rate === 1 ? 1 : rate + (1 - rate) * Math.log(1 - rate));
  }

  riskAt(coverage: number): number {
    number("coverage", coverage, (share) => share > 0 && share <= 1, "above 0 and at most 1");
    return this.risk[this.coverage.findIndex((share) => share >= coverage)]!;
  }

  coverageAt(risk: number): number {
    number("risk", risk, (rate) => rate >= 0 && rate <= 1, "in 0..1");
    return this.coverage.filter((_, i) => this.risk[i]! <= risk).at(-1) ?? 0;
  }
}

/** At every distinct confidence, how many rows have at least as much, and how many of these are wrong. */
function curveOf(rows: Rows, comparison: Comparison): RiskCoverage {
  return new RiskCoverageCurve(compared(rows, comparison)[0]!.filter(({ weight }) => weight > 0));
}

/** What abstaining gains. */
export const riskCoverage: SelectivePrediction["riskCoverage"] = Object.assign(
  (predictions: Reals, labels: Labels, options: RiskCoverageOptions = {}): RiskCoverage => {
    checkOptions("riskCoverage", options, ["numClasses", "from", "sampleWeight"]);
    const comparison = comparisonOf(options, "topLabel");
    return curveOf(checkSome(checkRows(comparison, predictions, labels, options.sampleWeight)), comparison);
  },
  {
    accumulator(options: Streamed<RiskCoverageOptions> = {}): Accumulator<RiskCoverage> {
      checkOptions("riskCoverage.accumulator", options, ["numClasses", "from", "weighted"]);
      const comparison = comparisonOf(options, "topLabel");
      const finish = (rows: Rows): RiskCoverage => curveOf(rows, comparison);
      const { weighted } = options;
      return keepCompared({ name: "riskCoverage", comparison, weighted, keepsScores: true, finish });
    },
  },
);
