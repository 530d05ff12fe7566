import type { Labels, Reals } from "./arrays.js";

/** What thresholds of labels are chosen for: the larger, the better. */
export type LabelObjective = "macroF1" | "weightedF1" | "microF1" | "accuracy";

export interface LabelThresholdsOptions {
  /** Columns of the row-major scores, one label each. */
  numLabels: number;
  /**
   * `"macroF1"` (default): mean of F1 over the labels that are true or predicted anywhere. `"weightedF1"`: weighted by
   * support. `"microF1"`: of all elements together. `"accuracy"`: share of right elements, 1 − the Hamming loss.
   */
  objective?: LabelObjective;
  /** The one threshold of all labels that the result is never worse than. Default 0.5; of logits that is 0. */
  threshold?: number;
  sampleWeight?: Reals;
}

/** A threshold for each label, and what they attain on the data that they were chosen on: an optimistic number. */
export interface LabelThresholds {
  /** A label is predicted where its score ≥ its threshold; +∞ never. */
  readonly thresholds: Float64Array<ArrayBuffer>;
  /** 0 where no label is true or predicted, and it is a mean over those. */
  readonly value: number;
  /** What the one threshold attains on the same rows: never more than `value`. */
  readonly commonValue: number;
}

/** Thresholds of labels; assay and the oracle implement them alike. */
export interface LabelThresholding {
  /** Chooses the best threshold of each label: no thresholds at all are better on these rows. */
  labelThresholds(scores: Reals, labels: Labels, options: LabelThresholdsOptions): LabelThresholds;
}
