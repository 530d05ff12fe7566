import { describe, expect, test } from "vitest";
import { applyClassThresholds, classThresholds, confusionMatrix, float32 } from "./index.js";

const infinity = Number.POSITIVE_INFINITY;

/** Scores in which class 2 wins too often. */
const scores = [0.5, 0.1, 0.6, 0.2, 0.6, 0.7, 0.1, 0.2, 0.9, 0.8, 0.3, 0.1, 0.3, 0.5, 0.6];
const labels = [0, 1, 2, 0, 1];

function accuracy(thresholds: Float64Array, numClasses: number): number {
  const predicted = applyClassThresholds(scores, thresholds, { numClasses });
  return confusionMatrix(predicted, labels, { numClasses }).accuracy();
}

describe("classThresholds", () => {
  test("finds the threshold above which a greedy class is right", () => {
    const found = classThresholds(scores, labels, { numClasses: 3 });
    expect(found.argmaxValue).toBe(0.4);
    expect(found.value).toBe(1);
    expect(accuracy(found.thresholds, 3)).toBe(1);
    expect(found.thresholds[2]).toBeGreaterThan(0.7);
  });

  test("says what its thresholds attain, for every objective", () => {
    const measures = {
      accuracy: (m: ReturnType<typeof confusionMatrix>) => m.accuracy(),
      macroF1: (m: ReturnType<typeof confusionMatrix>) => m.f1({ average: "macro" }),
      weightedF1: (m: ReturnType<typeof confusionMatrix>) => m.f1({ average: "weighted" }),
      balancedAccuracy: (m: ReturnType<typeof confusionMatrix>) => m.balancedAccuracy(),
    };
    for (const objective of ["accuracy", "macroF1", "weightedF1", "balancedAccuracy"] as const) {
      for (const none of [0, 1, 2]) {
        const found = classThresholds(scores, labels, { numClasses: 3, objective, none });
        const predicted = applyClassThresholds(scores, found.thresholds, { numClasses: 3, none });
        const matrix = confusionMatrix(predicted, labels, { numClasses: 3 });
        expect(found.value).toBeCloseTo(measures[objective](matrix), 14);
        expect(found.value).toBeGreaterThanOrEqual(found.argmaxValue);
      }
    }
  });

  test("of logits in wasm memory as of an array", () => {
    using logits = float32(15);
    logits.view.set(scores.map((score) => Math.fround(score * 8 - 4)));
    const inPlace = classThresholds(logits, labels, { numClasses: 3 });
    expect(inPlace).toEqual(classThresholds(Float32Array.from(logits.view), labels, { numClasses: 3 }));
    expect(inPlace.value).toBe(1);
  });

  test("a row of weight 0 is absent", () => {
    const absent = [...scores, 9, 0, 0];
    const sampleWeight = [1, 1, 1, 1, 1, 0];
    const found = classThresholds(absent, [...labels, 2], { numClasses: 3, sampleWeight });
    expect(found.value).toBe(1);
    expect(found.argmaxValue).toBe(0.4);
  });

  test("errors say where", () => {
    const call = (x: number[], y: number[]) => () => classThresholds(x, y, { numClasses: 3 });
    expect(call([...scores.slice(0, 14), Number.NaN], labels)).toThrow("scores[14] = NaN");
    expect(call(scores, [0, 1, 2, 0, 3])).toThrow("labels[4] = 3");
    expect(call(scores.slice(1), labels)).toThrow("scores has 14 elements");
    expect(call([], [])).toThrow("labels is empty");
    expect(() => applyClassThresholds(scores, [0, Number.NaN, 0], { numClasses: 3 })).toThrow("thresholds[1] = NaN");
    expect(() => applyClassThresholds(scores, [0, 0], { numClasses: 3 })).toThrow("thresholds has 2 elements");
  });
});

test("applyClassThresholds: the largest that is admitted, the first of equal ones, or none", () => {
  const options = { numClasses: 3, none: 1 };
  const rows = [0.5, 0.5, 0.1, 0.2, 0.3, 0.9, 0.1, 0.1, 0.1];
  expect(applyClassThresholds(rows, [0.2, 0, 0.95], options)).toEqual(Int32Array.of(0, 1, 1));
  expect(applyClassThresholds(rows, [infinity, 0.6, 0.2], options)).toEqual(Int32Array.of(1, 2, 1));
  expect(applyClassThresholds(rows, [-infinity, -infinity, -infinity], options)).toEqual(Int32Array.of(0, 2, 0));
});
