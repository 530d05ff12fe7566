import { fileURLToPath } from "node:url";
import * as oracle from "@assay/oracle";
import { expect, test } from "vitest";
import { metrics } from "./adapter.js";
import { Arguments } from "./arguments.js";
import { decode, type Input, type InputSpec, readCases, readInput } from "./table.js";

const cases = readCases(fileURLToPath(new URL(".", import.meta.url)));

/** As float32 costs are measured: by numbers in float64. */
function read([name, spec]: [string, InputSpec], folder: string): [string, Input] {
  const input = readInput(spec, folder);
  return [name, input.values instanceof Float32Array ? { ...input, values: Float64Array.from(input.values) } : input];
}

function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return Object.values(value as object).flatMap(numbersOf);
}

test("what float32 may cost is told for every number of a result", () => {
  for (const { folder, case: one } of cases) {
    const metric = metrics.get(one.metric);
    if (!metric?.terms) continue;
    const inputs = new Map(Object.entries(one.inputs).map((entry) => read(entry, folder)));
    const args = (): Arguments =>
      new Arguments(one.task, inputs, decode(one.options) as Record<string, unknown>, one.wrt);
    const used = args();
    const terms = numbersOf(metric.terms(oracle, used));
    used.finish();
    expect(terms.length, one.id).toBe(numbersOf(metric.compute(oracle, args())).length);
    expect(terms.every(Number.isFinite), one.id).toBe(true);
  }
});
