// The data sets of the golden tables, for figures.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../process.mjs";

const files = new Map();

/** The columns of a data set by their names, each a Float64Array. */
export function columns(name) {
  if (!files.has(name)) {
    const text = readFileSync(join(root, "test/golden/data", `${name}.csv`), "utf8");
    const [names, ...rows] = text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.split(","));
    files.set(name, new Map(names.map((column, i) => [column, Float64Array.from(rows, (row) => Number(row[i]))])));
  }
  return Object.fromEntries(files.get(name));
}

/** Columns `prefix_0`, `prefix_1`, … of a data set as one row-major matrix. */
export function matrix(name, prefix) {
  const all = columns(name);
  const parts = [];
  while (`${prefix}_${parts.length}` in all) parts.push(all[`${prefix}_${parts.length}`]);
  const width = parts.length;
  return Float64Array.from({ length: parts[0].length * width }, (_, i) => parts[i % width][Math.floor(i / width)]);
}
