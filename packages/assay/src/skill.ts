/**
 * How much better than something else: probabilities than the class frequencies, a value than an earlier one.
 *
 * @module
 */
import {
  type Accumulator,
  AssayRangeError,
  defaults,
  type Labels,
  type Reals,
  type SkillMeasure,
  type SkillOptions,
  type SkillScoreOptions,
  type Streamed,
} from "@assay/contract";
import { accumulate } from "./accumulator.js";
import { pair } from "./accumulator-pair.js";
import { expectLength, lasting, numbersOf, reals } from "./arguments.js";
import { type ClassCounts, classCounts, classCountsMetric } from "./class-counts.js";
import { lossMetric, reduced } from "./losses/kernel.js";
import { logLoss, scoreShape } from "./losses/scores.js";
import { anyNumber, flag, optionsOf } from "./options.js";

const known = ["numClasses", "undefinedValue"] as const;

/** What is compared, and with what if there is no reference. */
interface Score {
  readonly name: string;
  readonly loss: "brier" | "logLoss";
  /** What the class frequencies cost. */
  ofFrequencies(classes: ClassCounts, options: SkillOptions): number;
}

function lossOf(
  loss: Score["loss"],
  probabilities: Reals,
  labels: Labels,
  { numClasses, sampleWeight }: SkillOptions,
): number {
  return reduced(scoreShape(loss, { numClasses }), probabilities, labels, "mean", sampleWeight);
}

/** 1 − the loss of the rows over that of the class frequencies; undefined where one class alone occurs. */
function skillOf({ ofFrequencies }: Score, own: number, classes: ClassCounts, options: SkillOptions): number {
  const { undefinedValue = defaults.undefinedValue } = options;
  const occurring = classes.counts.filter((count) => count > 0);
  if (occurring.length < 2) return undefinedValue;
  return 1 - own / ofFrequencies({ ...classes, counts: occurring }, options);
}

/** A stream of a score's loss and the classes beside it. */
function skillAccumulator(
  { name, loss }: Score,
  { numClasses, weighted = false }: Streamed<SkillOptions>,
  skill: (own: number, classes: ClassCounts) => number,
): Accumulator<number> {
  const isWeighted = flag(weighted, "weighted");
  const shape = scoreShape(loss, { numClasses });
  return pair(
    name,
    () => accumulate(lossMetric(name, shape, "mean", isWeighted)),
    () => accumulate(classCountsMetric(name, shape.numClasses, undefined, isWeighted)),
    skill,
  );
}

/** How much better than the class frequencies. */
function skillMeasure(score: Score): SkillMeasure<SkillOptions> {
  const { name, loss } = score;
  return Object.assign(
    (probabilities: Reals, labels: Labels, options?: SkillOptions): number => {
      const given = optionsOf(options, [...known, "sampleWeight"], name);
      anyNumber(given.undefinedValue ?? defaults.undefinedValue, "undefinedValue");
      // Read twice: a state may grow memory, which detaches views.
      const [y, weights] = [lasting(labels), lasting(given.sampleWeight)];
      const own = lossOf(loss, probabilities, y(), given);
      const classes = classCounts(y(), given.numClasses ?? 2, { sampleWeight: weights() });
      return skillOf(score, own, classes, given);
    },
    {
      accumulator(options?: Streamed<SkillOptions>): Accumulator<number> {
        const given = optionsOf(options, [...known, "weighted"], `${name}.accumulator`);
        anyNumber(given.undefinedValue ?? defaults.undefinedValue, "undefinedValue");
        return skillAccumulator(score, given, (own, classes) => skillOf(score, own, classes, given));
      },
    },
  );
}

/**
 * Each row of a class costs the same. A class of more than half of the rows is the event that another does not occur:
 * its frequency may be near 1, and its logarithm then is that of what lacks.
 */
function logLossOfFrequencies({ counts, total }: ClassCounts): number {
  const isRare = counts.map((count) => Number(count <= total - count));
  const frequencies = counts.map((count, k) => (isRare[k] ? count : total - count) / total);
  return logLoss(frequencies, isRare, { sampleWeight: counts });
}

/** Σ of q·(1 − q) over the frequencies; with one column of probabilities it is half of it. */
function brierOfFrequencies({ counts, total }: ClassCounts, { numClasses }: SkillOptions): number {
  const sum = counts.reduce((sum, count) => sum + (count / total) * ((total - count) / total), 0);
  return numClasses === undefined ? sum / 2 : sum;
}

/**
 * How much better probabilities are than the class frequencies by {@link logLoss}, in −∞..1: 1 − the log loss of the
 * rows over that of a constant prediction, the frequencies of these labels. 0 is no better than they, 1 perfect.
 * Undefined where one class alone occurs: NaN, or `undefinedValue`. Reads the labels twice.
 *
 * @param probabilities N probabilities of class 1, or N × numClasses row-major, each in [0, 1]
 * @param labels N labels in 0..numClasses−1 (binary: 0 or 1)
 * @throws AssayRangeError as {@link logLoss}
 * @see scikit-learn 1.9, `sklearn.metrics.d2_log_loss_score`
 */
export const d2LogLossScore: SkillMeasure<SkillOptions> = /*#__PURE__*/ skillMeasure({
  name: "d2LogLossScore",
  loss: "logLoss",
  ofFrequencies: logLossOfFrequencies,
});

/**
 * Brier skill score, in −∞..1: 1 − {@link brierScore} of the rows over that of a constant prediction, the class
 * frequencies of these labels. Arguments, undefined cases and errors as for {@link d2LogLossScore}.
 *
 * @see scikit-learn 1.9, `sklearn.metrics.d2_brier_score`
 */
