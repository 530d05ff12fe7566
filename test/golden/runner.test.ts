import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oracle from "@assay/oracle";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { metrics } from "./adapter.js";
import type { Metric } from "./arguments.js";
import { type Contestant, differences, type Outcome, runCases, SINGLE_BOUND } from "./runner.js";
import { type Case, readCases, readInput } from "./table.js";

const exact = { rtol: 0, atol: 0 };
const contestant: Contestant = { name: "oracle", backend: oracle, single: false };

function run(one: Partial<Case>, metric?: Metric, using: Contestant = contestant): Outcome {
  const defaults: Case = {
    id: "a",
    metric: "m",
    task: "other",
    inputs: {},
    options: {},
    expected: 1,
    tolerance: exact,
  };
  const table = metric ? new Map([["m", metric]]) : metrics;
  return runCases([{ folder: ".", case: { ...defaults, ...one } }], using, table, oracle);
}

describe("cases", () => {
  test("an option that is not used is a failure", () => {
    const { failures } = run({ options: { strict: true } }, { compute: () => 1 });
    expect(failures).toEqual([{ id: "a", problems: ["Error: not used: option strict"] }]);
  });

  test("an input or a gradient that is not used is a failure", () => {
    const inputs = { y_true: { values: [1], dtype: "int32" } } as const;
    expect(run({ inputs, wrt: "y_true" }, { compute: () => 1 }).failures[0]?.problems).toEqual([
      "Error: not used: input y_true, wrt",
    ]);
  });

  test("an unknown metric is not yet", () => {
    const { passed, failures, notYet } = run({ metric: "what_nobody_has" });
    expect([passed, failures.length, ...notYet]).toEqual([0, 0, ["what_nobody_has", 1]]);
  });

  test("a function that the backend lacks is not yet", () => {
    const backend = { ...oracle, mseLoss: undefined } as unknown as typeof oracle;
    const inputs = { y_pred: { values: [1], dtype: "float64" }, y_true: { values: [1], dtype: "float64" } } as const;
    const { notYet } = run({ metric: "mse_loss", inputs }, undefined, { ...contestant, backend });
    expect([...notYet]).toEqual([["mse_loss", 1]]);
  });

  test("an error is a failure that says what it was", () => {
    const compute = (): never => {
      throw new RangeError("no");
    };
    expect(run({}, { compute }).failures[0]?.problems).toEqual(["RangeError: no"]);
  });

  test("the gradient for another input than the predictions is a failure", () => {
    const inputs = { y_pred: { values: [1], dtype: "float64" }, y_true: { values: [1], dtype: "float64" } } as const;
    expect(run({ metric: "mse_loss", inputs, wrt: "y_true" }).failures[0]?.problems[0]).toContain("is not built");
  });

  test("float32 inputs run as given and widened, where the table's tolerance holds", () => {
    const inputs = { y_pred: { values: [0.1], dtype: "float32" } } as const;
    const compute: Metric["compute"] = (_, args) => Array.from(args.input("y_pred").values);
    expect(run({ inputs, expected: [Math.fround(0.1)] }, { compute }).passed).toBe(1);

    // A value that is off by half the bound, in one of the runs.
    const off = (type: typeof Float32Array | typeof Float64Array): Metric => ({
      compute: (_, args) => 1 + (args.input("y_pred").values instanceof type ? SINGLE_BOUND / 2 : 0),
      terms: (_, args) => args.input("y_pred").values.length,
    });
    const single = { ...contestant, single: true };
    expect(run({ inputs }, off(Float32Array), single).passed).toBe(1);
    expect(run({ inputs }, off(Float64Array), single).passed).toBe(0);
    expect(run({ inputs }, off(Float32Array), contestant).passed).toBe(0);
  });
});

