// Small npm packages, scikitjs and Polars.
import { area, matrixChecksum, stepwiseArea } from "../../checksums.mjs";
import { add, peers, require, upTo, versionOf } from "./registry.mjs";

function confusionMatrix() {
  const peer = "ml-confusion-matrix";
  if (!versionOf(peer)) return;
  const { ConfusionMatrix } = require(peer);
  peers[peer] = `${peer} ${versionOf(peer)}`;
  const ascending = { sort: (a, b) => a - b };
  add("confusion_labels", peer, (data) => {
    const labels = Array.from(data.labels);
    const preds = Array.from(data.preds);
    return [
      () => ConfusionMatrix.fromLabels(labels, preds, ascending),
      (matrix) => matrixChecksum(Float64Array.from(matrix.getMatrix().flat()), data.c),
    ];
  });
  add("confusion_threshold", peer, (data) => {
    const labels = Array.from(data.labels);
    const positive = (p) => (p >= 0.5 ? 1 : 0);
    return [
      () => ConfusionMatrix.fromLabels(labels, Array.from(data.probs, positive), ascending),
      (matrix) => matrix.getMatrix().flat(),
    ];
  });
  add("report", peer, (data) => {
    const labels = Array.from(data.labels);
    const preds = Array.from(data.preds);
    return () => {
      const matrix = ConfusionMatrix.fromLabels(labels, preds, ascending);
      let macro = 0;
      let weighted = 0;
      for (const label of matrix.getLabels()) {
        matrix.getPositivePredictiveValue(label);
        matrix.getTruePositiveRate(label);
        const f1 = matrix.getF1Score(label);
        macro += f1;
        weighted += f1 * matrix.getPositiveCount(label);
      }
      return [macro / matrix.getLabels().length, weighted / labels.length, matrix.getAccuracy()];
    };
  });
}

function performance() {
  const peer = "ml-performance";
  if (!versionOf(peer)) return;
  const Performance = require(peer);
  peers[peer] = `${peer} ${versionOf(peer)}`;
  const start = (data) => {
    const probs = [Array.from(data.probs)];
    const labels = [Array.from(data.labels)];
    return () => new Performance(probs, labels, { all: true, max: true });
  };
  const curve = (data, y, x) => {
    const measure = start(data);
    return () => {
      const measured = measure();
      return [y, x, "threshold"].map((name) => measured.getMeasure(name));
    };
  };
  add(
    "auroc",
    peer,
    (data) => {
      const measure = start(data);
      return () => measure().getAURC();
    },
    upTo(1e6),
  );
  add("roc_curve", peer, (data) => [curve(data, "fpr", "tpr"), ([fpr, tpr]) => [area(fpr, tpr)]], upTo(1e6));
  add("pr_curve", peer, (data) => [curve(data, "ppv", "tpr"), ([ppv, tpr]) => [stepwiseArea(ppv, tpr)]], upTo(1e6));
}

function rocMulticlass() {
  const peer = "ml-roc-multiclass";
  if (!versionOf(peer)) return;
  const { getRocCurve, getAuc } = require(peer);
  peers[peer] = `${peer} ${versionOf(peer)} (quadratic)`;
  const curve = (data) => {
    const probs = Array.from(data.probs);
    const names = Array.from(data.labels, (label) => `c${label}`);
    return () => getRocCurve(names, probs);
  };
  const areaOf = ([{ specificities, sensitivities }]) => [area(specificities, sensitivities)];
  add("roc_curve", peer, (data) => [curve(data), areaOf], upTo(1e4));
  add(
    "auroc",
    peer,
    (data) => {
      const make = curve(data);
      return () => getAuc(make());
    },
    upTo(1e4),
  );
}

export function ml() {
  confusionMatrix();
  performance();
  rocMulticlass();
}

export async function scikitjs() {
  const peer = "scikitjs";
  if (!versionOf(peer) || !versionOf("@tensorflow/tfjs")) return;
  const { metrics, setBackend } = require(peer);
  const tf = require("@tensorflow/tfjs");
  await tf.setBackend("cpu");
  await tf.ready();
  setBackend(tf);
  if (!metrics) return;
  peers[peer] = `${peer} ${versionOf(peer)} on tfjs cpu`;
  const register = (op, metric, argumentsOf) =>
    add(
      op,
      peer,
      (data) => {
        const given = argumentsOf(data).map((array) => tf.tensor1d(array));
        return () =>
          tf.tidy(() => {
            const result = metric(...given);
            return typeof result === "number" ? result : result.dataSync()[0];
          });
      },
      upTo(1e6),
    );
  const binary = ({ labelsF, probs }) => [labelsF, probs];
  const pairs = ({ target, pred }) => [target, pred];
  register("bce_probs", metrics.logLoss, binary);
  register("auroc", metrics.rocAucScore, binary);
  register("mse", metrics.meanSquaredError, pairs);
  register("r2", metrics.r2Score, pairs);
  add(
    "confusion_labels",
    peer,
    (data) => {
      const labels = tf.tensor1d(data.labels, "int32");
      const preds = tf.tensor1d(data.preds, "int32");
      return [
        () => tf.tidy(() => metrics.confusionMatrix(labels, preds)),
        (rows) => matrixChecksum(Float64Array.from(rows.flat()), rows.length),
      ];
    },
    ({ data }) => !data.includes("c1000"),
  );
}

export function polars() {
  const name = "nodejs-polars";
  const peer = "polars";
  if (!versionOf(name)) return;
  let pl;
  try {
    pl = require(name);
  } catch {
    return; // Its native part is not for this machine.
  }
  pl = pl.default ?? pl;
  peers[peer] = `${name} ${versionOf(name)} (native addon, all cores)`;
  add("confusion_labels", peer, (data) => {
    const frame = pl.DataFrame({ y: data.labels, k: data.preds });
    return [
      () => frame.groupBy("y", "k").agg(pl.col("k").count().as("n")),
      (groups) => {
        const cells = new Float64Array(data.c * data.c);
        const [y, k, n] = ["y", "k", "n"].map((column) => groups.getColumn(column).toArray());
        for (let i = 0; i < y.length; i++) cells[y[i] * data.c + k[i]] = Number(n[i]);
        return matrixChecksum(cells, data.c);
      },
    ];
  });
  // The rank sum, with average ranks for ties.
  add("auroc", peer, (data) => {
    const frame = pl.DataFrame({ p: data.probs, y: Float64Array.from(data.labels) });
    return () => {
      const ranks = pl.col("p").rank({ method: "average" });
      const sums = frame.select(ranks.mul(pl.col("y")).sum().as("ranks"), pl.col("y").sum().as("positives"));
      const [rankSum, positives] = ["ranks", "positives"].map((column) => sums.getColumn(column).toArray()[0]);
      return (rankSum - (positives * (positives + 1)) / 2) / (positives * (data.n - positives));
    };
  });
}