export const d2BrierScore: SkillMeasure<SkillOptions> = /*#__PURE__*/ skillMeasure({
  name: "d2BrierScore",
  loss: "brier",
  ofFrequencies: brierOfFrequencies,
});

/** How much better than a reference. */
function referenceMeasure(score: Score): SkillMeasure<SkillScoreOptions> {
  const { name, loss } = score;
  const againstFrequencies = skillMeasure(score);
  const skill = (own: number, other: number, { undefinedValue = defaults.undefinedValue }: SkillOptions): number =>
    other === 0 ? undefinedValue : 1 - own / other;
  return Object.assign(
    (probabilities: Reals, labels: Labels, options?: SkillScoreOptions): number => {
      const given = optionsOf(options, [...known, "sampleWeight", "reference"], name);
      const { reference, ...rest } = given;
      if (reference === undefined) return againstFrequencies(probabilities, labels, rest);
      anyNumber(given.undefinedValue ?? defaults.undefinedValue, "undefinedValue");
      const { length } = probabilities;
      const [y, weights, against] = [lasting(labels), lasting(given.sampleWeight), lasting(reference)];
      const own = lossOf(loss, probabilities, y(), given);
      const { sampleWeight: _, ...unweighted } = rest;
      const current = weights();
      const again = current === undefined ? unweighted : { ...unweighted, sampleWeight: current };
      return skill(own, lossOfReference(loss, against(), length, y(), again), given);
    },
    {
      accumulator(options?: Streamed<SkillScoreOptions>): Accumulator<number> {
        const given = optionsOf(options, [...known, "weighted", "reference"], `${name}.accumulator`);
        const { reference, ...rest } = given;
        if (reference === undefined) return againstFrequencies.accumulator(rest);
        const undefinedValue = anyNumber(given.undefinedValue ?? defaults.undefinedValue, "undefinedValue");
        const { numClasses } = given;
        const constant = constantsOf(reference, numClasses);
        return skillAccumulator(score, given, (own, { counts, total }) =>
          total === 0 ? undefinedValue : skill(own, lossOfConstant(loss, constant, counts, numClasses), given),
        );
      },
    },
  );
}

/** Of one probability for all rows, each class is a row of its own, as often as it occurs. */
function lossOfConstant(
  loss: Score["loss"],
  constant: readonly number[],
  counts: Float64Array<ArrayBuffer>,
  numClasses: number | undefined,
): number {
  const classes = Array.from(counts.keys());
  const rows = classes.flatMap(() => constant);
  const ofClasses = numClasses === undefined ? {} : { numClasses };
  return lossOf(loss, rows, classes, { ...ofClasses, sampleWeight: counts });
}

function lossOfReference(
  loss: Score["loss"],
  reference: Reals | number,
  length: number,
  labels: Labels,
  options: SkillOptions,
): number {
  const { numClasses, sampleWeight } = options;
  const constant = typeof reference === "number" ? [reference] : constantOf(reference, length, numClasses);
  if (constant === undefined) return lossOf(loss, reference as Reals, labels, options);
  const { counts } = classCounts(labels, numClasses ?? 2, { sampleWeight });
  return lossOfConstant(loss, constant, counts, numClasses);
}

/** A probability of class 1, or one for each class: all that a stream can be compared with. */
function constantsOf(reference: Reals | number, numClasses: number | undefined): readonly number[] {
  const given = reals(typeof reference === "number" ? [reference] : reference, "reference");
  expectLength(given, numClasses ?? 1, "an accumulator compares with one number for each class, or of class 1:");
  const constant = Array.from(numbersOf(given));
  constant.forEach((value, index) => {
    if (value >= 0 && value <= 1) return;
    throw new AssayRangeError(`reference[${index}] = ${value}, but must be a probability in [0, 1]`, {
      code: Number.isNaN(value) ? "nan" : "range",
      argument: "reference",
      index,
      value,
    });
  });
  return constant;
}

/** A probability for each class, unless there is one for each row. */
function constantOf(reference: Reals, length: number, numClasses: number | undefined): readonly number[] | undefined {
  if (numClasses === undefined || reference.length !== numClasses || reference.length === length) return undefined;
  return Array.from(numbersOf(reals(reference, "reference")));
}

/**
 * Brier skill score against a reference, in −∞..1: 1 − {@link brierScore} of the rows over that of the reference; 0 is no
 * better than it. The reference is another model's probabilities, one probability for each class (of class 1 a number),
 * or, if none is given, the class frequencies of these labels: {@link d2BrierScore}. Undefined where the reference costs
 * nothing: NaN, or `undefinedValue`. Arguments and errors as for {@link d2LogLossScore}.
 *
 * @see Murphy (1988), Skill scores based on the mean square error
 */
export const brierSkillScore: SkillMeasure<SkillScoreOptions> = /*#__PURE__*/ referenceMeasure({
  name: "brierSkillScore",
  loss: "brier",
  ofFrequencies: brierOfFrequencies,
});

/** The same by {@link logLoss}: how much less than the reference's. */
export const logLossSkillScore: SkillMeasure<SkillScoreOptions> = /*#__PURE__*/ referenceMeasure({
  name: "logLossSkillScore",
  loss: "logLoss",
  ofFrequencies: logLossOfFrequencies,
});

/**
 * (after − before) / before of two values of any measure: by which share it grew. Where `before` is 0, NaN or ±∞; where
 * it is negative, growth is negative too.
 */
export function relativeImprovement(before: number, after: number): number {
  return (anyNumber(after, "after") - anyNumber(before, "before")) / before;
}
