// Figures of losses of several classes and several labels.
import * as assay from "../assay.mjs";
import { columns, matrix } from "../data.mjs";
import { fixed, percent, significant, table } from "../format.mjs";
import { root } from "../search.mjs";

/** Losses of one row of three classes, and their derivatives for the logit of the target. */
export function rows() {
  const logits = {
    "right, sure": [8, 0, 0],
    "right, barely": [0.5, 0, 0],
    "a tie": [0, 0, 0],
    "wrong, sure": [0, 8, 0],
  };
  const losses = {
    "`crossEntropy`": [assay.crossEntropy],
    "`crossEntropy`, `labelSmoothing: 0.1`": [assay.crossEntropy, { labelSmoothing: 0.1 }],
    "`focalLoss`, γ = 2": [assay.focalLoss],
    '`focalLoss`, γ = 2, `kind: "one-vs-rest"`': [assay.focalLoss, { kind: "one-vs-rest" }],
    "`multiMarginLoss`": [assay.multiMarginLoss],
    "`multiclassHingeLoss`": [assay.multiclassHingeLoss],
  };
  const cell = (x, [of, options]) => {
    const { loss, gradient } = of.withGradient(x, [0], { numClasses: 3, ...options });
    return `${significant(loss)}, ${significant(gradient[0])}`;
  };
  const header = ["loss, derivative", ...Object.entries(logits).map(([name, x]) => `${name}: ${x.join(", ")}`)];
  return table(
    header,
    Object.entries(losses).map(([name, loss]) => [name, ...Object.values(logits).map((x) => cell(x, loss))]),
  );
}

/** The least cross-entropy with smoothed labels. */
export function smoothing() {
  const numClasses = 10;
  const at = (gap, labelSmoothing) => {
    const logits = [gap, ...new Array(numClasses - 1).fill(0)];
    const { loss, gradient } = assay.crossEntropy.withGradient(logits, [0], { numClasses, labelSmoothing });
    return { loss, slope: gradient[0] };
  };
  const rows = [0, 0.01, 0.1, 0.2].map((epsilon) => {
    const gap = epsilon === 0 ? Infinity : root((x) => at(x, epsilon).slope, 0, 50);
    const far = at(20, epsilon);
    const least = gap === Infinity ? 0 : at(gap, epsilon).loss;
    return [`${epsilon}`, fixed(least), fixed(gap, 2), significant(far.loss), significant(far.slope)];
  });
  return table(["ε", "least loss", "at a gap of", "loss at a gap of 20", "derivative there"], rows);
}

/** Two models that accuracy finds alike. */
export function confidence() {
  const numClasses = 10;
  const { y_true: labels } = columns("digits_test");
  const logits = matrix("digits_test", "mlp_logit");
  const network = softmax(logits, numClasses);
  const bayes = matrix("digits_test", "nb_prob");
  const rows = Object.entries({ network, "naive Bayes": bayes }).map(([name, p]) => {
    const counts = assay.confusionMatrix(p, labels, { numClasses, from: "probabilities" });
    return [
      name,
      fixed(counts.accuracy()),
      fixed(counts.f1()),
      fixed(assay.logLoss(p, labels, { numClasses })),
      fixed(assay.brierScore(p, labels, { numClasses })),
      fixed(assay.calibrationError(p, labels, { numClasses })),
    ];
  });
  return table(["model", "accuracy", "macro F1", "log loss", "Brier", "ECE"], rows);
}

/** Softmax: what the gradient of the cross-entropy has beside the target. */
function softmax(logits, numClasses) {
  const targets = new Uint8Array(logits.length / numClasses);
  const options = { numClasses, reduction: "sum" };
  const { gradient } = assay.crossEntropy.withGradient(logits, targets, options);
  return gradient.map((value, i) => (i % numClasses === 0 ? value + 1 : value));
}

/** Several labels: means over elements, labels and pooled counts. */
export function labels() {
  const rows = ["emotions", "birds"].map((name) => {
    const [p, y] = [matrix(name, "prob"), matrix(name, "y_true")];
    const numLabels = Object.keys(columns(name)).filter((column) => column.startsWith("prob_")).length;
    const count = y.length / numLabels;
    const rates = Array.from({ length: numLabels }, (_, label) => {
      let positives = 0;
      for (let row = 0; row < count; row++) positives += y[row * numLabels + label];
      return positives / count;
    });
    const constant = y.map((_, i) => rates[i % numLabels]);
    return [
      `${name}, ${numLabels} labels`,
      percent(y.reduce((sum, value) => sum + value) / y.length),
      fixed(assay.binaryCrossEntropy(p, y, { numLabels })),
      fixed(assay.binaryCrossEntropy(constant, y, { numLabels })),
      ...["macro", "micro"].map((average) => fixed(assay.averagePrecision(p, y, { numLabels, average }))),
      ...["macro", "micro"].map((average) => fixed(assay.diceLoss(p, y, { numLabels, average }))),
    ];
  });
  const header = ["data", "positive", "BCE", "of the rates", "AP, macro", "micro", "`diceLoss`, macro", "micro"];
  return table(header, rows);
}
