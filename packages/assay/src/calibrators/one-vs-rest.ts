/**
 * Binary calibrators for several classes.
 *
 * @module
 */
import {
  AssayTypeError,
  type BinaryCalibratorKind,
  type CalibrationMethod,
  type CalibratorOptions,
  type CalibratorParameters,
  type Convergence,
  type OneVsRestOptions,
  type OneVsRestParameters,
  type Reals,
} from "@assay/contract";
import { describe, elementType, lasting, viewOf } from "../arguments.js";
import { core } from "../core.js";
import { whole } from "../options.js";
import { mapCode } from "./apply.js";
import { each, named } from "./check.js";
import { type Definition, definitionOf, type Fitted, method } from "./method.js";
import { withFitRows } from "./rows.js";

type Binary = Definition<BinaryCalibratorKind, CalibratorOptions>;

const kinds: readonly unknown[] = ["platt", "beta", "isotonic", "histogram"] satisfies BinaryCalibratorKind[];

/** How the fits of all classes ended: the sum of their means is smallest where each is. */
function together(all: readonly (Convergence | undefined)[]): Convergence | undefined {
  const known = all.filter((one) => one !== undefined);
  if (known.length < all.length) return undefined;
  return {
    converged: known.every(({ converged }) => converged),
    iterations: Math.max(...known.map(({ iterations }) => iterations)),
    relativeStep: Math.max(...known.map(({ relativeStep }) => relativeStep)),
    objective: known.reduce((sum, { objective }) => sum + objective, 0),
  };
}

/** A binary way to calibrate, lifted. */
export function oneVsRestDefinition(binary: Binary): Definition<"oneVsRest", OneVsRestOptions<CalibratorOptions>> {
  type Parameters = CalibratorParameters[BinaryCalibratorKind];
  return {
    kind: "oneVsRest",
    name: `oneVsRest(${binary.name})`,
    input: binary.input,
    options: [...binary.options, "numClasses"] as "numClasses"[],
    fit(scores, labels, { numClasses, sampleWeight, ...own }) {
      const columns = whole(numClasses, 2, "numClasses");
      const weights = lasting(sampleWeight);
      const given = { scores, name: binary.input, labels, columns, sampleWeight };
      return withFitRows(given, ({ described, scores: { type, bytesPerElement }, count, rooms }) => {
        const [column, ones] = [rooms.of(count * bytesPerElement), rooms.of(count)];
        const fitted = Array.from({ length: columns }, (_, k): Fitted<BinaryCalibratorKind> => {
          core().calibrators_class(described, k, column, ones);
          const x = viewOf({ type, address: column, length: count }) as Reals;
          const y = viewOf({ type: elementType.uint8, address: ones, length: count });
          const sampleWeight = weights();
          return binary.fit(x, y, { ...own, ...(sampleWeight && { sampleWeight }) });
        });
        const classes = fitted.map(({ parameters }) => parameters);
        const convergence = together(fitted.map(({ convergence }) => convergence));
        const parameters = { kind: binary.kind, classes } as OneVsRestParameters;
        return { parameters, ...(convergence && { convergence }) };
      });
    },
    parameters: ["kind", "classes"],
    map({ classes }) {
      const maps = (classes as readonly Parameters[]).map((parameters) => binary.map(parameters));
      const numbers = maps.flatMap(({ numbers }) => [numbers.length, ...Array.from(numbers)]);
      return { code: "oneVsRest", numbers: [mapCode[maps[0]?.code as keyof typeof mapCode], ...numbers] };
    },
    check({ classes }, numClasses) {
      each(
        classes,
        "classes",
        (one) => binary.check(named(one, binary.parameters) as Parameters, undefined),
        numClasses,
      );
    },
  };
}

/**
 * A binary way to calibrate, lifted to several classes: each class's column of scores is calibrated by itself, its own
 * class against the rest, and rows are divided by their sums. Where all of a row are 0, as isotonic regression and
 * histogram binning may leave them, all become 1 / numClasses.
 *
 * It takes `plattScaling` of logits, `betaCalibration` and `histogramBinning` of probabilities and `isotonicRegression` of
 * any scores, and has their options and `numClasses`. `parameters` are the `kind` and those of each class. `convergence`
 * is that of all: whether each converged, the most iterations, the largest step, and the sum of the objectives.
 *
 * Unlike `temperatureScaling` it may change predictions.
 *
 * `fit(scores, labels, options)`: N × numClasses scores row-major; N labels. A class without rows is fitted to the rest
 * alone. Errors as for the binary way.
 *
 * @throws AssayTypeError for a way to calibrate that is not one of these four
 * @example
 * const calibrator = oneVsRest(isotonicRegression).fit(probabilities, labels, { numClasses: 10 });
 * @see Zadrozny and Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates
 */
export function oneVsRest<Options extends CalibratorOptions>(
  binary: CalibrationMethod<BinaryCalibratorKind, Options>,
): CalibrationMethod<"oneVsRest", OneVsRestOptions<Options>> {
  const definition = definitionOf(binary);
  if (definition === undefined || !kinds.includes(definition.kind)) {
    throw new AssayTypeError(
      `${describe(binary)} is not plattScaling, betaCalibration, isotonicRegression or histogramBinning`,
      { code: "type", argument: "method", value: binary },
    );
  }
  return method(oneVsRestDefinition(definition as Binary)) as CalibrationMethod<"oneVsRest", OneVsRestOptions<Options>>;
}
