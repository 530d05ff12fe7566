/**
 * Rows, shapes and weights that the parts of the adapter share.
 *
 * @module
 */
import type { Backend } from "@assay/contract";
import type { Arguments, Metric } from "./arguments.js";
import type { Input } from "./table.js";

/** A metric, or its terms, with a backend that has all losses and scores. */
export type Compute = (backend: Backend, args: Arguments) => unknown;

/** A metric whose backend may still lack some of those: then the runner says so. */
export function row(compute: Compute, terms?: Compute): Metric {
  return (terms ? { compute, terms } : { compute }) as Metric;
}

/** Each label's place in `labels`; the labels themselves where that is not given. */
export function indexed(input: Input, labels: readonly number[] | undefined): Int32Array | Input["values"] {
  if (labels === undefined) return input.values;
  const place = new Map(labels.map((label, index) => [label, index]));
  return Int32Array.from(input.values, (label) => {
    const index = place.get(label);
    if (index === undefined) throw new Error(`the label ${label} is not one of ${labels.join(", ")}`);
    return index;
  });
}

export function sampleWeight(args: Arguments): { sampleWeight?: Float64Array } {
  const weight = args.optionalInput("sample_weight");
  return weight ? { sampleWeight: weight.values as Float64Array } : {};
}

export function columnsOf(input: Input): number {
  if (input.columns === undefined) throw new Error("a vector is given where rows are needed");
  return input.columns;
}

export function rowsOf(input: Input): Input["values"][] {
  const columns = columnsOf(input);
  return Array.from({ length: input.values.length / columns }, (_, i) =>
    input.values.subarray(i * columns, (i + 1) * columns),
  );
}

/** Row-major data as rows, where it has columns. */
export function nested(values: number | Float32Array | Float64Array, columns: number | undefined): unknown {
  if (typeof values === "number" || columns === undefined) return values;
  return Array.from({ length: values.length / columns }, (_, i) => values.subarray(i * columns, (i + 1) * columns));
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
