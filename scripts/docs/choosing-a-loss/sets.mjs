// Figures of losses of whole sets.
import * as assay from "../assay.mjs";
import { columns, matrix } from "../data.mjs";
import { fixed, significant, table } from "../format.mjs";

const fromLogits = { from: "logits" };
const losses = {
  "`binaryCrossEntropyWithLogits`": [assay.binaryCrossEntropyWithLogits],
  "`diceLoss`": [assay.diceLoss, fromLogits],
  "`jaccardLoss`": [assay.jaccardLoss, fromLogits],
  "`tverskyLoss`, `fnWeight: 0.7`, `fpWeight: 0.3`": [
    assay.tverskyLoss,
    { ...fromLogits, fnWeight: 0.7, fpWeight: 0.3 },
  ],
  "`softF1Loss`": [assay.softF1Loss, fromLogits],
};

/** 1000 rows of which the first so many are positive, with the logits that they have. */
function rows(positives, ofPositive, ofNegative) {
  const labels = Uint8Array.from({ length: 1000 }, (_, i) => Number(i < positives));
  return { labels, logits: Float64Array.from(labels, (label) => (label === 1 ? ofPositive : ofNegative)) };
}

/** What one row weighs, where positives become rare. */
export function rarity() {
  const counts = [500, 100, 10];
  const cells = ([loss, options]) =>
    counts.flatMap((count) => {
      const { labels, logits } = rows(count, -1, -1);
      const { gradient } = loss.withGradient(logits, labels, options);
      return [gradient[0], gradient[999]].map((slope) => significant(1000 * slope));
    });
  const header = ["1000 · derivative", ...counts.flatMap((count) => [`of a positive among ${count}`, "of a negative"])];
  return table(
    header,
    Object.entries(losses).map(([name, loss]) => [name, ...cells(loss)]),
  );
}

/** The derivative of one positive among ten that goes from wrong to right, the others staying where they are. */
export function oneRow() {
  const places = [-10, -4, -1, 0, 1, 4, 10];
  const cells = ([loss, options]) =>
    places.map((place) => {
      const { labels, logits } = rows(10, 2, -2);
      logits[0] = place;
      return significant(1000 * loss.withGradient(logits, labels, options).gradient[0]);
    });
  return table(
    ["1000 · derivative at x", ...places.map((place) => significant(place))],
    Object.entries(losses).map(([name, loss]) => [name, ...cells(loss)]),
  );
}

/** A set without positives. */
export function nothing() {
  const labels = new Uint8Array(1000);
  const probabilities = [0, 0.0001, 0.01, 0.5];
  const ways = {
    "`diceLoss`, smoothing 1": (p) => assay.diceLoss(p, labels),
    "`diceLoss`, smoothing 10⁻⁷": (p) => assay.diceLoss(p, labels, { smoothNumerator: 1e-7, smoothDenominator: 1e-7 }),
    "`diceLoss`, no smoothing": (p) => assay.diceLoss(p, labels, { smoothNumerator: 0, smoothDenominator: 0 }),
    "`softF1Loss`": (p) => assay.softF1Loss(p, labels),
    "`binaryCrossEntropy`": (p) => assay.binaryCrossEntropy(p, labels),
  };
  const cell = (loss, p) => significant(loss(new Float64Array(1000).fill(p)));
  return table(
    ["1000 negatives, all at", ...probabilities.map((p) => `p = ${significant(p)}`)],
    Object.entries(ways).map(([name, loss]) => [name, ...probabilities.map((p) => cell(loss, p))]),
  );
}

/** What the terms of a combination have to say. */
export function terms() {
  const mammograms = columns("mammography_test");
  const sales = [matrix("bigmart_test", "logit"), columns("bigmart_test").y_true];
  const two = { numClasses: 2 };
  const mammography = [mammograms.lr_logit, mammograms.y_true];
  const rows = [
    ["mammograms", "`binaryCrossEntropyWithLogits`", assay.binaryCrossEntropyWithLogits, mammography],
    ["mammograms", "`diceLoss`", assay.diceLoss, mammography, fromLogits],
    ["BigMart sales", "`crossEntropy`", assay.crossEntropy, sales, two],
    ["BigMart sales", "`softF1Loss`", assay.softF1Loss, sales, { ...two, ...fromLogits }],
  ].map(([data, name, of, [logits, labels], options]) => {
    const { loss, gradient } = of.withGradient(logits, labels, options);
    const length = Math.sqrt(gradient.reduce((sum, slope) => sum + slope * slope, 0));
    return [data, name, fixed(loss), significant(length)];
  });
  return table(["data", "term", "value", "length of its gradient"], rows);
}
