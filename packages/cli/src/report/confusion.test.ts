import { describe, expect, it } from "vitest";
import type { ClassRates, MulticlassEvaluation } from "../evaluate.js";
import { classes } from "./classes.js";
import { confusion } from "./confusion.js";
import { plainStyle } from "./style.js";

const page = { width: 100, style: plainStyle };
const rates = { precision: 0.5, recall: 0.5, f1: 0.5, support: 10 };

/** Classes of which each is taken for the next now and then. */
function made(names: readonly string[]): MulticlassEvaluation {
  const n = names.length;
  return {
    task: "multiclass",
    total: 10 * n,
    accuracy: 0.9,
    auroc: 0.9,
    logLoss: 1,
    brier: 0.5,
    classes: names.map((name, i): ClassRates => ({ ...rates, name, f1: i / n, predicted: 10, auroc: 0.9 })),
    macro: rates,
    weighted: rates,
    confusion: names.map((_, i) => names.map((_, j) => (i === j ? 9 : j === (i + 1) % n ? 1 : 0))),
    calibration: { ece: 0.1, mce: 0.2, of: "topLabel", closed: "right", bins: [] },
    noSkill: { accuracy: 0.1, logLoss: 2, brier: 0.9 },
  };
}

describe("the confusion matrix", () => {
  it("has class numbers over the columns where names are too long", () => {
    const lines = confusion(made(Array.from({ length: 14 }, (_, i) => `a long name ${i}`)), page);
    expect(lines.slice(1, 4)).toEqual([
      "                      0    1    2    3    4    5    6    7    8    9   10   11   12   13",
      "  0 a long name 0     9    1    ·    ·    ·    ·    ·    ·    ·    ·    ·    ·    ·    ·",
      "  1 a long name 1     ·    9    1    ·    ·    ·    ·    ·    ·    ·    ·    ·    ·    ·",
    ]);
  });

  it("never cuts two names to the same", () => {
    const lines = confusion(made(Array.from({ length: 9 }, (_, i) => `probability ${i}`)), page);
    expect(lines[1]?.split(/ {2,}/)).toEqual(["", ...Array.from({ length: 9 }, (_, i) => String(i))]);
  });

  it("says so where there is no room at all, and still names the frequent mistakes", () => {
    const lines = confusion(made(Array.from({ length: 60 }, (_, i) => `class ${i}`)), page);
    expect(lines[1]).toBe("  The matrix of 60 classes is too wide for this page; --json has it.");
    expect(lines[3]).toBe("  Most frequent mistakes  class 0 taken for class 1  1  10.0 % of class 0");
  });
});

it("of many classes the weakest are listed, and the rest is not swallowed", () => {
  const lines = classes(made(Array.from({ length: 60 }, (_, i) => `class ${i}`)), page);
  expect(lines).toHaveLength(1 + 1 + 20 + 1 + 2 + 2);
  expect(lines.slice(-2).join(" ")).toBe(
    "  Listed are the 20 classes with the lowest F1; the other 40 classes reach 0.3167 or more. --json   has all.",
  );
});
