import { fileURLToPath } from "node:url";
import type { Backend, Calibrator } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { expect, test } from "vitest";
import { readInput } from "../golden/table.js";
import { expectAllWithin, expectWithin } from "../support/bounds.js";
import table from "./calibrators.json" with { type: "json" };

const folder = fileURLToPath(new URL("../golden/", import.meta.url));

type Row = [string, string, string, number, boolean, number, number, number, number[]];
type Given = [x: Float64Array, y: Int32Array, options: { numClasses: number; weight?: number[] }];

function fitted(b: Backend, kind: string, [x, y, options]: Given, penalties: [number, number]): Calibrator {
  if (kind === "temperature") return b.temperatureScaling.fit(x, y, options);
  if (kind === "vector") return b.vectorScaling.fit(x, y, options);
  const [offDiagonalPenalty, interceptPenalty] = penalties;
  return b.dirichletScaling.fit(x, y, { ...options, offDiagonalPenalty, interceptPenalty });
}

/** The parameters, one after the other. */
function numbersOf({ kind, parameters }: Calibrator): number[] {
  if (kind === "temperature") return [(parameters as { temperature: number }).temperature];
  const { weights, biases } = parameters as { weights: readonly (number | number[])[]; biases: readonly number[] };
  return [...weights.flat(), ...biases];
}

/** Where biases cost nothing, the same in all of them changes nothing: less their mean. */
function centred(numbers: readonly number[], classes: number): number[] {
  const mean = numbers.slice(-classes).reduce((sum, b) => sum + b, 0) / classes;
  return numbers.map((x, i) => (i < numbers.length - classes ? x : x - mean));
}

/** Dense Hessians of the oracle take their time: those of the smaller tables. */
const isSmall = ([kind, data]: Row): boolean =>
  kind === "temperature" || !["urban_land_cover", "hpc_jobs"].includes(data);

test.each([
  ["assay", assay as Backend, () => true],
  ["oracle", oracle as Backend, isSmall],
] as const)("scipy's minima: %s", (_, backend, isAsked) => {
  const rows = (table.rows as Row[]).filter(isAsked);
  for (const [kind, data, columns, numClasses, weighted, offDiagonal, intercept, objective, expected] of rows) {
    const dtype = columns === "prob_" ? "float64" : "float32";
    const file = `data/${data}.csv`;
    const names = Array.from({ length: numClasses }, (_, k) => `${columns}${k}`);
    const x = Float64Array.from(readInput({ file, columns: names, dtype }, folder).values);
    const y = Int32Array.from(readInput({ file, column: "y_true", dtype: "int32" }, folder).values);
    const weight = Array.from({ length: numClasses }, (_, k) => 1 + k / 2);
    const given: Given = [x, y, { numClasses, ...(weighted && { weight }) }];
    const calibrator = fitted(backend, kind, given, [offDiagonal, intercept]);
    const what = `${kind} of ${data}${weighted ? ", weighted" : ""}`;
    expect(calibrator.convergence?.converged, what).toBe(true);
    expectWithin(calibrator.convergence!.objective, objective, 1e-13, what);
    const own = (numbers: readonly number[]) =>
      kind === "temperature" || intercept > 0 ? numbers : centred(numbers, numClasses);
    expectAllWithin(own(numbersOf(calibrator)), own(expected), () => 1e-8, what);
  }
  expect(rows.length).toBeGreaterThan(5);
});
