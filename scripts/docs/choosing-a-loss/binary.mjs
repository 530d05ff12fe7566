// Figures of losses of two classes.
import * as assay from "../assay.mjs";
import { columns } from "../data.mjs";
import { fixed, percent, significant, table } from "../format.mjs";
import { argmin } from "../search.mjs";

/** The probabilities that logits stand for: the derivatives of the cross-entropy of negatives. */
function sigmoids(logits) {
  const options = { reduction: "sum" };
  return assay.binaryCrossEntropyWithLogits.withGradient(logits, new Uint8Array(logits.length), options).gradient;
}

function sigmoid(logit) {
  return sigmoids([logit])[0];
}

/** The derivative of a loss for one prediction. */
function derivative(loss, prediction, target, options) {
  return loss.withGradient([prediction], [target], options).gradient[0];
}

/** What a change of the logit does to a loss of its probability, by the chain rule. */
function throughSigmoid(loss, p, target) {
  return derivative(loss, p, target) * p * (1 - p);
}

/** Derivatives for the logit of a positive. */
export function slopes() {
  const logits = [-20, -3, -1, 0, 1, 3, 20];
  const rows = {
    "`binaryCrossEntropyWithLogits`, `softMarginLoss`": (x) => derivative(assay.binaryCrossEntropyWithLogits, x, 1),
    "`sigmoidFocalLoss`, γ = 2": (x) => derivative(assay.sigmoidFocalLoss, x, 1),
    "`hingeLoss`": (x) => derivative(assay.hingeLoss, x, 1),
    "`hingeLoss`, squared": (x) => derivative(assay.hingeLoss, x, 1, { squared: true }),
    "`mseLoss` of the probability": (x) => throughSigmoid(assay.mseLoss, sigmoid(x), 1),
  };
  const header = ["x", ...logits.map((x) => significant(x))];
  return table(
    header,
    Object.entries(rows).map(([name, slope]) => [name, ...logits.map((x) => significant(slope(x)))]),
  );
}

/** Cross-entropy beside squared error, for a positive. */
export function crossEntropyBesideSquares() {
  const header = ["p, y = 1", "BCE", "d/dp", "d/dx", "(p − y)²", "d/dp", "d/dx"];
  const rows = [0.999, 0.7, 0.5, 0.1, 0.001, 1e-6].map((p) => [
    significant(p),
    ...[assay.binaryCrossEntropy, assay.mseLoss].flatMap((loss) => [
      significant(loss([p], [1])),
      significant(derivative(loss, p, 1)),
      significant(throughSigmoid(loss, p, 1)),
    ]),
  ]);
  return table(header, rows);
}

/** The best single answer for many rows that look alike. */
export function bestAnswers() {
  const rates = [0.02, 0.3, 0.7];
  const rows = 1000;
  const ofProbability = (loss, options) => (rate) => {
    const sampleWeight = [rows * rate, rows * (1 - rate)];
    return fixed(
      argmin((p) => loss([p, p], [1, 0], { ...options, sampleWeight }), 0, 1),
      3,
    );
  };
  const bestLogit = (loss, options) => (rate) =>
    argmin((x) => loss([x, x], [1, 0], { ...options, sampleWeight: [rate, 1 - rate] }), -20, 20);
  const ofLogit = (loss, options) => (rate) => fixed(sigmoid(bestLogit(loss, options)(rate)), 3);
  const smoothed = (rate) => {
    const options = { numClasses: 2, labelSmoothing: 0.1, sampleWeight: [rate, 1 - rate] };
    return fixed(sigmoid(argmin((x) => assay.crossEntropy([0, x, 0, x], [1, 0], options), -20, 20)), 3);
  };
  const { binaryCrossEntropyWithLogits, sigmoidFocalLoss, hingeLoss, diceLoss } = assay;
  const unsmoothed = { smoothNumerator: 0, smoothDenominator: 0 };
  const answers = {
    "cross-entropy, log loss, soft margin": ofLogit(binaryCrossEntropyWithLogits),
    "squared error, Brier score": ofProbability(assay.mseLoss),
    "cross-entropy, `posWeight: 10`": ofLogit(binaryCrossEntropyWithLogits, { posWeight: 10 }),
    "cross-entropy, `labelSmoothing: 0.1`": smoothed,
    "focal, γ = 2": ofLogit(sigmoidFocalLoss),
    "focal, γ = 2, α = 0.25": ofLogit(sigmoidFocalLoss, { alpha: 0.25 }),
    "absolute error": ofProbability(assay.l1Loss),
    "hinge (a score)": (rate) => fixed(bestLogit(hingeLoss)(rate), 3),
    "Dice without smoothing, soft F1": ofProbability(diceLoss, unsmoothed),
    "Dice, smoothing 1": ofProbability(diceLoss),
  };
  return table(
    ["loss", ...rates.map((rate) => `rate ${rate}`)],
    Object.entries(answers).map(([name, best]) => [name, ...rates.map(best)]),
  );
}

