import { expect, test } from "vitest";
import { AssayTypeError, confusionMatrix, multilabelConfusionMatrix } from "../index.js";

const NAN = Number.NaN;

// Class d never occurs, class c is predicted but never true.
const matrix = confusionMatrix([0, 1, 2, 1, 0, 0], [0, 1, 1, 1, 0, 1], {
  numClasses: 4,
  classNames: ["a", "b", "c", "d"],
});
const report = matrix.report();

test("classes and averages", () => {
  expect(report.classes.map((row) => row.name)).toEqual(["a", "b", "c"]);
  expect(report.classes[1]).toEqual({ name: "b", precision: 1, recall: 0.5, f1: 2 / 3, support: 4 });
  expect(report.micro).toEqual({ name: "micro avg", precision: 4 / 6, recall: 4 / 6, f1: 4 / 6, support: 6 });
  expect(report.macro).toEqual({
    name: "macro avg",
    precision: (2 / 3 + 1) / 3,
    recall: 0.5,
    f1: (0.8 + 2 / 3) / 3,
    support: 6,
  });
  expect(report.weighted.recall).toBe(report.accuracy);
  expect(report.samples).toBeUndefined();
  expect(matrix.report({ absentClasses: "count" }).classes).toHaveLength(4);
  expect(matrix.report({ zeroDivision: NAN }).classes[2]!.recall).toBeNaN();
});

test("as text", () => {
  expect(report.toString()).toBe(
    [
      "              precision  recall      f1  support",
      "a                0.6667  1.0000  0.8000        2",
      "b                1.0000  0.5000  0.6667        4",
      "c                0.0000  0.0000  0.0000        0",
      "accuracy                         0.6667        6",
      "macro avg        0.5556  0.5000  0.4889        6",
      "weighted avg     0.8889  0.6667  0.7111        6",
    ].join("\n"),
  );
});

test("the example of scikit-learn's documentation, with its two digits", () => {
  const classNames = ["class 0", "class 1", "class 2"];
  const example = confusionMatrix([0, 0, 2, 2, 1], [0, 1, 2, 2, 2], { numClasses: 3, classNames });
  expect(example.report().toString({ digits: 2 })).toBe(
    [
      "              precision  recall    f1  support",
      "class 0            0.50    1.00  0.67        1",
      "class 1            0.00    0.00  0.00        1",
      "class 2            1.00    0.67  0.80        3",
      "accuracy                         0.60        5",
      "macro avg          0.50    0.56  0.49        5",
      "weighted avg       0.70    0.60  0.61        5",
    ].join("\n"),
  );
});

test("as a Markdown table", () => {
  expect(report.toMarkdown()).toBe(
    [
      "| class | precision | recall | f1 | support |",
      "| --- | ---: | ---: | ---: | ---: |",
      "| a | 0.6667 | 1.0000 | 0.8000 | 2 |",
      "| b | 1.0000 | 0.5000 | 0.6667 | 4 |",
      "| c | 0.0000 | 0.0000 | 0.0000 | 0 |",
      "| accuracy |  |  | 0.6667 | 6 |",
      "| macro avg | 0.5556 | 0.5000 | 0.4889 | 6 |",
      "| weighted avg | 0.8889 | 0.6667 | 0.7111 | 6 |",
    ].join("\n"),
  );
  const named = confusionMatrix.fromCounts([1], { classNames: ["a|b\nc"] }).report();
  expect(named.toMarkdown({ digits: 0 })).toContain("\n| a\\|b<br>c | 1 | 1 | 1 | 1 |\n");
});

test("supports that are not whole have digits too", () => {
  const weighted = confusionMatrix.fromCounts([2.5, 0, 0, 2]).report();
  expect(weighted.toString({ digits: 2 }).split("\n").slice(1, 4)).toEqual([
    "0                  1.00    1.00  1.00     2.50",
    "1                  1.00    1.00  1.00        2",
    "accuracy                         1.00     4.50",
  ]);
  expect(weighted.toCSV()).toContain("accuracy,,,1,4.5\r\n");
});

test("as CSV, with numbers in full", () => {
  expect(report.toCSV()).toBe(
    [
      "class,precision,recall,f1,support",
      "a,0.6666666666666666,1,0.8,2",
      "b,1,0.5,0.6666666666666666,4",
      "c,0,0,0,0",
      "accuracy,,,0.6666666666666666,6",
      `macro avg,0.5555555555555555,0.5,${(0.8 + 2 / 3) / 3},6`,
      "weighted avg,0.8888888888888888,0.6666666666666666,0.7111111111111111,6",
      "",
    ].join("\r\n"),
  );
  const named = confusionMatrix.fromCounts([1, 0, 0, 1], { classNames: ['a "1", b', "c\nd"] }).report();
  expect(named.toCSV().split("\r\n").slice(1, 3)).toEqual(['"a ""1"", b",1,1,1,1', '"c\nd",1,1,1,1']);
});

test("of rows with several labels", () => {
  // Labels: tp fp fn = 1 1 0, 0 0 1, 0 0 0. Rows: 1 0 1, 0 1 0, 0 0 0.
  const predicted = [1, 0, 0, 1, 0, 0, 0, 0, 0];
  const targets = [1, 1, 0, 0, 0, 0, 0, 0, 0];
  const several = multilabelConfusionMatrix(predicted, targets, { numLabels: 3, labelNames: ["x", "y", "z"] });
  expect(several.report({ absentClasses: "count" }).toString({ digits: 3 })).toBe(
    [
      "              precision  recall     f1  support",
      "x                 0.500   1.000  0.667        1",
      "y                 0.000   0.000  0.000        1",
      "z                 0.000   0.000  0.000        0",
      "micro avg         0.500   0.500  0.500        2",
      "macro avg         0.167   0.333  0.222        2",
      "weighted avg      0.250   0.500  0.333        2",
      "samples avg       0.333   0.167  0.222        2",
    ].join("\n"),
  );
  expect(several.report().classes.map((row) => row.name)).toEqual(["x", "y"]);
  expect(several.report().accuracy).toBeNaN();
});

test("wrong options", () => {
  expect(() => report.toString({ digits: 101 })).toThrow(
    expect.objectContaining({ code: "option", argument: "digits" }),
  );
  expect(() => report.toMarkdown({ digits: 0.5 })).toThrow(expect.objectContaining({ argument: "digits" }));
  // @ts-expect-error
  expect(() => report.toString({ digit: 1 })).toThrow(AssayTypeError);
  // @ts-expect-error
  expect(() => matrix.report({ average: "macro" })).toThrow(AssayTypeError);
});
