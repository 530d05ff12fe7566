import { Readable } from "node:stream";
import * as oracle from "@assay/oracle";
import { describe, expect, it } from "vitest";
import { type BinaryEvaluation, evaluate, type MulticlassEvaluation } from "./evaluate.js";
import { readCsv } from "./read.js";

async function evaluateCsv(text: string, predictions: string[], weight?: string) {
  const columns = { target: "y", predictions, ...(weight === undefined ? {} : { weight }) };
  const data = await readCsv(Readable.from([Buffer.from(text)]), { columns, delimiter: ",", float32: false });
  return { data, evaluation: evaluate(oracle, data) };
}

/** To 12 digits: sums of products round differently from sums of repetitions. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each) => (typeof each === "number" ? Number(each.toPrecision(12)) : each)),
  );
}

describe("two classes", () => {
  const text = "y,p\n0,0.1\n1,0.4\n0,0.35\n1,0.8\n";

  it("by hand", async () => {
    const evaluation = (await evaluateCsv(text, ["p"])).evaluation as BinaryEvaluation;
    expect(evaluation).toMatchObject({
      task: "binary",
      total: 4,
      accuracy: 0.75,
      auroc: 1,
      averagePrecision: 1,
      prevalence: 0.5,
      confusion: [
        [2, 0],
        [1, 1],
      ],
      noSkill: { accuracy: 0.5, logLoss: Math.LN2, brier: 0.25 },
    });
    expect(evaluation.atDefault).toMatchObject({ threshold: 0.5, precision: 1, recall: 0.5, f1: 2 / 3, support: 2 });
    expect(evaluation.atBest).toMatchObject({ threshold: 0.4, precision: 1, recall: 1, f1: 1, accuracy: 1 });
    expect(evaluation.brier).toBeCloseTo((0.01 + 0.36 + 0.1225 + 0.04) / 4, 15);
  });

  it("whole weights equal repetition", async () => {
    const weighted = await evaluateCsv("y,p,w\n0,0.1,1\n1,0.4,3\n0,0.45,2\n1,0.8,0\n", ["p"], "w");
    const repeated = await evaluateCsv("y,p\n0,0.1\n1,0.4\n1,0.4\n1,0.4\n0,0.45\n0,0.45\n", ["p"]);
    expect(rounded(weighted.evaluation)).toEqual(rounded(repeated.evaluation));
  });

  it("one class only: what is undefined is NaN", async () => {
    const evaluation = (await evaluateCsv("y,p\n0,0.1\n0,0.6\n", ["p"])).evaluation as BinaryEvaluation;
    expect(evaluation.auroc).toBeNaN();
    expect(evaluation.atBest.threshold).toBe(Number.POSITIVE_INFINITY);
    expect(evaluation.atBest.confusion).toEqual([
      [2, 0],
      [0, 0],
    ]);
  });
});

describe("several classes", () => {
  const text = "y,a,b,c\n0,.6,.3,.1\n0,.2,.5,.3\n1,.1,.8,.1\n2,.3,.3,.4\n1,.4,.35,.25\n";

  it("one-vs-rest areas and their mean are the library's", async () => {
    const { data, evaluation } = await evaluateCsv(text, ["a", "b", "c"]);
    const areas = oracle.rocAuc(data.predictions, data.targets, { numClasses: 3, average: "none" });
    expect(evaluation.classes.map((each) => each.auroc)).toEqual([...areas]);
    expect(evaluation.auroc).toBeCloseTo(oracle.rocAuc(data.predictions, data.targets, { numClasses: 3 }), 15);
  });

  it("rates are those of the library's report", async () => {
    const { data, evaluation } = await evaluateCsv(text, ["a", "b", "c"]);
    const report = oracle
      .confusionMatrix(data.predictions, data.targets, { numClasses: 3, from: "probabilities" })
      .report();
    expect(evaluation.accuracy).toBe(report.accuracy);
    expect(evaluation.classes).toMatchObject(report.classes);
    expect({ ...evaluation.macro, name: "macro avg" }).toEqual(report.macro);
    expect({ ...evaluation.weighted, name: "weighted avg" }).toEqual(report.weighted);
  });

  it("a class that occurs nowhere has no rates and leaves the means alone", async () => {
    const evaluation = (await evaluateCsv("y,a,b,c\n0,.6,.3,.1\n1,.2,.5,.3\n", ["a", "b", "c"]))
      .evaluation as MulticlassEvaluation;
    expect(evaluation.classes[2]).toEqual({
      name: "2",
      precision: Number.NaN,
      recall: Number.NaN,
      f1: Number.NaN,
      support: 0,
      predicted: 0,
      auroc: Number.NaN,
    });
    expect(evaluation.macro.f1).toBe(1);
    expect(evaluation.auroc).toBeNaN();
  });
});
