/**
 * How much better predictions are than something else.
 *
 * @module
 */
import {
  type Accumulator,
  defaults,
  type Labels,
  type Reals,
  type SkillMeasure,
  type SkillOptions,
  type SkillScoreOptions,
  type Streamed,
} from "@assay/contract";
import { comparisonOf, keepCompared, weighSomething } from "./calibration/comparison.js";
import { brierScore } from "./calibration/index.js";
import {
  anyNumber,
  probabilities as checkedProbabilities,
  checkLength,
  checkOptions,
  reals,
  resolve,
} from "./input.js";
import { logLoss } from "./losses/log-loss.js";
import { exactSum, exactSums } from "./sum.js";

type Score = (probabilities: Reals, labels: Labels, options: Omit<SkillOptions, "undefinedValue">) => number;

/** A measure of arrays, and of a stream: it is called on all of its rows. */
function measure<Options extends SkillOptions>(
  name: string,
  names: readonly string[],
  skill: (probabilities: Reals, labels: Labels, options: Options) => number,
): SkillMeasure<Options> {
  return Object.assign(
    (probabilities: Reals, labels: Labels, options?: Options): number => {
      checkOptions(name, options, [...names, "sampleWeight"]);
      return skill(probabilities, labels, options ?? ({} as Options));
    },
    {
      accumulator(options?: Streamed<Options>): Accumulator<number> {
        checkOptions(`${name}.accumulator`, options, [...names, "weighted"]);
        const { weighted, ...rest } = (options ?? {}) as Streamed<SkillScoreOptions>;
        const { numClasses, undefinedValue = defaults.undefinedValue } = rest;
        // Of class 1 alone it is a number.
        const reference = numClasses === undefined ? numberOf(rest.reference) : rest.reference;
        const comparison = comparisonOf({ ...(numClasses !== undefined && { numClasses }) }, undefined);
        anyNumber("undefinedValue", undefinedValue);
        if (reference !== undefined) checkReference(reference, numClasses);
        return keepCompared({
          name,
          comparison,
          weighted,
          keepsScores: false,
          finish(rows) {
            if (!weighSomething(rows)) return undefinedValue;
            const ofRows = {
              ...rest,
              ...(reference !== undefined && { reference }),
              ...(weighted && { sampleWeight: rows.weights }),
            };
            return skill(rows.predictions, rows.targets, ofRows as unknown as Options);
          },
        });
      },
    },
  );
}

function numberOf(reference: Reals | number | undefined): Reals | number | undefined {
  return typeof reference === "object" && reference.length === 1 ? reals("reference", reference)[0] : reference;
}

/** A stream is compared with what is the same for all rows: a probability for each class, or of class 1. */
function checkReference(reference: Reals | number, numClasses = 1): void {
  const elements = checkedProbabilities("reference", typeof reference === "number" ? [reference] : reference);
  checkLength("reference", elements, numClasses, "one for each class, or of class 1");
}

const NAMES = ["numClasses", "undefinedValue"] as const;

/** D² of the log loss (`sklearn.metrics.d2_log_loss_score`). */
export const d2LogLossScore: SkillMeasure<SkillOptions> = measure("d2LogLossScore", NAMES, (p, y, options) =>
  d2(logLoss, p, y, options),
);

/** D² of the Brier score, the Brier skill score (`sklearn.metrics.d2_brier_score`). */
export const d2BrierScore: SkillMeasure<SkillOptions> = measure("d2BrierScore", NAMES, (p, y, options) =>
  d2(brierScore, p, y, options),
);

/** 1 − score / score of the class frequencies of these labels, predicted for every row. */
function d2(score: Score, probabilities: Reals, labels: Labels, options: SkillOptions): number {
  const { undefinedValue = defaults.undefinedValue, ...rest } = options;
  anyNumber("undefinedValue", undefinedValue);
  const own = score(probabilities, labels, rest);
  const y = Int32Array.from(resolve("labels", labels, "labels"));
  const frequencies = classFrequencies(y, options);
  if (frequencies.filter((share) => share > 0).length === 1) return undefinedValue;
  const frequent = options.numClasses === undefined ? [frequencies[1]!] : [...frequencies];
  const same = Array.from(y).flatMap(() => frequent);
  return 1 - own / score(same, labels, rest);
}

/** The share of each class. */
function classFrequencies(y: Int32Array, { numClasses = 2, sampleWeight }: SkillOptions): Float64Array {
  const weights = sampleWeight === undefined ? y.map(() => 1) : resolve("sampleWeight", sampleWeight, "reals");
  const total = exactSum(weights);
  return exactSums(numClasses, y, Float64Array.from(weights)).map((sum) => sum / total);
}

/** 1 − Brier score / Brier score of the reference. */
export const brierSkillScore: SkillMeasure<SkillScoreOptions> = measure(
  "brierSkillScore",
  [...NAMES, "reference"],
  (p, y, options) => skillScore(brierScore, p, y, options),
);

/** 1 − log loss / log loss of the reference. */
export const logLossSkillScore: SkillMeasure<SkillScoreOptions> = measure(
  "logLossSkillScore",
  [...NAMES, "reference"],
  (p, y, options) => skillScore(logLoss, p, y, options),
);

function skillScore(score: Score, probabilities: Reals, labels: Labels, options: SkillScoreOptions): number {
  const { reference, ...rest } = options;
  if (reference === undefined) return d2(score, probabilities, labels, rest);
  const { undefinedValue = defaults.undefinedValue, ...ofScore } = rest;
  anyNumber("undefinedValue", undefinedValue);
  const own = score(probabilities, labels, ofScore);
  const other = score(forEachRow(reference, probabilities, labels, options), labels, ofScore);
  return other === 0 ? undefinedValue : 1 - own / other;
}

/** A reference that is the same for all rows is repeated. */
function forEachRow(
  reference: Reals | number,
  probabilities: Reals,
  labels: Labels,
  { numClasses }: SkillOptions,
): Reals {
  const y = Array.from(resolve("labels", labels, "labels"));
  if (typeof reference === "number") return y.map(() => reference);
  if (reference.length === probabilities.length || reference.length !== numClasses) return reference;
  return y.flatMap(() => Array.from(resolve("reference", reference, "reals")));
}

/** (after − before) / before, of two values of any measure. */
export function relativeImprovement(before: number, after: number): number {
  return (anyNumber("after", after) - anyNumber("before", before)) / before;
}
