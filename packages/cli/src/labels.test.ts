import { describe, expect, it } from "vitest";
import { type Classes, checkLabelRequest, LabelReader, type LabelRequest } from "./labels.js";

/** Reads a target column. */
function read(labels: readonly string[], request: LabelRequest): Classes & { codes: number[] } {
  checkLabelRequest(request);
  const reader = new LabelReader(request, "y");
  const codes = Int32Array.from(labels, (label, i) => reader.code(label) ?? reader.learn(label, i + 1, i + 2));
  const classes = reader.finish(codes);
  return { ...classes, codes: [...codes] };
}

const names = (classes: Classes): string[] => classes.classes.map((each) => each.name);

describe("several columns", () => {
  const predictions = ["p1", "p2", "p3"];

  it("whole numbers are indices, however they are written", () => {
    const read1 = read(["2", "0", "1.0", "02"], { predictions });
    expect(read1).toMatchObject({ codes: [2, 0, 1, 2], order: "index" });
    expect(names(read1)).toEqual(["0", "1", "2"]);
  });

  it("class names only name them", () => {
    const read1 = read(["2", "0"], { predictions, classNames: ["red", "green", "blue"] });
    expect(read1).toMatchObject({ codes: [2, 0], order: "index" });
    expect(read1.classes[2]).toEqual({ name: "blue", label: "2" });
  });

  it("class names that are numbers are the labels", () => {
    const read1 = read(["5", "3", "4"], { predictions, classNames: ["3", "4", "5"] });
    expect(read1).toMatchObject({ codes: [2, 0, 1], order: "classNames" });
  });

  it("columns that are numbers are the labels", () => {
    const read1 = read(["3", "1"], { predictions: ["1", "2", "3"], classNames: ["one", "two", "three"] });
    expect(read1).toMatchObject({ codes: [2, 0], order: "columns" });
    expect(names(read1)).toEqual(["one", "two", "three"]);
    expect(() => read(["0"], { predictions: ["1", "2", "3"] })).toThrow("label 0 is not among the probability columns");
  });

  it("words are in the order of the class names", () => {
    const read1 = read(["green", "red"], { predictions, classNames: ["red", "green", "blue"] });
    expect(read1).toMatchObject({ codes: [1, 0], order: "classNames" });
  });

  it("words that are columns are those columns", () => {
    const read1 = read(["p3", "p1"], { predictions });
    expect(read1).toMatchObject({ codes: [2, 0], order: "columns" });
  });

  it("other words are sorted by code unit", () => {
    const read1 = read(["b", "ä", "B"], { predictions });
    expect(read1).toMatchObject({ codes: [1, 2, 0], order: "sorted" });
    expect(names(read1)).toEqual(["B", "b", "ä"]);
  });
});

describe("one column", () => {
  const predictions = ["p"];

  it("1 is positive", () => {
    expect(read(["0", "1", "1"], { predictions })).toMatchObject({ codes: [0, 1, 1], order: "index" });
    expect(names(read(["1"], { predictions, classNames: ["no", "yes"] }))).toEqual(["no", "yes"]);
  });

  it("unless another label is", () => {
    expect(read(["0", "1"], { predictions, positive: "0" })).toMatchObject({ codes: [1, 0], order: "positive" });
    expect(read(["-1", "1"], { predictions, positive: "1" })).toMatchObject({ codes: [0, 1], order: "positive" });
    expect(read(["2", "1"], { predictions, positive: "2" })).toMatchObject({ codes: [1, 0], order: "positive" });
  });

  it("may be named where the labels are numbers", () => {
    const read1 = read(["0", "1"], { predictions, classNames: ["no", "yes"], positive: "no" });
    expect(read1.codes).toEqual([1, 0]);
    expect(names(read1)).toEqual(["yes", "no"]);
  });

  it("must be named where they are words", () => {
    expect(read(["ham", "spam"], { predictions, positive: "spam" })).toMatchObject({ codes: [0, 1] });
    expect(() => read(["ham"], { predictions })).toThrow("say which label is positive: --positive ham");
    expect(() => read(["ham"], { predictions, classNames: ["ham", "spam"] })).toThrow(
      "--positive ham or --positive spam",
    );
  });

  it("may be the only one that occurs", () => {
    const read1 = read(["spam"], { predictions, positive: "spam" });
    expect(read1.classes).toEqual([{ name: "not spam" }, { name: "spam", label: "spam" }]);
    expect(read(["0", "0"], { predictions, positive: "1" }).codes).toEqual([0, 0]);
  });

  it("never occurs where nobody knows it", () => {
    expect(() => read(["ham"], { predictions, positive: "spam" })).toThrow('no label is "spam"; the labels are "ham"');
    expect(() => read(["1", "2"], { predictions, positive: "3" })).toThrow('no label is "3"');
    expect(() => read(["1", "2"], { predictions, positive: "yes" })).toThrow(
      '--positive "yes": the labels are numbers',
    );
  });

  it("class names that are numbers need it too", () => {
    expect(() => read(["1"], { predictions, classNames: ["1", "2"] })).toThrow("--positive 1 or --positive 2");
    expect(read(["1", "2"], { predictions, classNames: ["1", "2"], positive: "1" }).codes).toEqual([1, 0]);
  });
});

it("class names that are numbers do not fit words", () => {
  const request = { predictions: ["a", "b"], classNames: ["1", "2"] };
  expect(() => read(["x"], request)).toThrow('--class-names are numbers, but the labels are words such as "x"');
});
