/**
 * Binary calibrators for several classes: each class against the rest, rows divided by their sums.
 *
 * @module
 */
import type {
  BinaryCalibratorKind,
  CalibrationMethod,
  CalibratorOptions,
  CalibratorParameters,
  Convergence,
  OneVsRestOptions,
  OneVsRestParameters,
} from "@assay/contract";
import { count, typeError } from "../input.js";
import { type Definition, definitionOf, method, rowsOf } from "./method.js";

type Binary = Definition<BinaryCalibratorKind, CalibratorOptions>;

const kinds: readonly string[] = ["platt", "beta", "isotonic", "histogram"];

export function oneVsRestDefinition(binary: Binary): Definition<"oneVsRest", OneVsRestOptions<CalibratorOptions>> {
  return {
    kind: "oneVsRest",
    name: `oneVsRest(${binary.name})`,
    input: binary.input,
    options: [...binary.options, "numClasses"],
    fit(scores, labels, { numClasses, ...own }) {
      const classes = count("numClasses", numClasses, 2);
      const rows = rowsOf(binary.input, scores, labels, classes, own);
      const fitted = Array.from({ length: classes }, (_, k) =>
        binary.fit(
          rows.map(({ x }) => x[k]!),
          rows.map(({ label }) => Number(label === k)),
          own,
        ),
      );
      const parameters = { kind: binary.kind, classes: fitted.map((one) => one.parameters) } as OneVsRestParameters;
      const ends = fitted.flatMap(({ convergence }) => (convergence ? [convergence] : []));
      return { parameters, ...(ends.length > 0 && { convergence: together(ends) }) };
    },
    apply({ classes }, row) {
      const p = (classes as readonly CalibratorParameters[BinaryCalibratorKind][]).map(
        (own, k) => binary.apply(own, Float64Array.of(row[k]!))[0]!,
      );
      const total = p.reduce((sum, one) => sum + one, 0);
      return p.map((one) => (total > 0 ? one / total : 1 / p.length));
    },
  };
}

function together(ends: readonly Convergence[]): Convergence {
  return {
    converged: ends.every(({ converged }) => converged),
    iterations: Math.max(...ends.map(({ iterations }) => iterations)),
    relativeStep: Math.max(...ends.map(({ relativeStep }) => relativeStep)),
    objective: ends.reduce((sum, { objective }) => sum + objective, 0),
  };
}

export function oneVsRest<Options extends CalibratorOptions>(
  binary: CalibrationMethod<BinaryCalibratorKind, Options>,
): CalibrationMethod<"oneVsRest", OneVsRestOptions<Options>> {
  const definition = definitionOf(binary);
  if (definition === undefined || !kinds.includes(definition.kind)) {
    throw typeError("type", "method", "oneVsRest takes a binary way to calibrate", binary);
  }
  return method(oneVsRestDefinition(definition as Binary)) as CalibrationMethod<"oneVsRest", OneVsRestOptions<Options>>;
}
