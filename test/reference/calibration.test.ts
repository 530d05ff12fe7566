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

// relplot's grid is not ours, it cuts the Gaussian off at ½, and it counts what lies on the ends of its grid once instead
// of together with its reflection: so no score lies there. It sums over 200 points, those at the ends in full.
const SHARE = 0.02;
const clipped = (p: number): number => Math.min(0.98, Math.max(0.02, p));

test.each([
  ["assay", assay as Backend, tables.smooth.rows],
  // The oracle takes its time: the first tables tell enough.
  ["oracle", oracle as Backend, tables.smooth.rows.slice(0, 5)],
] as const)("relplot's smooth calibration error: %s", (_, backend, rows) => {
  for (const [data, column, own, fixed] of rows as [string, string, number, number][]) {
    const [p, y] = [columnOf(data, column).map(clipped), columnOf(data, "y_true")];
    const what = `${data} ${column}`;
    expectWithin(backend.smoothCalibrationError(p, y, { bandwidth: 0.05 }), fixed, SHARE * fixed, what);
    expectWithin(backend.smoothCalibrationError(p, y), own, SHARE * own, what);
  }
  expect(rows.length).toBeGreaterThan(0);
});
