import type { Backend, MultilabelConfusionMatrix } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { describe, expect, test } from "vitest";
import { expectAllWithin, expectWithin } from "../support/bounds.js";
import table from "./counts.json" with { type: "json" };

const backends: [string, Backend][] = [
  ["assay", assay],
  ["oracle", oracle],
];

/** torchmetrics rounds to float32. */
const SINGLE = 6e-8;

describe.each(backends)("labels of which some are ignored: %s", (_, { multilabelConfusionMatrix }) => {
  const { numLabels, ignoreIndex, probabilities, targets } = table;
  const options = { numLabels, ignoreIndex, from: "probabilities", strict: true } as const;
  const matrix = multilabelConfusionMatrix(probabilities, targets, options);

  test("are counted nowhere", () => {
    expect(Array.from(matrix.counts)).toEqual(table.counts);
    const perSample = multilabelConfusionMatrix.perSample(probabilities, targets, options);
    expect(Array.from(perSample)).toEqual(table.perSample);
    expectWithin(matrix.exactMatch(), table.exactMatch, SINGLE);
    expectWithin(matrix.hammingLoss(), table.hammingLoss, SINGLE);
  });

  test.each(["true", "pred", "all"] as const)("shares of %s", (by) => {
    expectAllWithin(matrix.normalized(by), Float64Array.from(table.normalized[by]), () => SINGLE);
  });

  test.each(["precision", "recall", "f1", "specificity", "jaccard"] as const)("%s", (name) => {
    const measure: MultilabelConfusionMatrix[typeof name] = matrix[name];
    for (const average of ["micro", "macro", "weighted"] as const) {
      expectWithin(measure({ average }), table[name][average], SINGLE, average);
    }
    expectAllWithin(measure({ average: "none" }), Float64Array.from(table[name].none), () => SINGLE);
  });
});