/** Predictions for the mammography data, and its labels. */
function mammography() {
  const { y_true: labels, lr_prob, nb_prob, rf_prob, lr_logit } = columns("mammography_test");
  const positives = labels.reduce((sum, label) => sum + label);
  const rate = positives / labels.length;
  return { labels, positives, rate, logistic: lr_prob, bayes: nb_prob, forest: rf_prob, logits: lr_logit };
}

export function imbalance() {
  const { labels, positives, rate, logistic, bayes, forest } = mammography();
  const always = (p) => new Float64Array(labels.length).fill(p);
  const models = {
    "always 0": always(0),
    "always the rate": always(rate),
    "logistic regression": logistic,
    "naive Bayes": bayes,
    "random forest": forest,
  };
  const rows = Object.entries(models).map(([name, p]) => {
    const counts = assay.confusionMatrix(p, labels, { from: "probabilities" });
    return [
      name,
      fixed(counts.accuracy()),
      fixed(counts.balancedAccuracy()),
      fixed(counts.f1()),
      fixed(counts.mcc()),
      fixed(assay.rocAuc(p, labels)),
      fixed(assay.averagePrecision(p, labels)),
      fixed(assay.binaryCrossEntropy(p, labels)),
      fixed(assay.logLoss(p, labels)),
      fixed(assay.brierScore(p, labels)),
    ];
  });
  const header = ["model", "accuracy", "balanced", "F1", "MCC", "AUROC", "AP", "BCE", "log loss", "Brier"];
  const title = `${labels.length} mammograms, ${positives} of them positive (${percent(rate)}), threshold 0.5:`;
  return `${title}\n\n${table(header, rows)}`;
}

/** How a measure answers when each logit in turn is moved a little. */
export function nudges() {
  const { y_true: labels, lr_logit: logits } = columns("pima_test");
  const step = 2 ** -20;
  const counts = (x) => assay.confusionMatrix(x, labels, { from: "logits", threshold: 0 });
  const measures = {
    accuracy: (x) => counts(x).accuracy(),
    F1: (x) => counts(x).f1(),
    "`softF1Loss`": (x) => assay.softF1Loss(x, labels, { from: "logits" }),
    "`binaryCrossEntropyWithLogits`": (x) => assay.binaryCrossEntropyWithLogits(x, labels),
  };
  const moved = Float64Array.from(logits);
  const rows = Object.entries(measures).map(([name, measure]) => {
    const slopes = logits.map((x, i) => {
      const [up, down] = [x + step, x - step].map((nudged) => {
        moved[i] = nudged;
        return measure(moved);
      });
      moved[i] = x;
      return (up - down) / (2 * step);
    });
    const largest = slopes.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    return [name, `${slopes.filter((slope) => slope !== 0).length} of ${slopes.length}`, significant(largest)];
  });
  return table(["measure", "rows that move it", "largest slope"], rows);
}

/** Slope and shift of a logit for which weighted cross-entropy is least, by Newton's method. */
function fitLogistic(logits, labels, posWeight) {
  const scores = ([slope, shift]) => logits.map((x) => slope * x + shift);
  const options = { posWeight, reduction: "sum" };
  const lossOf = (line) => assay.binaryCrossEntropyWithLogits(scores(line), labels, options);
  let line = [1, 0];
  for (let round = 0; round < 20; round++) {
    const step = newtonStep(logits, labels, posWeight, scores(line));
    // Of a step that overshoots, the half is tried, and so on.
    for (let part = 1; part > 1e-9; part /= 2) {
      const next = line.map((value, i) => value - part * step[i]);
      if (lossOf(next) > lossOf(line)) continue;
      line = next;
      break;
    }
  }
  const [slope, shift] = line;
  return { slope, shift, probabilities: sigmoids(scores(line)) };
}

/** The Newton step of slope and shift: the inverse of the curvature times the gradient. */
function newtonStep(logits, labels, posWeight, scores) {
  const probabilities = sigmoids(scores);
  let [gx, g, hxx, hx, h] = [0, 0, 0, 0, 0];
  for (const [i, x] of logits.entries()) {
    const weight = labels[i] === 1 ? posWeight : 1;
    const slope = weight * (probabilities[i] - labels[i]);
    const curvature = weight * probabilities[i] * (1 - probabilities[i]);
    gx += slope * x;
    g += slope;
    hxx += curvature * x * x;
    hx += curvature * x;
    h += curvature;
  }
  const determinant = hxx * h - hx * hx;
  return [(gx * h - g * hx) / determinant, (g * hxx - gx * hx) / determinant];
}

