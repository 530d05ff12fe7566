/**
 * Saved calibrators.
 *
 * @module
 */
import type { Calibrator, CalibratorKind, CalibratorParameters } from "@assay/contract";
import { dirichletDefinition, vectorDefinition } from "./affine.js";
import { noCalibrator } from "./check.js";
import { histogramDefinition } from "./histogram.js";
import { isotonicDefinition } from "./isotonic.js";
import { betaDefinition, plattDefinition } from "./logistic.js";
import { type Definition, KernelCalibrator } from "./method.js";
import { temperatureDefinition } from "./temperature.js";

type AnyDefinition = Pick<
  Definition<CalibratorKind, never>,
  "kind" | "input" | "map" | "check" | "options" | "parameters"
>;

/** Of each kind, and whether it has classes: always, never, or as it was fitted. */
const definitions = {
  temperature: temperatureDefinition,
  platt: plattDefinition,
  beta: betaDefinition,
  isotonic: isotonicDefinition,
  histogram: histogramDefinition,
  vector: vectorDefinition,
  dirichlet: dirichletDefinition,
} as unknown as Readonly<Record<CalibratorKind, AnyDefinition>>;

function classesOf(kind: CalibratorKind, given: unknown): number | undefined {
  const isBinary = !(definitions[kind].options as readonly string[]).includes("numClasses");
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
  if (typeof kind !== "string" || !Object.hasOwn(definitions, kind)) throw noCalibrator("its kind is unknown", kind);
  for (const name of Object.keys(more)) throw noCalibrator(`it has ${name}`, more[name]);
  if (typeof parameters !== "object" || parameters === null) throw noCalibrator("it has no parameters", parameters);
  const definition = definitions[kind as CalibratorKind];
  const known = parameters as CalibratorParameters[CalibratorKind];
  const names = Object.keys(parameters).sort().join();
  if (names !== [...definition.parameters].sort().join()) throw noCalibrator(`it has the parameters ${names}`, names);
  const classes = classesOf(definition.kind, numClasses);
  definition.check(known, classes);
  return new KernelCalibrator(definition, { parameters: known }, classes);
}
