/**
 * When to abstain.
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
import { core } from "../core.js";
import { pointsOf } from "../curve/shapes.js";
import type { SortedScores } from "../curve/sorted-scores.js";
import { flag, optionsOf, within } from "../options.js";
import { comparisonOf } from "./comparison.js";
import { accumulateSorted, evaluateSorted, type SortedMetric } from "./sorted.js";

class RiskCoverageCurve implements RiskCoverage {
  readonly thresholds: Float64Array<ArrayBuffer>;
  readonly coverage: Float64Array<ArrayBuffer>;
  readonly risk: Float64Array<ArrayBuffer>;
  readonly count: number;
  readonly keepsScores = true;
  readonly #area: number;

  constructor(sorted: SortedScores) {
    const [thresholds, right, wrong] = pointsOf(sorted, { scoresOnly: true });
    const [allRight, allWrong] = sorted.totals();
    this.count = allRight + allWrong;
    this.thresholds = thresholds;
    this.coverage = right.map((hits, i) => (hits + (wrong[i] as number)) / this.count);
    this.risk = wrong.map((errors, i) => errors / (errors + (right[i] as number)));
    this.#area = core().sorted_risk_coverage_area(sorted.address);
  }

  aurc(): number {
    return this.#area;
  }

  excessAurc(): number {
    const rate = this.risk.at(-1) ?? Number.NaN;
    const best = rate === 1 ? 1 : rate + (1 - rate) * core().ln(1 - rate);
    return this.#area - best;
  }

  riskAt(coverage: number): number {
    within(coverage, Number.MIN_VALUE, 1, "coverage");
    return this.risk[this.coverage.findIndex((share) => share >= coverage)] as number;
  }

  coverageAt(risk: number): number {
    within(risk, 0, 1, "risk");
    return this.coverage[this.risk.findLastIndex((rate) => rate <= risk)] ?? 0;
  }
}

const known = ["numClasses", "from"] as const;

function metricOf(given: RiskCoverageOptions): SortedMetric<RiskCoverage, RiskCoverage> {
  return {
    name: "riskCoverage",
    comparison: comparisonOf(given, "topLabel"),
    part: (sorted) => new RiskCoverageCurve(sorted),
    result: ([curve]) => curve as RiskCoverage,
  };
}

/**
 * Risk and coverage: which share of rows is answered, and how many of these answers are wrong, if those whose largest
 * probability is below a threshold are not. Rows of equal confidence are answered together.
 *
 * AURC is the mean over rows of the risk at their confidence, in 0..1, the excess AURC what it has above that of the best
 * order, r + (1 − r)·ln(1 − r), which is the limit for many rows. Shapes and errors as for {@link reliability} with
 * `of: "topLabel"`; the arrays are as long as there are distinct confidences. Its accumulator keeps every confidence.
 *
 * @example
 * const curve = riskCoverage(probabilities, labels, { numClasses: 10 });
 * curve.riskAt(0.8); curve.coverageAt(0.01); curve.aurc();
 * @see El-Yaniv and Wiener (2010), On the foundations of noise-free selective classification; Geifman, Uziel and El-Yaniv
 *   (2019), Bias-reduced uncertainty estimation for deep neural classifiers
 */
export const riskCoverage: SelectivePrediction["riskCoverage"] = /*#__PURE__*/ Object.assign(
  (predictions: Reals, labels: Labels, options?: RiskCoverageOptions): RiskCoverage => {
    const given = optionsOf(options, [...known, "sampleWeight"], "riskCoverage");
    return evaluateSorted(metricOf(given), predictions, labels, given.sampleWeight);
  },
  {
    accumulator(options?: Streamed<RiskCoverageOptions>): Accumulator<RiskCoverage> {
      const given = optionsOf(options, [...known, "weighted"], "riskCoverage.accumulator");
      return accumulateSorted(metricOf(given), flag(given.weighted ?? false, "weighted"));
    },
  },
);
