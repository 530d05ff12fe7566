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
import { rangeError } from "../input.js";
import { dirichletDefinition, vectorDefinition } from "./affine.js";
import { histogramDefinition, isotonicDefinition } from "./binned.js";
import { betaDefinition, plattDefinition } from "./logistic.js";
import { calibratorOf, type Definition } from "./method.js";
import { oneVsRestDefinition } from "./one-vs-rest.js";
import { temperatureDefinition } from "./temperature.js";

const binaryDefinitions = {
  platt: plattDefinition,
  beta: betaDefinition,
  isotonic: isotonicDefinition,
  histogram: histogramDefinition,
} as unknown as Record<BinaryCalibratorKind, Definition<BinaryCalibratorKind, CalibratorOptions>>;

const definitions = {
  ...binaryDefinitions,
  temperature: temperatureDefinition,
  vector: vectorDefinition,
  dirichlet: dirichletDefinition,
} as unknown as Record<Exclude<CalibratorKind, "oneVsRest">, Definition<CalibratorKind, never>>;

type Check = (value: unknown, classes: number) => boolean;

const finite: Check = (value) => Number.isFinite(value);
const positive: Check = (value) => Number.isFinite(value) && (value as number) > 0;
const notNegative: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const probability: Check = (value) => typeof value === "number" && value >= 0 && value <= 1;
const list =
  (of: Check): Check =>
  (value, classes) =>
    Array.isArray(value) && value.length > 0 && value.every((element) => of(element, classes));
const perClass =
  (of: Check): Check =>
  (value, classes) =>
    list(of)(value, classes) && (value as unknown[]).length === classes;

/** What each parameter must be. */
const rules: Record<Exclude<CalibratorKind, "oneVsRest">, Record<string, Check>> = {
  temperature: { temperature: positive },
  platt: { a: finite, b: finite },
  beta: { a: notNegative, b: notNegative, c: finite },
  isotonic: {
    scores: (value, classes) =>
      list(finite)(value, classes) && (value as number[]).every((x, i, all) => i === 0 || x > all[i - 1]!),
    values: (value, classes) =>
      list(probability)(value, classes) && (value as number[]).every((x, i, all) => i === 0 || x >= all[i - 1]!),
  },
  histogram: { closed: (value) => value === "left" || value === "right", values: list(probability) },
  vector: { weights: perClass(finite), biases: perClass(finite) },
  dirichlet: { weights: perClass(perClass(finite)), biases: perClass(finite) },
};

/** Parameters of a kind, of so many classes; NaN for binary. */
function areParameters(kind: keyof typeof rules, given: unknown, classes: number): boolean {
  if (typeof given !== "object" || given === null) return false;
  const [known, own] = [rules[kind], given as Record<string, unknown>];
  if (Object.keys(own).sort().join() !== Object.keys(known).sort().join()) return false;
  if (kind === "isotonic" && (own.scores as unknown[])?.length !== (own.values as unknown[])?.length) return false;
  return Object.entries(known).every(([name, check]) => check(own[name], classes));
}

/** The binary calibrators of so many classes, and their kind. */
function areLifted(given: unknown, numClasses: number): given is { kind: BinaryCalibratorKind } {
  if (typeof given !== "object" || given === null || Object.keys(given).sort().join() !== "classes,kind") return false;
  const { kind, classes } = given as { kind: unknown; classes: unknown };
  if (typeof kind !== "string" || !Object.hasOwn(binaryDefinitions, kind)) return false;
  const isOne: Check = (one) => areParameters(kind as BinaryCalibratorKind, one, NaN);
  return perClass(isOne)(classes, numClasses);
}

function areClasses(given: unknown): given is number {
  return Number.isSafeInteger(given) && (given as number) >= 2;
}

/** What a saved calibrator is made of; `undefined` where it is none. */
function readSaved(json: unknown): Parameters<typeof calibratorOf> | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { format, version, kind, numClasses, parameters, ...more } = json as Record<string, unknown>;
  if (format !== "assay.calibrator" || version !== 1 || Object.keys(more).length > 0) return undefined;
  if (kind === "oneVsRest") {
    if (!areClasses(numClasses) || !areLifted(parameters, numClasses)) return undefined;
    const definition = oneVsRestDefinition(binaryDefinitions[parameters.kind]);
    return [definition as never, numClasses, parameters as never];
  }
  if (typeof kind !== "string" || !Object.hasOwn(rules, kind)) return undefined;
  const known = kind as keyof typeof rules;
  const takesClasses = definitions[known].options.includes("numClasses");
  if (numClasses === undefined ? takesClasses && kind !== "temperature" : !takesClasses) return undefined;
  if (numClasses !== undefined && !areClasses(numClasses)) return undefined;
  if (!areParameters(known, parameters, numClasses ?? NaN)) return undefined;
  return [definitions[known], numClasses, parameters as CalibratorParameters[CalibratorKind]];
}

/** The calibrator that `toJSON` described. */
export function calibratorFromJSON(json: unknown): Calibrator {
  const saved = readSaved(json);
  if (saved === undefined) throw rangeError("state", "json", "this is no saved calibrator", { value: json });
  return calibratorOf(...saved);
}
