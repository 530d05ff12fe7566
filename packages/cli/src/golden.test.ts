import { readFileSync } from "node:fs";
import * as oracle from "@assay/oracle";
import * as library from "assay";
import { describe, expect, it } from "vitest";
import type { Metrics } from "./evaluate.js";
import { assay, beside } from "./testing.js";

const golden = (name: string): string => beside(`../../../test/golden/${name}`);

/** Expected values by id: what scikit-learn and torchmetrics say about the same files. */
const expected = new Map<string, unknown>(
  ["calibration", "curves", "label_metrics"].flatMap((group) => {
    const { cases } = JSON.parse(readFileSync(golden(`${group}.json`), "utf8")) as {
      cases: { id: string; expected: unknown }[];
    };
    return cases.map((each): [string, unknown] => [each.id, each.expected]);
  }),
);

/** Numbers anywhere in a value, to so many digits. */
function rounded(value: unknown, digits: number): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each) => (typeof each === "number" ? Number(each.toPrecision(digits)) : each)),
  );
}

async function evaluate(metrics: Metrics, file: string, args: readonly string[]) {
  const all = ["evaluate", golden(`data/${file}.csv`), "--target", "y_true", "--json", ...args];
  const { out, err } = await assay(all, { metrics });
  expect(err).toBe("");
  return JSON.parse(out);
}

function check(values: Record<string, unknown>, digits: number): void {
  for (const [id, value] of Object.entries(values)) {
    expect(expected.has(id), id).toBe(true);
    expect(rounded(value, digits), id).toEqual(rounded(expected.get(id), digits));
  }
}

const relative = (value: number, noSkill: number): number => 1 - value / noSkill;

describe.each<[string, Metrics]>([
  ["assay", library],
  ["its oracle", oracle],
])("the figures of real files, by %s", (name, metrics) => {
  /** On float32 the library takes logarithms in float32. */
  const float32Digits = name === "assay" ? 6 : 10;

  it("two classes", async () => {
    const figures = await evaluate(metrics, "pima_test", ["--score", "lr_prob", "--float32"]);
    const { thresholds, calibration, noSkill } = figures;
    check(
      {
        "label_metrics/pima_test/lr/confusion_matrix_None": figures.confusion,
        "label_metrics/pima_test/lr/accuracy_score": figures.accuracy,
        "label_metrics/pima_test/lr/precision_score": thresholds.default.precision,
        "label_metrics/pima_test/lr/recall_score": thresholds.default.recall,
        "label_metrics/pima_test/lr/f1_score": thresholds.default.f1,
        "label_metrics/pima_test/lr/log_loss": figures.logLoss,
        "label_metrics/pima_test/lr/brier_score_loss": figures.brier,
        "label_metrics/pima_test/lr/d2_log_loss_score": relative(figures.logLoss, noSkill.logLoss),
        "label_metrics/pima_test/lr/d2_brier_score": relative(figures.brier, noSkill.brier),
        "curves/pima_test/lr/roc_auc_score": figures.auroc,
        "curves/pima_test/lr/average_precision_score": figures.averagePrecision,
        "curves/pima_test/lr/best_f1": { value: thresholds.bestF1.f1, threshold: thresholds.bestF1.threshold },
        "calibration/pima_test/lr_prob/ece_15_l1": calibration.ece,
      },
      float32Digits,
    );
    const tenBins = await evaluate(metrics, "pima_test", ["--score", "lr_prob", "--float32", "--bins", "10"]);
    check({ "calibration/pima_test/lr_prob/ece_10_max": tenBins.calibration.mce }, float32Digits);
  });

  it("several classes", async () => {
    const figures = await evaluate(metrics, "hpc_jobs", ["--probabilities", "prob_0,prob_1,prob_2,prob_3"]);
    const { classes, macro, weighted, calibration, noSkill } = figures;
    const each = (measure: string): number[] => classes.map((rates: Record<string, number>) => rates[measure]);
    check(
      {
        "label_metrics/hpc_jobs/confusion_matrix_None": figures.confusion,
        "label_metrics/hpc_jobs/accuracy_score": figures.accuracy,
        "label_metrics/hpc_jobs/precision_score_None": each("precision"),
        "label_metrics/hpc_jobs/recall_score_None": each("recall"),
        "label_metrics/hpc_jobs/f1_score_None": each("f1"),
        "label_metrics/hpc_jobs/precision_score_macro": macro.precision,
        "label_metrics/hpc_jobs/f1_score_macro": macro.f1,
        "label_metrics/hpc_jobs/f1_score_weighted": weighted.f1,
        "label_metrics/hpc_jobs/log_loss": figures.logLoss,
        "label_metrics/hpc_jobs/brier_score_loss": figures.brier,
        "label_metrics/hpc_jobs/d2_log_loss_score": relative(figures.logLoss, noSkill.logLoss),
        "label_metrics/hpc_jobs/d2_brier_score": relative(figures.brier, noSkill.brier),
        "curves/hpc_jobs/roc_auc_ovr_each": each("auroc"),
        "curves/hpc_jobs/roc_auc_ovr_macro": figures.auroc,
        "calibration/hpc_jobs/ece_15_l1": calibration.ece,
        "calibration/hpc_jobs/ece_15_max": calibration.mce,
      },
      10,
    );
  });
});
