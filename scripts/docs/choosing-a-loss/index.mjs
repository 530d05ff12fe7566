// The figures of docs/choosing-a-loss.md, by the names in its markers.
import * as binary from "./binary.mjs";
import * as multiclass from "./multiclass.mjs";
import * as regression from "./regression.mjs";
import * as sets from "./sets.mjs";

export const figures = {
  "best-answers": binary.bestAnswers,
  "binary-slopes": binary.slopes,
  "cross-entropy-beside-squares": binary.crossEntropyBesideSquares,
  imbalance: binary.imbalance,
  nudges: binary.nudges,
  "weights-and-thresholds": binary.weightsAndThresholds,
  batches: binary.batches,
  "focal-exponents": binary.focalExponents,
  clamps: binary.clamps,
  "class-rows": multiclass.rows,
  smoothing: multiclass.smoothing,
  confidence: multiclass.confidence,
  labels: multiclass.labels,
  "one-row-of-a-set": sets.oneRow,
  rarity: sets.rarity,
  "nothing-to-find": sets.nothing,
  terms: sets.terms,
  "regression-slopes": regression.slopes,
  constants: regression.constants,
  variances: regression.variances,
  counts: regression.counts,
  scores: regression.scores,
};
