/**
 * Saved calibrators.
 *
 * @module
 */
import type {
  BinaryCalibratorKind,
  Calibrator,
  CalibratorKind,
  CalibratorOptions,
  CalibratorParameters,
} from "@assay/contract";
import { dirichletDefinition, vectorDefinition } from "./affine.js";
import { named, noCalibrator } from "./check.js";
import { histogramDefinition } from "./histogram.js";
import { isotonicDefinition } from "./isotonic.js";
import { betaDefinition, plattDefinition } from "./logistic.js";
import { type Definition, KernelCalibrator } from "./method.js";
import { oneVsRestDefinition } from "./one-vs-rest.js";
import { temperatureDefinition } from "./temperature.js";

type AnyDefinition = Pick<
  Definition<CalibratorKind, never>,
  "kind" | "input" | "map" | "check" | "options" | "parameters"
>;

const binaryDefinitions = {
  platt: plattDefinition,
  beta: betaDefinition,
  isotonic: isotonicDefinition,
  histogram: histogramDefinition,
} as unknown as Readonly<Record<BinaryCalibratorKind, Definition<BinaryCalibratorKind, CalibratorOptions>>>;

const definitions = {
  ...binaryDefinitions,
  temperature: temperatureDefinition,
  vector: vectorDefinition,
  dirichlet: dirichletDefinition,
} as unknown as Readonly<Record<Exclude<CalibratorKind, "oneVsRest">, AnyDefinition>>;

function isOf<Kind extends string>(known: Readonly<Record<Kind, unknown>>, kind: unknown): kind is Kind {
  return typeof kind === "string" && Object.hasOwn(known, kind);
}

function definitionOf(kind: unknown, parameters: unknown): AnyDefinition {
  if (kind === "oneVsRest") {
    const own = (parameters as { readonly kind?: unknown } | null | undefined)?.kind;
    if (!isOf(binaryDefinitions, own)) throw noCalibrator("the kind of its classes is unknown", own);
    return oneVsRestDefinition(binaryDefinitions[own]) as unknown as AnyDefinition;
  }
  if (!isOf(definitions, kind)) throw noCalibrator("its kind is unknown", kind);
  return definitions[kind];
}

/** Of each kind there are classes always, never, or as it was fitted. */
function classesOf({ kind, options }: AnyDefinition, given: unknown): number | undefined {
  const isBinary = !(options as readonly string[]).includes("numClasses");
  if (given === undefined && (isBinary || kind === "temperature")) return undefined;
  if (!isBinary && Number.isSafeInteger(given) && (given as number) >= 2) return given as number;
  throw noCalibrator(`numClasses does not fit the kind ${kind}`, given);
}

/**
 * The calibrator that `toJSON` described: it gives the same probabilities, to the bit. It has neither report nor
 * convergence.
 *
 * @param json what JSON.parse returns
 * @throws AssayRangeError with code `"state"` for anything else: another format or version, an unknown kind, parameters
 *   that are missing, too many or out of range
 */
export function calibratorFromJSON(json: unknown): Calibrator {
  if (typeof json !== "object" || json === null) throw noCalibrator("it is no object", json);
  const { format, version, kind, numClasses, parameters, ...more } = json as Readonly<Record<string, unknown>>;
  if (format !== "assay.calibrator") throw noCalibrator("format is not assay.calibrator", format);
  if (version !== 1) throw noCalibrator(`version is ${String(version)}, but must be 1`, version);
  for (const name of Object.keys(more)) throw noCalibrator(`it has ${name}`, more[name]);
  const definition = definitionOf(kind, parameters);
  const known = named(parameters, definition.parameters) as CalibratorParameters[CalibratorKind];
  const classes = classesOf(definition, numClasses);
  definition.check(known, classes);
  return new KernelCalibrator(definition, { parameters: known }, classes);
}
