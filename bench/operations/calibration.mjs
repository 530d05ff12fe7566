// Calibration, and resampling.
import { calibration as loops } from "../loops/calibration.mjs";
import { mean } from "../loops/confusion.mjs";
import { balanced, classes, fewClasses, largeBalanced, tenClasses } from "./datasets.mjs";

const number = (result) => [result];

export const calibration = {
  ece_bin: {
    what: "expected calibration error, binary, 15 equal-width bins, from probabilities (confidence of class 1)",
    gives: "[ece]",
    on: balanced,
    tol: 1e-3,
    needs: "calibrationError",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.calibrationError(probs, labels),
    numbers: number,
    loop: loops.ece_bin,
  },
  ece_mc: {
    what: "top-label ECE, 15 bins, from logits (softmax inside)",
    gives: "[ece]",
    on: classes,
    tol: 1e-3,
    needs: "calibrationError",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => assay.calibrationError(logits, labels, { from: "logits", numClasses: c }),
    numbers: number,
    loop: loops.ece_mc,
  },
  ace_mc: {
    what: "adaptive (equal-mass) top-label ECE, 15 bins, from logits",
    gives: "[ece]",
    on: tenClasses,
    tol: 2e-2,
    needs: "calibrationError",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) =>
      assay.calibrationError(logits, labels, { from: "logits", numClasses: c, binning: "mass" }),
    numbers: number,
    loop: loops.ace_mc,
  },
  cwece: {
    what: "class-wise ECE, 15 bins, from logits",
    gives: "[mean over classes]",
    on: fewClasses,
    tol: 1e-3,
    needs: "classwiseReliability",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) =>
      assay.classwiseReliability(logits, labels, { from: "logits", numClasses: c }).error(),
    numbers: number,
    loop: loops.cwece,
  },
  brier_bin: {
    what: "binary Brier score from probabilities",
    gives: "[brier]",
    on: largeBalanced,
    needs: "brierScore",
    takes: ["probs", "labels"],
    run: (assay, [probs, labels]) => assay.brierScore(probs, labels),
    numbers: number,
    loop: loops.brier_bin,
    python: { torch: "F.mse_loss(x, t)", sklearn: "skm.brier_score_loss(t, x)" },
  },
  brier_mc: {
    what: "multiclass Brier score (sum over classes) from logits",
    gives: "[brier]",
    on: fewClasses,
    needs: "brierScore",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) => assay.brierScore(logits, labels, { from: "logits", numClasses: c }),
    numbers: number,
    loop: loops.brier_mc,
  },
  temperature: {
    what: "temperature scaling fit (NLL minimised to convergence)",
    gives: "[T]",
    on: ["mc_1e5_c10"],
    tol: 5e-3,
    needs: "temperatureScaling",
    takes: ["logits", "labels"],
    run: (assay, [logits, labels], { c }) =>
      assay.temperatureScaling.fit(logits, labels, { numClasses: c, report: false }),
    numbers: ({ parameters }) => [parameters.temperature],
    loop: loops.temperature,
  },
  isotonic: {
    what: "isotonic regression fit of labels on probabilities",
    gives: "[sum of squared fitted values]",
    on: ["bin_1e5_p50", "bin_1e6_p50"],
    tol: 1e-3,
    needs: "isotonicRegression",
    takes: ["probs", "labels"],
    // Fitted values of all rows are part of the answer, so applying it is part of the time.
    run: (assay, [probs, labels]) => assay.isotonicRegression.fit(probs, labels, { report: false }).apply(probs),
    numbers: (fitted) => [fitted.reduce((sum, value) => sum + value * value, 0)],
    loop: loops.isotonic,
  },
  boot_auroc: {
    what: "bootstrap 95% interval of AUROC, 100 resamples",
    gives: "[mean, low, high]",
    on: ["bin_1e5_p50"],
    tol: 1e-2,
    needs: "binaryCurve",
    takes: ["probs", "labels"],
    run(assay, [probs, labels]) {
      const curve = assay.binaryCurve(probs, labels);
      try {
        return curve.bootstrap("rocAuc", { resamples: 100 });
      } finally {
        curve.free();
      }
    },
    numbers: ({ replicates, lower, upper }) => [mean(replicates), lower, upper],
    arrays: ({ replicates }) => [replicates],
    loop: loops.boot_auroc,
  },
  boot_f1: {
    what: "bootstrap 95% interval of F1 at 0.5, 100 resamples",
    gives: "[mean, low, high]",
    on: ["bin_1e5_p50"],
    tol: 1e-2,
    needs: "bootstrap",
    takes: ["probs", "labels"],
    run(assay, [probs, labels]) {
      const matrix = assay.confusionMatrix(probs, labels, { from: "probabilities" });
      return assay.bootstrap(matrix, "f1", { resamples: 100 });
    },
    numbers: ({ replicates, lower, upper }) => [mean(replicates), lower, upper],
    arrays: ({ replicates }) => [replicates],
    loop: loops.boot_f1,
  },
};