describe("differences", () => {
  test("a tolerance holds at its boundary and not beyond", () => {
    expect(differences(1.25, 1, { rtol: 0.25, atol: 0 })).toEqual([]);
    expect(differences(1.5, 1, { rtol: 0.25, atol: 0.25 })).toEqual([]);
    expect(differences(1.5 + 2 ** -52, 1, { rtol: 0.25, atol: 0.25 })).toHaveLength(1);
    expect(differences(-1.25, -1, { rtol: 0.25, atol: 0 })).toEqual([]);
    expect(differences(0.5, 0, { rtol: 1, atol: 0.25 })).toHaveLength(1);
  });

  test("NaN answers NaN alone, an infinity itself alone", () => {
    const loose = { rtol: 1, atol: 1e300 };
    expect(differences(Number.NaN, Number.NaN, exact)).toEqual([]);
    expect(differences(0, Number.NaN, loose)).toHaveLength(1);
    expect(differences(Number.NaN, 0, loose)).toHaveLength(1);
    expect(differences(Infinity, Infinity, exact)).toEqual([]);
    expect(differences(-Infinity, Infinity, loose)).toHaveLength(1);
    expect(differences(1e308, Infinity, loose)).toHaveLength(1);
    expect(differences(Infinity, 0, loose)).toHaveLength(1);
  });

  test("arrays and objects have to have the same shape", () => {
    const nested = [
      [1, 2],
      [3, 4],
    ];
    expect(differences([Float64Array.of(1, 2), [3, 4]], nested, exact)).toEqual([]);
    expect(differences([[1, 2], [3]], nested, exact)).toEqual(["[1]: got 1 elements, expected 2"]);
    expect(differences([[1, 2], 3], nested, exact)).toEqual(["[1]: got 3, expected an array"]);
    expect(differences(1, nested, exact)).toEqual(["value: got 1, expected an array"]);
    expect(differences({ a: 1, b: [2] }, { b: [2], a: 1 }, exact)).toEqual([]);
    expect(differences({ a: 1 }, { a: 1, b: 2 }, exact)).toEqual(["value: got the keys a, expected a, b"]);
    expect(differences({ a: [0] }, { a: [1] }, exact)).toEqual([".a[0]: got 0, expected 1, tolerance 0"]);
    expect(differences([1], { 0: 1 }, exact)).toHaveLength(1);
    expect(differences(undefined, 1, exact)).toEqual(["value: got nothing, expected 1"]);
    expect(differences(null, null, exact)).toEqual([]);
    expect(differences(0, null, exact)).toHaveLength(1);
    expect(differences("1", 1, exact)).toHaveLength(1);
  });

  test("only what is stored in float32 may be off by its rounding", () => {
    expect(differences(Float32Array.of(0.1), [0.1], exact)).toEqual([]);
    expect(differences([Math.fround(0.1)], [0.1], exact)).toHaveLength(1);
    expect(differences(Float32Array.of(1e-60), [1e-60], exact)).toEqual([]);
    expect(differences([Float32Array.of(0.1)], [[0.1 + 1e-8]], exact)).toHaveLength(1);
  });

  test("terms have the shape of the value, or are one number for all of it", () => {
    const got = [1 + SINGLE_BOUND * 2, 1];
    expect(differences(got, [1, 1], exact, [3, 0])).toEqual([]);
    expect(differences(got, [1, 1], exact, [1, 9])).toHaveLength(1);
    expect(differences({ a: got }, { a: [1, 1] }, exact, { a: 3 })).toEqual([]);
  });
});

describe("tables", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "golden-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("inputs", () => {
    writeFileSync(join(folder, "t.csv"), 'y,p,"q, r"\n1,0.1,1\n0,0.5,0.5\n1,0.9,inf\n');
    expect(readInput({ file: "t.csv", column: "p", dtype: "float32" }, folder)).toEqual({
      values: Float32Array.of(0.1, 0.5, 0.9),
      columns: undefined,
    });
    expect(readInput({ file: "t.csv", columns: ["p", "q, r"], dtype: "float64", rows: [1, 3] }, folder)).toEqual({
      values: Float64Array.of(0.5, 0.5, 0.9, Infinity),
      columns: 2,
    });
    const labels = (spec: object): unknown =>
      readInput({ file: "t.csv", columns: ["p", "q, r"], dtype: "float64", ...spec }, folder);
    expect(labels({ argmax: true })).toEqual({ values: Int32Array.of(1, 0, 1), columns: undefined });
    expect(labels({ threshold: 0.5 })).toEqual({ values: Int32Array.of(0, 1, 1, 1, 1, 1), columns: 2 });
    expect(readInput({ values: [[1, "NaN"]], dtype: "float64" }, folder).values).toEqual(
      Float64Array.of(1, Number.NaN),
    );
    expect(readInput({ values: 3, dtype: "int32" }, folder).values).toEqual(Int32Array.of(3));
    expect(() => readInput({ values: [0.5], dtype: "int32" }, folder)).toThrow("int32");
    expect(() => readInput({ values: [[1], [1, 2]], dtype: "int32" }, folder)).toThrow("differ");
    expect(() => readInput({ file: "t.csv", column: "z", dtype: "int32" }, folder)).toThrow("no column z");
  });

  test("a folder", () => {
    expect(() => readCases(folder)).toThrow("no golden tables");
    const one = { id: "g/a", metric: "m", task: "other", inputs: {}, options: {}, expected: 1, tolerance: exact };
    writeFileSync(join(folder, "g.json"), JSON.stringify({ schema: 1, group: "g", cases: [one] }));
    expect(readCases(folder)).toEqual([{ folder, case: one }]);
    writeFileSync(join(folder, "h.json"), JSON.stringify({ schema: 1, group: "h", cases: [one] }));
    expect(() => readCases(folder)).toThrow("g/a occurs twice");
    writeFileSync(join(folder, "h.json"), JSON.stringify({ schema: 2, cases: [] }));
    expect(() => readCases(folder)).toThrow("schema 1");
  });
});
