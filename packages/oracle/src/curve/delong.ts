/**
 * How sure areas under ROC curves are: E. DeLong, D. DeLong and D. Clarke-Pearson, "Comparing the areas under two or more
 * correlated receiver operating characteristic curves: a nonparametric approach" (1988).
 *
 * @module
 */
import type {
  IntervalWithError,
  Labels,
  LevelOptions,
  Reals,
  RocAucComparison,
  RocAucIntervalOptions,
} from "@assay/contract";
import { binaryLabels, checkLength, checkNotEmpty, checkOptions, oneOf, reals } from "../input.js";
import { Ratio } from "../ratio.js";
import { normalUpperTail } from "../statistics/distributions.js";
import { criticalValue, levelOf } from "../statistics/wilson.js";

/** Twice the placement of each row: how many rows of the other class it is on the right side of, ties counting half. */
interface Placements {
  readonly ofPositives: readonly number[];
  readonly ofNegatives: readonly number[];
}

function placementsOf(scores: ArrayLike<number>, labels: ArrayLike<number>): Placements {
  const of = (label: number): number[] => Array.from(scores).filter((_, i) => labels[i] === label);
  const [positives, negatives] = [of(1), of(0)];
  // Twice ψ: 1 where the positive row has the larger score, ½ where both are equal.
  const psi = (x: number, y: number): number => Number(x > y) + Number(x >= y);
  return {
    ofPositives: positives.map((x) => negatives.reduce((sum, y) => sum + psi(x, y), 0)),
    ofNegatives: negatives.map((y) => positives.reduce((sum, x) => sum + psi(x, y), 0)),
  };
}

/** The sum over all pairs, over twice their number. */
function areaOf({ ofPositives, ofNegatives }: Placements): Ratio {
  return Ratio.of(BigInt(sum(ofPositives)), 2n * BigInt(ofPositives.length) * BigInt(ofNegatives.length));
}

/** S₁₀/m + S₀₁/n of placements as shares of the other class. */
function varianceOf({ ofPositives, ofNegatives }: Placements): Ratio {
  const [m, n] = [BigInt(ofPositives.length), BigInt(ofNegatives.length)];
  const positive = sampleVariance(ofPositives).over(Ratio.of(4n * n * n * m));
  return positive.plus(sampleVariance(ofNegatives).over(Ratio.of(4n * m * m * n)));
}

/** Σ(x − mean)² / (n − 1) of whole numbers. */
function sampleVariance(values: readonly number[]): Ratio {
  const n = BigInt(values.length);
  const mean = Ratio.of(BigInt(sum(values)), n);
  const squares = values.reduce((all, x) => all + BigInt(x) * BigInt(x), 0n);
  return Ratio.of(squares)
    .minus(mean.times(mean).times(Ratio.of(n)))
    .over(Ratio.of(n - 1n));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, x) => all + x, 0);
}

/** The interval of the area under the curve of some rows. */
export function areaInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: RocAucIntervalOptions,
): IntervalWithError {
  checkOptions("rocAucInterval", options, ["level", "scale"]);
  const level = levelOf(options);
  const scale = oneOf("scale", options.scale, ["linear", "logit"], "linear");
  const placements = placementsOf(scores, labels);
  const area = areaOf(placements).value() ?? NaN;
  const standardError = varianceOf(placements).root() ?? NaN;
  const z = criticalValue(level);
  if (standardError === 0) return { estimate: area, standardError, lower: area, upper: area, level };
  if (scale === "linear") {
    const reach = z * standardError;
    return {
      estimate: area,
      standardError,
      lower: Math.max(0, area - reach),
      upper: Math.min(1, area + reach),
      level,
    };
  }
  // The delta method: d ln(A / (1 − A)) / dA = 1 / (A(1 − A)).
  const middle = Math.log(area / (1 - area));
  const reach = (z * standardError) / (area * (1 - area));
  const share = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
  return { estimate: area, standardError, lower: share(middle - reach), upper: share(middle + reach), level };
}

export function rocAucInterval(scores: Reals, labels: Labels, options: RocAucIntervalOptions = {}): IntervalWithError {
  const x = reals("scores", scores);
  const y = binaryLabels("labels", labels);
  checkLength("scores", x, y.length, "one per label");
  checkNotEmpty("labels", y);
  return areaInterval(x, y, options);
}

export function compareRocAuc(
  scoresA: Reals,
  scoresB: Reals,
  labels: Labels,
  options: LevelOptions = {},
): RocAucComparison {
  checkOptions("compareRocAuc", options, ["level"]);
  const level = levelOf(options);
  const [ofA, ofB] = [reals("scoresA", scoresA), reals("scoresB", scoresB)];
  const y = binaryLabels("labels", labels);
  checkLength("scoresA", ofA, y.length, "one per label");
  checkLength("scoresB", ofB, y.length, "one per label");
  checkNotEmpty("labels", y);
  const [a, b] = [placementsOf(ofA, y), placementsOf(ofB, y)];
  // The variance of A₁ − A₂ is that of the differences of placements: S₁₁ − 2S₁₂ + S₂₂.
  const differences: Placements = {
    ofPositives: a.ofPositives.map((x, i) => x - b.ofPositives[i]!),
    ofNegatives: a.ofNegatives.map((x, i) => x - b.ofNegatives[i]!),
  };
  const estimate = areaOf(differences).value() ?? NaN;
  const standardError = varianceOf(differences).root() ?? NaN;
  const reach = criticalValue(level) * standardError;
  // Areas that are the same, and always would be, do not differ.
  const statistic = estimate === 0 && standardError === 0 ? 0 : estimate / standardError;
  return {
    a: areaOf(a).value() ?? NaN,
    b: areaOf(b).value() ?? NaN,
    difference: {
      estimate,
      standardError,
      lower: Math.max(-1, estimate - reach),
      upper: Math.min(1, estimate + reach),
      level,
    },
    statistic,
    pValue: 2 * normalUpperTail(Math.abs(statistic)),
  };
}
