// Writes workloads.json: which datasets there are, and which operation runs on which.
// Edit this file, run `node mkworkloads.mjs`, commit both.
import { writeFileSync } from "node:fs";

const rows = ["1e5", "1e6", "1e7"];
const datasets = {};
let seed = 1;
for (const n of rows) {
  for (const [name, pos, priorLogit] of [
    ["p50", 0.5, 0],
    ["p05", 0.05, -2.9444389791664403],
  ]) {
    datasets[`bin_${n}_${name}`] = { kind: "binary", n: Number(n), pos, priorLogit, seed: seed++ };
  }
}
for (const [n, c, sep] of [
  ["1e6", 10, 2.5],
  ["1e5", 100, 3.5],
  ["5e4", 1000, 4.2],
]) {
  datasets[`mc_${n}_c${c}`] = { kind: "multiclass", n: Number(n), c, sep, seed: seed++ };
}
for (const n of ["1e3", "1e4", "1e5"]) {
  datasets[`mc_${n}_c10`] = { kind: "multiclass", n: Number(n), c: 10, sliceOf: "mc_1e6_c10" };
}
datasets.bin_1e4_p50 = { kind: "binary", n: 1e4, sliceOf: "bin_1e5_p50" };
for (const n of ["1e6", "1e7"]) datasets[`reg_${n}`] = { kind: "regression", n: Number(n), seed: seed++ };

const p50 = rows.map((n) => `bin_${n}_p50`);
const p05 = rows.map((n) => `bin_${n}_p05`);
const large50 = p50.slice(1);
const large05 = p05.slice(1);
const classes = ["mc_1e6_c10", "mc_1e5_c100", "mc_5e4_c1000"];
const fewer = classes.slice(0, 2);
const regression = ["reg_1e6", "reg_1e7"];

// Operation: the datasets, the relative tolerance between peers, what it is, what its value is.
const operations = {
  bce_probs: [p50, 1e-4, "binary cross-entropy, from probabilities, mean", "[loss]"],
  bce_logits: [p50, 1e-4, "binary cross-entropy, from logits, mean", "[loss]"],
  bce_logits_grad: [p50, 1e-4, "the same with the gradient for the logits", "[loss, sum|grad|]"],
  focal: [p50, 1e-4, "sigmoid focal loss (alpha .25, gamma 2) from logits, mean", "[loss]"],
  dice: [large50, 1e-4, "soft Dice = soft-F1 loss from probabilities, smooth 1, one global sum", "[loss]"],
  tversky: [large50, 1e-4, "Tversky loss (fp .3, fn .7) from probabilities, smooth 1", "[loss]"],
  ce_logits: [classes, 1e-4, "softmax cross-entropy from logits and integer labels, mean", "[loss]"],
  ce_logits_grad: [classes, 1e-4, "the same with the gradient for the logits", "[loss, sum|grad|]"],
  nll: [["mc_1e6_c10"], 1e-4, "negative log-likelihood from log-probabilities", "[loss]"],
  mse: [regression, 1e-4, "mean squared error", "[mse]"],
  rmse: [regression, 1e-4, "root mean squared error", "[rmse]"],
  r2: [regression, 1e-4, "R squared", "[r2]"],
  confusion_threshold: [large50, 0, "binary confusion from probabilities at threshold 0.5", "[tn, fp, fn, tp]"],
  confusion_labels: [classes, 0, "confusion matrix from two integer label arrays", "[trace, hash]"],
  confusion_argmax: [classes, 0, "confusion matrix from logits (argmax inside)", "[trace, hash]"],
  report: [
    classes,
    1e-4,
    "classification report from labels: per-class P/R/F1/support, macro, weighted, accuracy",
    "[macro F1, weighted F1, accuracy]",
  ],
  prf_macro: [fewer, 1e-4, "macro precision, recall and F1 from labels", "[P, R, F1]"],
  roc_curve: [[...p05, ...p50], 1e-4, "exact ROC curve (arrays returned)", "[area under the returned curve]"],
  auroc: [[...p05, ...p50], 1e-4, "exact AUROC", "[auroc]"],
  average_precision: [[...p05, ...p50], 1e-4, "exact average precision", "[ap]"],
  pr_curve: [p05, 1e-4, "exact precision-recall curve (arrays returned)", "[AP from the returned curve]"],
  best_f1: [p05, 1e-3, "best F1 and its threshold over all thresholds", "[best F1, threshold]"],
  auroc_ovr: [fewer, 1e-4, "macro one-vs-rest AUROC from logits or probabilities", "[auroc]"],
  best_mc_thresholds: [
    ["mc_1e3_c10", "mc_1e4_c10"],
    1,
    "per-class decision thresholds maximising accuracy (catalyst get_best_multiclass_thresholds)",
    "[best accuracy]",
  ],
  binned_pr_200: [
    large05,
    1e-3,
    "precision-recall curve at 200 fixed thresholds",
    "[sum of recalls, precision at threshold number 100]",
  ],
  binned_auroc_200: [large05, 1e-2, "AUROC from 200 fixed thresholds", "[auroc]"],
  ece_bin: [
    p50,
    1e-3,
    "expected calibration error, binary, 15 equal-width bins, from probabilities (confidence of class 1)",
    "[ece]",
  ],
  ece_mc: [classes, 1e-3, "top-label ECE, 15 bins, from logits (softmax inside)", "[ece]"],
  ace_mc: [["mc_1e6_c10"], 2e-2, "adaptive (equal-mass) top-label ECE, 15 bins, from logits", "[ece]"],
  cwece: [fewer, 1e-3, "class-wise ECE, 15 bins, from logits", "[mean over classes]"],
  brier_bin: [large50, 1e-4, "binary Brier score from probabilities", "[brier]"],
  brier_mc: [fewer, 1e-4, "multiclass Brier score (sum over classes) from logits", "[brier]"],
  temperature: [["mc_1e5_c10"], 5e-3, "temperature scaling fit (NLL minimised to convergence)", "[T]"],
  isotonic: [
    ["bin_1e5_p50", "bin_1e6_p50"],
    1e-3,
    "isotonic regression fit of labels on probabilities",
    "[sum of squared fitted values]",
  ],
  boot_auroc: [["bin_1e5_p50"], 1e-2, "bootstrap 95% interval of AUROC, 100 resamples", "[mean, low, high]"],
  boot_f1: [["bin_1e5_p50"], 1e-2, "bootstrap 95% interval of F1 at 0.5, 100 resamples", "[mean, low, high]"],
  full_eval: [
    fewer,
    2e-2,
    "CE + accuracy + per-class P/R/F1 + confusion + ECE + Brier + macro OvR AUROC + macro AP, from logits",
    "[ce, acc, P, R, F1, ece, brier, auroc, ap]",
  ],
};

const describe = {};
const workloads = [];
for (const [op, [on, tol, what, value]] of Object.entries(operations)) {
  describe[op] = { what, value, tol };
  for (const data of on) workloads.push({ id: `${op}/${data}`, op, data, n: datasets[data].n, tol });
}
// Quadratic npm peers get a size that they can finish.
for (const op of ["auroc", "roc_curve"]) {
  workloads.push({ id: `${op}/bin_1e4_p50`, op, data: "bin_1e4_p50", n: 1e4, tol: 1e-4 });
}
const file = new URL("workloads.json", import.meta.url);
writeFileSync(file, `${JSON.stringify({ describe, datasets, workloads }, null, 2)}\n`);
console.log(`${workloads.length} workloads, ${Object.keys(datasets).length} datasets`);
