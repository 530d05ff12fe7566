import { fileURLToPath } from "node:url";
import type { Backend } from "@assay/contract";
import * as oracle from "@assay/oracle";
import * as assay from "assay";
import { expect, test } from "vitest";
import { readInput } from "../golden/table.js";
import { expectWithin } from "../support/bounds.js";
import tables from "./calibration.json" with { type: "json" };

const folder = fileURLToPath(new URL("../golden/", import.meta.url));

/** A column of a file with the golden tables. */
function columnOf(data: string, column: string): Float64Array<ArrayBuffer> {
  const { values } = readInput({ file: `data/${data}.csv`, column, dtype: "float64" }, folder);
  return Float64Array.from(values);
}

// A row's residual, shared between two places of a grid of step h or read between them, moves the smoothed residuals by
// at most h²/8 · ∫|K″| = 0.121(h/σ)² of itself. Trapezoids of their absolute value add twice as much: between two zeros
// the slope has one itself, so kinks vary no more than slopes do. That is 0.363 for ours; relplot's, which interpolates
// and takes midpoints of half the step, has 0.303.
const OURS = 1 / 1024;
const RELPLOTS = 1 / 2000;
const gridBound = (sigma: number, residual: number): number =>
  residual * (0.363 * (OURS / sigma) ** 2 + 0.303 * (RELPLOTS / sigma) ** 2);

test.each([
  ["assay", assay as Backend, tables.smooth.rows],
  // The oracle takes its time: the first tables tell enough.
  ["oracle", oracle as Backend, tables.smooth.rows.slice(0, 5)],
] as const)("relplot's smooth calibration error: %s", (_, backend, rows) => {
  for (const [data, column, own, sigma, fixed] of rows as [string, string, number, number, number][]) {
    const [p, y] = [columnOf(data, column), columnOf(data, "y_true")];
    const residual = p.reduce((sum, p, i) => sum + Math.abs(p - y[i]!), 0) / p.length;
    const what = `${data} ${column}`;
    expectWithin(backend.smoothCalibrationError(p, y, { bandwidth: 0.05 }), fixed, gridBound(0.05, residual), what);
    expectWithin(backend.smoothCalibrationError(p, y), own, gridBound(sigma, residual), what);
  }
  expect(rows.length).toBeGreaterThan(0);
});

// Scores are multiples of 1/4096, so no bin holds two different ones.
test.each([
  ["assay", assay as Backend, tables.kernel.rows],
  // Every pair of rows costs the oracle two logarithms: those of the smaller tables.
  ["oracle", oracle as Backend, tables.kernel.rows.slice(0, 3)],
] as const)("ece-kde's kernel calibration error: %s", (_, backend, rows) => {
  for (const [data, column, ...values] of rows as [string, string, ...number[]][]) {
    const scores = columnOf(data, column).map((p) => Math.min(4095, Math.max(1, Math.round(p * 4096))) / 4096);
    const y = columnOf(data, "y_true");
    const cases = [0.01, 0.1].flatMap((bandwidth) => (["l1", "l2"] as const).map((norm) => ({ bandwidth, norm })));
    cases.forEach((options, i) => {
      const found = backend.kernelCalibrationError(scores, y, { ...options, numBins: 4096 });
      expectWithin(found, values[i]!, 1e-11, `${data} ${column} ${JSON.stringify(options)}`);
    });
  }
  expect(rows.length).toBeGreaterThan(0);
});