/** A model trained with class weights beside one with another threshold. */
export function weightsAndThresholds() {
  const { labels, positives, logits } = mammography();
  const weight = (labels.length - positives) / positives;
  const [plain, weighted] = [1, weight].map((posWeight) => fitLogistic(logits, labels, posWeight));
  const curve = assay.binaryCurve(plain.probabilities, labels);
  const best = curve.best("f1").threshold;
  curve.free();
  const row = (name, { slope, shift, probabilities }, threshold) => {
    const counts = assay.confusionMatrix(probabilities, labels, { from: "probabilities", threshold });
    return [
      name,
      fixed(slope, 3),
      fixed(shift, 3),
      fixed(threshold, 3),
      ...[counts.recall(), counts.precision(), counts.f1()].map((value) => fixed(value, 3)),
      ...[assay.logLoss, assay.calibrationError].map((measure) => fixed(measure(probabilities, labels), 3)),
    ];
  };
  const rows = [
    row("plain", plain, 0.5),
    row(`\`posWeight: ${fixed(weight, 1)}\``, weighted, 0.5),
    row("plain, threshold 1/(1 + `posWeight`)", plain, 1 / (1 + weight)),
    row("plain, threshold of the best F1", plain, best),
  ];
  const header = ["fit", "slope", "shift", "threshold", "recall", "precision", "F1", "log loss", "ECE"];
  return table(header, rows);
}

/** Means over batches beside the whole. */
export function batches() {
  const { labels, forest } = mammography();
  const counts = (p, y) => assay.confusionMatrix(p, y, { from: "probabilities" });
  const measures = {
    accuracy: (p, y) => counts(p, y).accuracy(),
    recall: (p, y) => counts(p, y).recall(),
    F1: (p, y) => counts(p, y).f1(),
    AUROC: assay.rocAuc,
    "average precision": assay.averagePrecision,
    "log loss": assay.logLoss,
    "calibration error": assay.calibrationError,
    "`diceLoss`": assay.diceLoss,
  };
  const sizes = [256, 64, 32];
  const rows = Object.entries(measures).map(([name, measure]) => {
    const means = sizes.map((size) => {
      const starts = Array.from({ length: Math.ceil(labels.length / size) }, (_, i) => i * size);
      const values = starts.map((start) =>
        measure(forest.slice(start, start + size), labels.slice(start, start + size)),
      );
      const defined = values.filter((value) => !Number.isNaN(value));
      const mean = fixed(defined.reduce((sum, value) => sum + value) / defined.length);
      const missing = values.length - defined.length;
      return missing === 0 ? mean : `${mean} (${missing} of ${values.length} undefined)`;
    });
    return [name, fixed(measure(forest, labels)), ...means];
  });
  return table(["measure", "all rows", ...sizes.map((size) => `mean over batches of ${size}`)], rows);
}

/** What the exponent of the focal loss does to a data set. */
export function focalExponents() {
  const { labels, logits, positives } = mammography();
  const right = sigmoids(logits.map((x, i) => (labels[i] === 1 ? x : -x)));
  const total = (values, isCounted = () => true) =>
    values.reduce((sum, value, i) => (isCounted(i) ? sum + Math.abs(value) : sum), 0);
  const isEasy = (i) => right[i] > 0.9;
  const easy = right.filter((_, i) => isEasy(i)).length;
  const rows = [0, 1, 2, 5].map((gamma) => {
    const { loss, gradient } = assay.sigmoidFocalLoss.withGradient(logits, labels, { gamma, reduction: "none" });
    const mean = assay.sigmoidFocalLoss(logits, labels, { gamma });
    return [
      `${gamma}`,
      significant(mean),
      percent(total(loss, isEasy) / total(loss)),
      percent(total(gradient, isEasy) / total(gradient)),
      percent(total(gradient, (i) => labels[i] === 1) / total(gradient)),
    ];
  });
  const header = [
    "γ",
    "mean loss",
    "easy rows' share of the loss",
    "of the gradient",
    "positives' share of the gradient",
  ];
  const title = `The logistic regression on the mammograms. Easy are the ${easy} rows with p_t > 0.9; ${positives} are positive.`;
  return `${title}\n\n${table(header, rows)}`;
}

/** Two clamps, and what needs none. */
export function clamps() {
  const rows = [5, 15, 17, 20, 36, 37, 50, 200].map((x) => {
    const p = sigmoid(x);
    const [double, single] = [Float64Array.of(p), Float32Array.of(p)];
    return [
      significant(x),
      fixed(assay.binaryCrossEntropyWithLogits([x], [0]), 3),
      ...[double, single].map((array) => fixed(assay.binaryCrossEntropy(array, [0]), 3)),
      ...[double, single].map((array) => fixed(assay.logLoss(array, [0]), 3)),
      significant(derivative(assay.binaryCrossEntropy, p, 0)),
    ];
  });
  const header = ["x, y = 0", "of x", "BCE of p", "of p in float32", "log loss of p", "of p in float32", "dBCE/dp"];
  return table(header, rows);
}
