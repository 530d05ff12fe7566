/**
 * Saved calibrators.
 *
 * @module
 */
import type { Calibrator, CalibratorKind, CalibratorParameters } from "@assay/contract";
import { rangeError } from "../input.js";
import { dirichletDefinition, vectorDefinition } from "./affine.js";
import { histogramDefinition, isotonicDefinition } from "./binned.js";
import { betaDefinition, plattDefinition } from "./logistic.js";
import { calibratorOf, type Definition } from "./method.js";
import { temperatureDefinition } from "./temperature.js";

const definitions = {
  temperature: temperatureDefinition,
  platt: plattDefinition,
  beta: betaDefinition,
  isotonic: isotonicDefinition,
  histogram: histogramDefinition,
  vector: vectorDefinition,
  dirichlet: dirichletDefinition,
} as unknown as Record<CalibratorKind, Definition<CalibratorKind, never>>;

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
const rules: Record<CalibratorKind, Record<string, Check>> = {
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

function isSaved(json: unknown): json is { kind: CalibratorKind; numClasses?: number; parameters: object } {
  if (typeof json !== "object" || json === null) return false;
  const { format, version, kind, numClasses, parameters, ...more } = json as Record<string, unknown>;
  if (format !== "assay.calibrator" || version !== 1 || Object.keys(more).length > 0) return false;
  if (typeof kind !== "string" || !Object.hasOwn(rules, kind)) return false;
  const takesClasses = definitions[kind as CalibratorKind].options.includes("numClasses");
  if (numClasses === undefined ? takesClasses && kind !== "temperature" : !takesClasses) return false;
  if (numClasses !== undefined && !(Number.isSafeInteger(numClasses) && (numClasses as number) >= 2)) return false;
  if (typeof parameters !== "object" || parameters === null) return false;
  const [known, given] = [rules[kind as CalibratorKind], parameters as Record<string, unknown>];
  if (Object.keys(given).sort().join() !== Object.keys(known).sort().join()) return false;
  if (kind === "isotonic" && (given.scores as unknown[])?.length !== (given.values as unknown[])?.length) return false;
  return Object.entries(known).every(([name, check]) => check(given[name], numClasses as number));
}

/** The calibrator that `toJSON` described. */
export function calibratorFromJSON(json: unknown): Calibrator {
  if (!isSaved(json)) throw rangeError("state", "json", "this is no saved calibrator", { value: json });
  const { kind, numClasses, parameters } = json;
  return calibratorOf(definitions[kind], numClasses, parameters as CalibratorParameters[CalibratorKind]);
}
