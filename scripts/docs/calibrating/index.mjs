// The figures of docs/calibrating.md, by the names in its markers: two models before and after temperature scaling.
import * as assay from "../assay.mjs";
import { columns, matrix } from "../data.mjs";
import { fixed, percent, table } from "../format.mjs";

/** Every second row, from a first one on. */
function half({ logits, labels, numClasses }, first) {
  const rows = Array.from({ length: Math.floor((labels.length - first + 1) / 2) }, (_, i) => 2 * i + first);
  return {
    logits: Float64Array.from(rows.flatMap((row) => [...logits.subarray(row * numClasses, (row + 1) * numClasses)])),
    labels: Int32Array.from(rows, (row) => labels[row]),
    numClasses,
  };
}

function sales() {
  const { y_true: labels } = columns("bigmart_test");
  const all = { logits: matrix("bigmart_test", "logit"), labels: Int32Array.from(labels), numClasses: 2 };
  return { fitted: half(all, 0), judged: half(all, 1) };
}

/** Logits of published probabilities are their logarithms; a 0 was something below the smallest normal float32. */
function photos(name) {
  const logits = matrix(name, "prob").map((p) => Math.log(Math.max(p, 2 ** -126)));
  return { logits, labels: Int32Array.from(columns(name).y_true), numClasses: 10 };
}

/** The rows that are judged, as the model has them and as the calibrator does. */
function study({ fitted, judged }) {
  const { numClasses, labels } = judged;
  const calibrator = assay.temperatureScaling.fit(fitted.logits, fitted.labels, { numClasses });
  const one = assay.temperatureScaling.fit([0, 0, 0, 0], [0, 1], { numClasses: 2 }).toJSON();
  const untouched = assay.calibratorFromJSON({ ...one, numClasses, parameters: { temperature: 1 } });
  const [before, after] = [untouched, calibrator].map((each) => {
    const probabilities = each.apply(judged.logits);
    const options = { numClasses };
    return {
      nll: assay.logLoss(probabilities, labels, options),
      brier: assay.brierScore(probabilities, labels, options),
      matrix: assay.confusionMatrix(probabilities, labels, { ...options, from: "probabilities" }),
      reliability: assay.reliability(probabilities, labels, options),
    };
  });
  return { calibrator, before, after };
}

function summary(of) {
  const { calibrator, before, after } = study(of);
  const { temperature } = calibrator.parameters;
  const row = (name, read) => [name, read(before), read(after)];
  const sameMatrix = before.matrix.counts.every((count, i) => count === after.matrix.counts[i]);
  if (!sameMatrix) throw new Error("A temperature has changed a prediction.");
  return table(
    [`temperature ${fixed(temperature)}, fitted to ${of.fitted.labels.length} rows`, "before", "after"],
    [
      row("expected calibration error", ({ reliability }) => fixed(reliability.ece())),
      row("largest gap of a bin", ({ reliability }) => fixed(reliability.mce())),
      row("overconfidence", ({ reliability }) => fixed(reliability.overconfidence())),
      row("underconfidence", ({ reliability }) => fixed(reliability.underconfidence())),
      row("log loss", ({ nll }) => fixed(nll)),
      row("Brier score", ({ brier }) => fixed(brier)),
      // All 17 digits: it is the same to the last bit.
      row("accuracy", ({ matrix }) => String(matrix.accuracy())),
    ],
  );
}

function bins(of) {
  const { before, after } = study(of);
  const cells = ({ count, confidence, accuracy, gap }) =>
    count === 0 ? ["0", "", "", ""] : [String(count), percent(confidence), percent(accuracy), fixed(100 * gap, 1)];
  return table(
    ["confidence", ...["before", "after"].flatMap((when) => [`rows ${when}`, "mean", "right", "gap"])],
    before.reliability.bins.flatMap((bin, i) => {
      const other = after.reliability.bins[i];
      if (bin.count === 0 && other.count === 0) return [];
      return [[`${fixed(bin.lower, 3)}–${fixed(bin.upper, 3)}`, ...cells(bin), ...cells(other)]];
    }),
  );
}

const network = { fitted: photos("cifar10_vgg_a"), judged: photos("cifar10_vgg_b") };

export const figures = {
  sales: () => summary(sales()),
  "sales-bins": () => bins(sales()),
  photos: () => summary(network),
  "photos-bins": () => bins(network),
};
