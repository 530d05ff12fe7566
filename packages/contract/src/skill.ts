import type { Accumulator, Streamed } from "./accumulator.js";
import type { Labels, Reals } from "./arrays.js";

/** Options of scores that compare probabilities with the class frequencies. */
export interface SkillOptions {
  /** Columns of the row-major probabilities; absent for binary (probability of class 1). */
  numClasses?: number;
  /** One weight per row, ≥ 0: whole weights equal repetition, also in the class frequencies. */
  sampleWeight?: Reals;
  /** The value where one class alone occurs, so that its frequency is a perfect prediction. Default NaN. */
  undefinedValue?: number;
}

/** Options of scores that compare probabilities with others. */
export interface SkillScoreOptions extends SkillOptions {
  /**
   * Probabilities to compare with: one for each of these, one for each class, or of class 1 a number. Default: the class
   * frequencies of these labels. An accumulator takes no reference that has one for each row.
   */
  reference?: Reals | number;
}

/** A score that compares probabilities with others. */
export interface SkillMeasure<Options> {
  (probabilities: Reals, labels: Labels, options?: Options): number;
  accumulator(options?: Streamed<Options>): Accumulator<number>;
}

/** How much better than something else; assay and the oracle implement it alike. */
export interface Skill {
  /**
   * 1 − `logLoss` / `logLoss` of the class frequencies of these labels, predicted for every row: 1 is perfect, 0 no
   * better than they.
   */
  d2LogLossScore: SkillMeasure<SkillOptions>;
  /** The same of `brierScore`: the Brier skill score. */
  d2BrierScore: SkillMeasure<SkillOptions>;
  /** 1 − `brierScore` / `brierScore` of the reference. */
  brierSkillScore: SkillMeasure<SkillScoreOptions>;
  /** 1 − `logLoss` / `logLoss` of the reference. */
  logLossSkillScore: SkillMeasure<SkillScoreOptions>;
  /** (after − before) / before, of two values of any measure. Where `before` is 0, NaN or ±∞. */
  relativeImprovement(before: number, after: number): number;
}
