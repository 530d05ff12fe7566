/**
 * What calibrators do to probabilities, in figures.
 *
 * @module
 */
import type { CalibrationChange, CalibrationFigures, CalibratorInput, Labels, Reals } from "@assay/contract";
import { lasting, reals } from "../arguments.js";
import { brierScore, calibrationError } from "../calibration/index.js";
import { logLoss } from "../losses/scores.js";
import { applied } from "./apply.js";
import { areProbabilities } from "./rows.js";

/** Rows with labels. Each is asked for anew: memory may have grown, which detaches views. */
export interface LabelledRows {
  readonly scores: () => Reals;
  readonly labels: () => Labels;
  readonly sampleWeight: () => Reals | undefined;
}

/** What scores say before they are calibrated. */
export type Reading = "probabilities" | "logits" | "neither";

/** What scores say; whatever is in 0..1 is taken for a probability. */
export function readingOf(scores: Reals, input: CalibratorInput): Reading {
  if (input !== "scores") return input;
  return areProbabilities(reals(scores, input)) ? "probabilities" : "neither";
}

function figuresOf(p: Reals, rows: LabelledRows, numClasses: number | undefined): CalibrationFigures {
  const again = lasting(p);
  const how = (): { numClasses?: number; sampleWeight?: Reals } => {
    const sampleWeight = rows.sampleWeight();
    return { ...(numClasses !== undefined && { numClasses }), ...(sampleWeight && { sampleWeight }) };
  };
  return {
    nll: logLoss(again(), rows.labels(), how()),
    brier: brierScore(again(), rows.labels(), how()),
    ece: calibrationError(again(), rows.labels(), how()),
  };
}

/** Rows before they are calibrated, and after; `calibrated` is asked second, and may overwrite the scores. */
export function changeOf(
  rows: LabelledRows,
  reading: Reading,
  numClasses: number | undefined,
  calibrated: () => Reals,
): CalibrationChange {
  const scores = rows.scores();
  const raw = {
    probabilities: () => scores,
    logits: () => applied({ code: "temperature", numbers: [1] }, numClasses ?? 1, scores, "logits", undefined),
    neither: () => undefined,
  }[reading]();
  const before = raw && figuresOf(raw, rows, numClasses);
  return { ...(before && { before }), after: figuresOf(calibrated(), rows, numClasses) };
}
